"""Small annotators and networks with the interfaces of the large ones, and their files."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from generator_server.diffusion.annotators.annotator import Annotator
from generator_server.engines.annotating import Slider
from generator_server.engines.protocol import Pixels


class Counter(Annotator):
    """Copies the photo and counts how often it was asked; waits for `gate`."""

    name: ClassVar[str] = "counter"
    sliders: ClassVar[tuple[Slider, ...]] = (Slider("A", 10, 1, 20), Slider("B", 0.1, 0.01, 2))

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.at_once = 0
        self.most_at_once = 0

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.gate.wait(10)
        self.asked.append((threshold_a, threshold_b))
        self.at_once -= 1
        return photo.copy()


class Seeker(Annotator):
    """Finds nothing, and may."""

    name: ClassVar[str] = "seeker"
    may_find_nothing: ClassVar[bool] = True

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        return np.zeros(photo.shape[:2], np.uint8)


class TinyDepth(nn.Module):
    """Depth as LeReS's network has it: `depth_model` with normalisation layers. It says how light a place is."""

    def __init__(self) -> None:
        super().__init__()
        self.depth_model = nn.Sequential(nn.Conv2d(3, 1, 1), nn.BatchNorm2d(1))
        nn.init.constant_(self.depth_model[0].weight, 1.0)
        nn.init.zeros_(self.depth_model[0].bias)


class TinyLines(nn.Module):
    """Lines as M-LSD's network has them: four channels in, nine maps of half the size out.

    It sees one line, from (8, 16) to (72, 16) in its input's pixels, with a score of 0.7.
    """

    def __init__(self) -> None:
        super().__init__()
        self.score = nn.Parameter(torch.tensor(0.7).logit())

    def forward(self, pictures: Tensor) -> Tensor:
        assert pictures.shape[1] == 4
        maps = torch.full((1, 9, pictures.shape[2] // 2, pictures.shape[3] // 2), -9.0)
        maps[0, 0, 8, 20] = self.score
        maps[0, 1:5, 8, 20] = torch.tensor([-16.0, 0.0, 16.0, 0.0])
        return maps


def wrap_for_several_gpus(net: nn.Module) -> dict[str, Any]:
    """A checkpoint as LeReS's authors publish it."""
    return {"depth_model": {f"module.{name}": tensor for name, tensor in net.state_dict().items()}}
