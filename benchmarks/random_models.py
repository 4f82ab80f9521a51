"""Models with random weights in a models folder: full size, or tiny. Speed does not depend on what weights say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from generator_server.diffusion.layouts import LAYOUTS, Layout
from tests.tiny_diffusion import Family, build_tokenizer, write_models_folder

CHECKPOINT = "tiny"
NETS = ("first", "second", "third")
LORAS = ("calm", "warm")
RANK = 8
# Small, so that no number runs away in half precision.
SPREAD = 0.01
_ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")


def write_random_models(folder: Path, family: Family, *, is_tiny: bool, device: str) -> Path:
    """One checkpoint, three nets and two LoRAs of rank 8 on all attention layers; answers `folder`."""
    if is_tiny:
        write_models_folder(folder, family)
    else:
        _write_full(folder, family, device)
    config = UNet2DConditionModel.load_config(folder / "checkpoints" / CHECKPOINT / "unet")
    with torch.device("meta"):
        write_loras(folder, UNet2DConditionModel.from_config(config))
    return folder


def write_loras(folder: Path, unet: Any, *, spread: float = SPREAD) -> None:
    """Both LoRAs for a UNet of this build, whose own weights do not matter; `spread` is how much they change."""
    for seed, name in enumerate(LORAS):
        _write_lora(folder / "loras" / f"{name}.safetensors", unet, seed, spread)


def _write_full(folder: Path, family: Family, device: str) -> None:
    """The family's own architecture in float16; only the vocabulary is small, which costs no time."""
    layout, checkpoint = LAYOUTS[family], folder / "checkpoints" / CHECKPOINT
    _save(UNet2DConditionModel, layout.unet, checkpoint / "unet", device)
    _save(AutoencoderKL, layout.vae, checkpoint / "vae", device)
    for name in NETS:
        _save(ControlNetModel, layout.controlnet, folder / "controlnet" / name, device)
    _save_text(checkpoint, layout, device)
    EulerDiscreteScheduler(**layout.scheduler).save_pretrained(checkpoint / "scheduler")
    _write_index(checkpoint, family)


def _write_index(checkpoint: Path, family: Family) -> None:
    """What tells the library which class each part is of."""
    parts = {
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    }
    title = "StableDiffusionPipeline"
    if family == "sdxl":
        title = "StableDiffusionXLPipeline"
        parts["text_encoder_2"] = ["transformers", "CLIPTextModelWithProjection"]
        parts["tokenizer_2"] = ["transformers", "CLIPTokenizer"]
    (checkpoint / "model_index.json").write_text(json.dumps({"_class_name": title, **parts}))


def _save(kind: Any, config: Any, folder: Path, device: str) -> None:
    with torch.device(device):
        kind.from_config(dict(config)).half().save_pretrained(folder)


def _save_text(checkpoint: Path, layout: Layout, device: str) -> None:
    for number, config in enumerate(layout.text_encoders):
        suffix = "" if number == 0 else f"_{number + 1}"
        tokenizer = build_tokenizer(pad_token="!" if number else "<|endoftext|>")
        tokens = {
            "vocab_size": len(tokenizer),
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        }
        kind = CLIPTextModelWithProjection if number else CLIPTextModel
        with torch.device(device):
            kind(CLIPTextConfig(**{**config, **tokens})).half().save_pretrained(checkpoint / f"text_encoder{suffix}")
        tokenizer.save_pretrained(checkpoint / f"tokenizer{suffix}")


def _write_lora(path: Path, unet: Any, seed: int, spread: float) -> None:
    """kohya's names, with an alpha as high as the rank."""
    generator = torch.Generator("cpu").manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    for place, layer in unet.named_modules():
        if isinstance(layer, torch.nn.Linear) and place.endswith(_ATTENTION):
            name = f"lora_unet_{place.replace('.', '_')}"
            tensors[f"{name}.lora_down.weight"] = (
                torch.randn((RANK, layer.in_features), generator=generator, device="cpu") * spread
            )
            tensors[f"{name}.lora_up.weight"] = (
                torch.randn((layer.out_features, RANK), generator=generator, device="cpu") * spread
            )
            tensors[f"{name}.alpha"] = torch.tensor(float(RANK), device="cpu")
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.half() for name, tensor in tensors.items()}, path)
