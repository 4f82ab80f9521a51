"""The part of VGG-19 that sees: its convolutions, named as in torchvision's file, with averages between them.

Sources: Simonyan and Zisserman 2015 (the network); Gatys, Ecker and Bethge 2016 (averages instead of maxima).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

CONVOLUTIONS = (2, 2, 4, 4, 4)
"""Convolutions in each of the five blocks."""
WIDTHS = (64, 128, 256, 512, 512)
"""Channels of each block."""
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's RGB 0-1 values, by which the weights expect their input to be normalised."""


def list_layers() -> tuple[tuple[str, str], ...]:
    """(`conv1_1`, `features.0`) and so on: our name and the file's, in the order of the network."""
    layers, index = [], 0
    for block, number in enumerate(CONVOLUTIONS, 1):
        for convolution in range(1, number + 1):
            layers.append((f"conv{block}_{convolution}", f"features.{index}"))
            index += 2  # the rectifier has a number of its own
        index += 1  # and so has the pooling
    return tuple(layers)


class Vgg:
    """Features of a picture. `weights` holds `features.N.weight` (out, in, 3, 3) and `features.N.bias` (out)."""

    def __init__(self, weights: Mapping[str, Tensor], device: torch.device) -> None:
        self._weights = {name: tensor.detach().to(device, torch.float32) for name, tensor in weights.items()}
        self._mean = torch.tensor(MEAN, device=device).view(1, 3, 1, 1)
        self._spread = torch.tensor(SPREAD, device=device).view(1, 3, 1, 1)
        self.device = device

    def look(self, picture: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
        """The rectified outputs (1, C, H', W') of the named convolutions for a picture (1, 3, H, W), RGB 0-1."""
        seen: dict[str, Tensor] = {}
        values = (picture - self._mean) / self._spread
        for name, key in list_layers():
            if name.endswith("_1") and name != "conv1_1":
                values = functional.avg_pool2d(values, 2)
            values = functional.conv2d(
                values, self._weights[f"{key}.weight"], self._weights[f"{key}.bias"], padding=1
            ).relu()
            if name in names:
                seen[name] = values
                if len(seen) == len(names):
                    break
        return seen
