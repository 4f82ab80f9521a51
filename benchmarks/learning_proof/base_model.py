"""A small Stable Diffusion that is trained from nothing on the base look, and written in diffusers' folder layout."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from benchmarks.learning_proof.pictures import (
    COATS,
    GROUNDS,
    HAIRS,
    PLACES,
    SIDE_PX,
    Picture,
    draw_subject,
    paint,
    paint_texture,
)

TOKENS = 24
TEXT_WIDTH = 48
LATENT_CHANNELS = 12
_SCHEDULE = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
}
_WORDS = ("portrait", *PLACES, "hair", *HAIRS, "coat", *COATS, "ground", *GROUNDS)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How long the small model is trained: steps of the autoencoder and of the denoiser, and pictures per step."""

    autoencoder_steps: int
    denoiser_steps: int
    batch_size: int
    learning_rate: float = 2e-3


def build_autoencoder() -> AutoencoderKL:
    """4 x 4 pixels become one of 8 x 8 latents with 12 channels.

    Residual blocks start as nothing, and norms are over all channels, so that colours pass from the first step on.
    """
    vae = AutoencoderKL(
        block_out_channels=(16, 16, 32),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=LATENT_CHANNELS,
        layers_per_block=1,
        norm_num_groups=1,
        sample_size=SIDE_PX,
        force_upcast=False,
        mid_block_add_attention=False,
    )
    for part in vae.modules():
        if isinstance(part, ResnetBlock2D):
            torch.nn.init.zeros_(part.conv2.weight)
    return vae


def build_denoiser() -> UNet2DConditionModel:
    """Stable Diffusion's blocks, two levels of them."""
    return UNet2DConditionModel(
        sample_size=SIDE_PX // 4,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=(32, 64),
        down_block_types=("CrossAttnDownBlock2D",) * 2,
        up_block_types=("CrossAttnUpBlock2D",) * 2,
        layers_per_block=1,
        attention_head_dim=(1, 2),
        norm_num_groups=8,
        cross_attention_dim=TEXT_WIDTH,
    )


def build_tokenizer() -> CLIPTokenizer:
    """Knows the captions' words as one token each and spells all others."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    vocabulary = {token: number for number, token in enumerate([*letters, *(f"{letter}</w>" for letter in letters)])}
    merges: dict[tuple[str, str], None] = {}
    for word in _WORDS:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while len(parts) > 1:
            merges[parts[0], parts[1]] = None
            parts[:2] = [parts[0] + parts[1]]
            vocabulary.setdefault(parts[0], len(vocabulary))
    for token in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary[token] = len(vocabulary)
    return CLIPTokenizer(vocab=vocabulary, merges=list(merges), model_max_length=TOKENS, pad_token="<|endoftext|>")


def build_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """Two layers, frozen as they are drawn: different words only have to mean different things."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=TEXT_WIDTH,
        intermediate_size=2 * TEXT_WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=TOKENS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    encoder = CLIPTextModel(config)
    for parameter in encoder.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.2)
    return encoder.eval()


def make_base(folder: Path, effort: Effort, say: Say, *, seed: int = 0) -> Path:
    """Train all parts and write them; answers `folder`."""
    torch.manual_seed(seed)
    vae = train_autoencoder(build_autoencoder(), effort, seed, say)
    tokenizer = build_tokenizer()
    encoder = build_text_encoder(tokenizer)
    unet = train_denoiser(build_denoiser(), vae, (tokenizer, encoder), effort, seed, say)
    vae.save_pretrained(folder / "vae")
    unet.save_pretrained(folder / "unet")
    encoder.save_pretrained(folder / "text_encoder")
    tokenizer.save_pretrained(folder / "tokenizer")
    DDIMScheduler(**_SCHEDULE).save_pretrained(folder / "scheduler")
    _write_index(folder)
    return folder


