"""A training of an adapter as simple as it can be: every step reads, encodes, guesses and moves, and keeps nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from torch import Tensor

from lora_training.config import TrainingConfig
from lora_training.dataset.loading import Dataset
from lora_training.drawing import Batch, BatchDrawer, Example
from lora_training.model.adapter import Adapter
from lora_training.model.base_model import BaseFolder, load_text_part, load_unet, load_vae, open_base
from lora_training.model.captions import DTYPES
from lora_training.model.encoding import Embedding, Latents, read_pixels
from lora_training.optimizers import find_learning_rate

MAX_GRADIENT_NORM = 1.0


class PlainTraining:
    """Shares the base, the adapter's start and the draws with ours, and nothing of the loop."""

    def __init__(self, config: TrainingConfig, pictures: Dataset, base_folder: Path, device: torch.device) -> None:
        base = open_base(base_folder)
        self._config = config
        self._device = device
        self._dtype = DTYPES[config.precision]
        self._pictures = pictures.pictures
        unet, vae = load_unet(base, self._dtype), load_vae(base)
        self._adapter = Adapter(unet, rank=config.rank, alpha=config.alpha, seed=config.seed)
        self._unet: Any = torch.nn.Module.to(unet, device)
        self._vae: Any = torch.nn.Module.to(vae, device)
        self._tokenizer, self._text = load_text_part(base, "text_encoder")
        self._text.to(device)
        self._schedule: Any = DDPMScheduler.from_pretrained(base.folder, subfolder="scheduler", local_files_only=True)
        self._optimizer = torch.optim.AdamW(
            self._adapter.parameters, lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self._drawer = build_drawer(config, pictures, base, len(self._schedule.alphas_cumprod))
        self._step = 0

    def take_step(self) -> float:
        """One step of the optimizer; its loss."""
        batch = self._drawer.draw()
        numbers = [int(caption.hidden) for caption in batch.captions]
        latents = self._encode_pictures(numbers, batch)
        hidden = self._encode_captions(numbers)
        noise, timesteps = batch.noise.to(self._device), batch.timesteps.to(self._device)
        noisy = self._schedule.add_noise(latents, noise, timesteps)
        is_half = self._dtype != torch.float32
        with torch.autocast(self._device.type, self._dtype, enabled=is_half):
            guess = self._unet(noisy.to(self._dtype), timesteps, encoder_hidden_states=hidden.to(self._dtype)).sample
        loss = torch.nn.functional.mse_loss(guess.float(), noise.float())
        self._move(loss)
        return float(loss.detach())

    def _move(self, loss: Tensor) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = find_learning_rate(self._config, self._step)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._adapter.parameters, MAX_GRADIENT_NORM)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self._step += 1

    @torch.no_grad()
    def _encode_pictures(self, numbers: list[int], batch: Batch) -> Tensor:
        pixels = torch.stack([read_pixels(self._pictures[number], batch.size) for number in numbers])
        spread = self._vae.encode(pixels.to(self._device)).latent_dist
        # The drawer's latents are the chance alone: the pictures there have the mean 0 and the deviation 1.
        drawn: Tensor = spread.mean + spread.std * batch.latents.to(self._device)
        return drawn * float(self._vae.config.scaling_factor)

    @torch.no_grad()
    def _encode_captions(self, numbers: list[int]) -> Tensor:
        words = [self._pictures[number].caption for number in numbers]
        length = self._tokenizer.model_max_length
        tokens = self._tokenizer(words, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
        hidden: Tensor = self._text(tokens.input_ids.to(self._device))[0]
        return hidden


def build_drawer(config: TrainingConfig, pictures: Dataset, base: BaseFolder, timestep_count: int) -> BatchDrawer:
    """Draws what our loop draws: its captions are the pictures' numbers, its latents the chance in them."""
    vae: Any = load_vae(base)
    scale = 2 ** (len(vae.config.block_out_channels) - 1)
    examples = []
    for number, picture in enumerate(pictures.pictures):
        shape = (4, picture.height_px // scale, picture.width_px // scale)
        chance = Latents(torch.zeros(shape), torch.ones(shape))
        examples.append(Example((picture.width_px, picture.height_px), chance, str(number)))
    return BatchDrawer(config, examples, number_captions, timestep_count)


def number_captions(captions: Any) -> list[Embedding]:
    """Captions that are numbers, as if they were embeddings."""
    return [Embedding(torch.tensor(int(caption)), None) for caption in captions]
