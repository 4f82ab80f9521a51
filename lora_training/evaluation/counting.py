"""What a look is made of, counted in pictures: colours, and in which direction lines run. No model is needed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lora_training.sampling import Photo

DIRECTIONS = 8
_FLAT = 1e-3


def describe_look(pictures: Sequence[Photo]) -> Tensor:
    """(N, 15): per picture mean and spread of CIE L*a*b* (6), share of edges in each of 8 directions, strength."""
    return torch.from_numpy(np.stack([_describe(picture) for picture in pictures])).float()


def _describe(picture: Photo) -> NDArray[np.float64]:
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float64)
    lightness = lab[..., 0]
    across, down = (cv2.Sobel(lightness, cv2.CV_64F, *order, ksize=3) / 8 for order in ((1, 0), (0, 1)))
    strength = np.hypot(across, down)
    places = (np.arctan2(down, across) % np.pi) / np.pi * DIRECTIONS + 0.5
    shares = np.bincount(places.astype(int).ravel() % DIRECTIONS, strength.ravel(), DIRECTIONS) / (
        strength.sum() + _FLAT
    )
    return np.concatenate([lab.mean(axis=(0, 1)), lab.std(axis=(0, 1)), shares, [np.log(strength.mean() + _FLAT)]])
