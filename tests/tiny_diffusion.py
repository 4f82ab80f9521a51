"""Seeded, tiny Stable Diffusion models, built in code: the true layers and file layouts, a thousandth of the size.

Their pictures are noise of a kind, but every weight counts: whoever changes a step, a mask or a net sees another one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

Family = Literal["sd15", "sdxl"]

TEXT_WIDTH = 32
_WORDS = ("a", "an", "of", "the", "photo", "portrait", "ink", "wash", "warm", "light", "cat")
_SCHEDULE = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
}
_UNETS: dict[Family, dict[str, Any]] = {
    "sd15": {
        "block_out_channels": (8, 8, 16, 16),
        "down_block_types": ("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        "up_block_types": ("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
        "layers_per_block": 2,
        "attention_head_dim": 2,
        "cross_attention_dim": TEXT_WIDTH,
    },
    "sdxl": {
        "block_out_channels": (8, 16, 16),
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "layers_per_block": 2,
        "attention_head_dim": (1, 2, 2),
        "transformer_layers_per_block": (1, 1, 2),
        "use_linear_projection": True,
        "cross_attention_dim": 2 * TEXT_WIDTH,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": TEXT_WIDTH + 6 * 8,
    },
}


def build_unet(family: Family, *, seed: int = 0) -> UNet2DConditionModel:
    """A UNet with the family's blocks."""
    torch.manual_seed(seed)
    return UNet2DConditionModel(sample_size=8, norm_num_groups=4, **_UNETS[family]).eval()


def build_least_unet(*, seed: int = 0) -> UNet2DConditionModel:
    """One layer of each kind, where what takes its time for each layer (tracing, adapters) is asked again and again."""
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        sample_size=8,
        norm_num_groups=4,
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        attention_head_dim=2,
        cross_attention_dim=TEXT_WIDTH,
    )
    return unet.eval()


def build_vae(*, seed: int = 0) -> AutoencoderKL:
    """An autoencoder that makes 8 x 8 pixels one latent, as the large ones do."""
    torch.manual_seed(seed)
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        layers_per_block=2,
        norm_num_groups=4,
        sample_size=64,
        force_upcast=False,
    )
    return vae.eval()


def build_controlnet(family: Family, *, seed: int) -> ControlNetModel:
    """A ControlNet that fits `build_unet(family)`; its zero convolutions have values, so that it is seen."""
    net = ControlNetModel.from_unet(build_unet(family), conditioning_embedding_out_channels=(4, 4, 8, 8))
    torch.manual_seed(seed)
    zeros = (*net.controlnet_down_blocks, net.controlnet_mid_block, net.controlnet_cond_embedding.conv_out)
    for layer in zeros:
        torch.nn.init.normal_(layer.weight, std=0.3)
    return net.eval()


def build_taesd(*, seed: int = 0) -> AutoencoderTiny:
    """A tiny preview decoder."""
    torch.manual_seed(seed)
    return AutoencoderTiny(
        encoder_block_out_channels=(4, 4, 4, 4),
        decoder_block_out_channels=(4, 4, 4, 4),
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    ).eval()


def build_tokenizer(*, pad_token: str = "<|endoftext|>") -> CLIPTokenizer:
    """A byte-level tokenizer that spells, with a few words of its own."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    vocabulary = {token: number for number, token in enumerate([*letters, *(f"{letter}</w>" for letter in letters)])}
    merges: list[tuple[str, str]] = []
    for word in _WORDS:
        _add_word(word, vocabulary, merges)
    for token in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary[token] = len(vocabulary)
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77, pad_token=pad_token)


def _add_word(word: str, vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> None:
    parts = [*word[:-1], f"{word[-1]}</w>"]
    while len(parts) > 1:
        pair = (parts[0], parts[1])
        if pair not in merges:
            merges.append(pair)
        vocabulary.setdefault("".join(pair), len(vocabulary))
        parts[:2] = ["".join(pair)]


def build_text_encoder(*, has_projection: bool, seed: int) -> CLIPTextModel | CLIPTextModelWithProjection:
    """A CLIP text encoder for `build_tokenizer()`."""
    torch.manual_seed(seed)
    tokenizer = build_tokenizer()
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=TEXT_WIDTH,
        intermediate_size=37,
        num_hidden_layers=4,
        num_attention_heads=4,
        projection_dim=TEXT_WIDTH,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_act="gelu" if has_projection else "quick_gelu",
    )
    kind = CLIPTextModelWithProjection if has_projection else CLIPTextModel
    model = kind(config)
    # The usual start is so small that every prompt means the same.
    for parameter in model.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


def write_model(folder: Path, family: Family = "sd15", *, seed: int = 0, prediction_type: str = "epsilon") -> Path:
    """A whole model in diffusers' folder layout; answers `folder`."""
    build_unet(family, seed=seed).save_pretrained(folder / "unet")
    build_vae(seed=seed).save_pretrained(folder / "vae")
    build_text_encoder(has_projection=False, seed=seed).save_pretrained(folder / "text_encoder")
    build_tokenizer().save_pretrained(folder / "tokenizer")
    names = {
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    }
    if family == "sdxl":
        build_text_encoder(has_projection=True, seed=seed + 1).save_pretrained(folder / "text_encoder_2")
        build_tokenizer(pad_token="!").save_pretrained(folder / "tokenizer_2")
        names |= {
            "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
            "tokenizer_2": ["transformers", "CLIPTokenizer"],
        }
    EulerDiscreteScheduler(prediction_type=prediction_type, **_SCHEDULE).save_pretrained(folder / "scheduler")
    _write_index(folder, family, names)
    return folder


def _write_index(folder: Path, family: Family, names: dict[str, list[str]]) -> None:
    import json

    title = "StableDiffusionXLPipeline" if family == "sdxl" else "StableDiffusionPipeline"
    index = {"_class_name": title, "_diffusers_version": "0.39.0", **names}
    if family == "sd15":
        index |= {"safety_checker": [None, None], "feature_extractor": [None, None], "image_encoder": [None, None]}
    (folder / "model_index.json").write_text(json.dumps(index, indent=2))


def write_controlnet(folder: Path, family: Family = "sd15", *, seed: int) -> Path:
    """A ControlNet in diffusers' folder layout; answers `folder`."""
    build_controlnet(family, seed=seed).save_pretrained(folder)
    return folder


def write_models_folder(folder: Path, family: Family = "sd15") -> Path:
    """What `[generator.diffusion] models` names: one checkpoint `tiny` and the nets `first`, `second`, `third`."""
    write_model(folder / "checkpoints" / "tiny", family)
    for seed, name in enumerate(("first", "second", "third"), start=1):
        write_controlnet(folder / "controlnet" / name, family, seed=seed)
    return folder
