"""Withholds pictures that nobody should be shown, where the weights for judging them are there.

The judge is Stable Diffusion's own safety checker (Rando, Paleka, Lindner, Heim and Tramèr, "Red-Teaming the Stable
Diffusion Safety Filter", 2022, describe it): an image's CLIP embedding against embeddings of unwanted concepts, each
with its bound; three concepts that need special care lower the bounds of all others by 0.01.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from torch import Tensor
from torch.nn.functional import normalize

from generator_server.diffusion.components import load_whole, quiet_loading, translate_failures
from generator_server.diffusion.devices import full_precision
from generator_server.diffusion.failures import PictureWithheldError
from generator_server.diffusion.model_files import check_weights
from generator_server.engines.protocol import Pixels

FOLDER = "safety_checker"
SPECIAL_CARE = 0.01
# Means and spreads of the pictures that CLIP was trained on (Radford et al. 2021), RGB 0-1.
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_SPREAD = (0.26862954, 0.26130258, 0.27577711)


class SafetyChecker:
    """Judges pictures on the device that made them, in float32: half precision would move the bounds."""

    def __init__(self, net: Any, device: torch.device) -> None:
        self._net = net.requires_grad_(False).eval().to(device)
        self._device = device
        self._side_px = int(net.config.vision_config.image_size)

    @classmethod
    def load(cls, folder: Path, device: torch.device) -> Self:
        """From a folder in diffusers' layout. Raises ModelFileError."""
        check_weights(folder)
        with translate_failures(folder.name), quiet_loading():
            return cls(load_whole(StableDiffusionSafetyChecker, folder, dtype=torch.float32), device)

    @torch.inference_mode()
    def find_unsafe(self, pictures: Sequence[Pixels]) -> list[int]:
        """Numbers of the pictures, each (H, W, 3), uint8, RGB, that must not be shown."""
        seen = torch.stack([prepare_for_clip(picture, self._side_px) for picture in pictures]).to(self._device)
        net = self._net
        with full_precision():
            embeddings = normalize(net.visual_projection(net.vision_model(seen)[1]))
            special = _exceed(embeddings, net.special_care_embeds, net.special_care_embeds_weights)
            care = SPECIAL_CARE * (special > 0).any(dim=1, keepdim=True)
            excess = _exceed(embeddings, net.concept_embeds, net.concept_embeds_weights) + care
        return [int(number) for number in torch.nonzero((excess > 0).any(dim=1)).flatten()]

    def check(self, pictures: Sequence[Pixels]) -> None:
        """Raises PictureWithheldError when one of the pictures must not be shown."""
        if self.find_unsafe(pictures):
            raise PictureWithheldError


def find_checker(models: Path, checkpoint: Path) -> Path | None:
    """The judge's folder: the one for all models, else the one that came with this model; None without either."""
    for folder in (models / FOLDER, checkpoint / FOLDER):
        if (folder / "config.json").is_file():
            return folder
    return None


def prepare_for_clip(picture: Pixels, side_px: int) -> Tensor:
    """(3, side, side): the picture's middle square at the side that the net sees, normalised as CLIP expects."""
    height, width = picture.shape[:2]
    scale = side_px / min(height, width)
    size = (max(side_px, round(width * scale)), max(side_px, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(picture, size, interpolation=method)
    top, left = (size[1] - side_px) // 2, (size[0] - side_px) // 2
    middle = small[top : top + side_px, left : left + side_px].astype(np.float32) / 255.0
    normal = (middle - np.asarray(CLIP_MEAN, np.float32)) / np.asarray(CLIP_SPREAD, np.float32)
    return torch.from_numpy(np.ascontiguousarray(normal.transpose(2, 0, 1)))


def _exceed(embeddings: Tensor, concepts: Tensor, bounds: Tensor) -> Tensor:
    """By how much each picture's likeness to each concept is above its bound."""
    return embeddings @ normalize(concepts).T - bounds