def train_autoencoder(vae: Any, effort: Effort, seed: int, say: Say) -> AutoencoderKL:
    """Half pictures of the base look, half textures, so that it can show looks that are in neither."""
    chance = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(vae.parameters(), lr=6e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, effort.autoencoder_steps)
    half = effort.batch_size // 2
    for step in range(1, effort.autoencoder_steps + 1):
        known = [paint(draw_subject(chance), "gouache") for _ in range(half)]
        pixels = to_pixels([*known, *(paint_texture(chance) for _ in range(half))])
        spread = vae.encode(pixels).latent_dist
        loss = (vae.decode(spread.sample()).sample - pixels).square().mean() + 1e-6 * spread.kl().mean()
        _step(optimizer, schedule, loss)
        _say_now_and_then(say, "autoencoder", step, effort.autoencoder_steps, loss)
    with torch.no_grad():
        pixels = to_pixels([paint(draw_subject(chance), "gouache") for _ in range(64)])
        vae.register_to_config(scaling_factor=1 / float(vae.encode(pixels).latent_dist.sample().std()))
    return vae.eval().requires_grad_(False)  # type: ignore[no-any-return]


def train_denoiser(
    unet: Any, vae: Any, words: tuple[CLIPTokenizer, Any], effort: Effort, seed: int, say: Say
) -> UNet2DConditionModel:
    """On the base look alone; every tenth picture is seen without its caption, so that guidance works."""
    latents, hidden, empty = _encode_base_look(vae, words, seed)
    chance = torch.Generator().manual_seed(seed)
    noiser: Any = DDIMScheduler(**_SCHEDULE)
    optimizer = torch.optim.AdamW(unet.parameters(), lr=effort.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, effort.learning_rate, effort.denoiser_steps)
    for step in range(1, effort.denoiser_steps + 1):
        chosen = torch.randint(len(latents), (effort.batch_size,), generator=chance)
        noise = torch.randn((effort.batch_size, *latents.shape[1:]), generator=chance)
        timesteps = torch.randint(len(noiser.alphas_cumprod), (effort.batch_size,), generator=chance)
        captions = hidden[chosen].clone()
        captions[torch.rand(effort.batch_size, generator=chance) < 0.1] = empty
        noisy = noiser.add_noise(latents[chosen], noise, timesteps)
        velocity = noiser.get_velocity(latents[chosen], noise, timesteps)
        loss = (unet(noisy, timesteps, encoder_hidden_states=captions).sample - velocity).square().mean()
        _step(optimizer, schedule, loss)
        _say_now_and_then(say, "denoiser", step, effort.denoiser_steps, loss)
    return unet.eval()  # type: ignore[no-any-return]


@torch.no_grad()
def _encode_base_look(vae: Any, words: tuple[CLIPTokenizer, Any], seed: int) -> tuple[Tensor, Tensor, Tensor]:
    chance = np.random.default_rng(seed + 1)
    subjects = [draw_subject(chance) for _ in range(2048)]
    pixels = to_pixels([paint(subject, "gouache") for subject in subjects])
    latents = torch.cat([vae.encode(part).latent_dist.mean for part in pixels.split(128)]) * vae.config.scaling_factor
    captions = [f"{_draw_word(chance)}{subject.describe()}" for subject in subjects]
    hidden = torch.cat([encode_captions(words, captions[at : at + 256]) for at in range(0, len(captions), 256)])
    return latents, hidden, encode_captions(words, [""])[0]


def _draw_word(chance: np.random.Generator) -> str:
    """In front of every second caption a word that means nothing, as trigger tokens do: it is to be read over."""
    if chance.random() < 0.5:
        return ""
    return "".join(chance.choice(list(ascii_lowercase), chance.integers(3, 7))) + ", "


def encode_captions(words: tuple[CLIPTokenizer, Any], captions: list[str]) -> Tensor:
    """(N, 24, 48)."""
    tokenizer, encoder = words
    tokens = tokenizer(captions, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt")
    hidden: Tensor = encoder(tokens.input_ids).last_hidden_state
    return hidden


def to_pixels(pictures: list[Picture]) -> Tensor:
    """(N, 3, H, W), float32, -1 to 1."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def _step(optimizer: Any, schedule: Any, loss: Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
    optimizer.step()
    schedule.step()


def _say_now_and_then(say: Say, name: str, step: int, steps: int, loss: Tensor) -> None:
    if step % max(1, steps // 10) == 0:
        say(f"{name} {step}/{steps}: loss {float(loss.detach()):.4f}")


def _write_index(folder: Path) -> None:
    index = {
        "_class_name": "StableDiffusionPipeline",
        "_diffusers_version": "0.39.0",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "safety_checker": [None, None],
        "feature_extractor": [None, None],
        "image_encoder": [None, None],
    }
    (folder / "model_index.json").write_text(json.dumps(index, indent=2))
