"""A narrow way beside a layer: what LoRAs add to its output, without a change to the layer itself."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional

from generator_server.diffusion.lora.targets import Target

Slot = Literal["style", "few_step"]
SLOTS: tuple[Slot, ...] = ("style", "few_step")


class Rows:
    """Room for one slot's updates of one layer: `rank` rows, of which the first `used` are filled, the others 0."""

    def __init__(self, target: Target, rank: int) -> None:
        weight = target.module.weight
        # Outside inference mode, so that they can be changed in place anywhere.
        with torch.inference_mode(False):
            make = {"device": weight.device, "dtype": weight.dtype}
            self.down = torch.zeros((rank, *target.down_shape), **make)
            self.up = torch.zeros((target.outputs, rank, *target.up_shape), **make)
            self.scale = torch.zeros((rank,), **make)
        self.rank = rank
        self.used = 0


class SidePath:
    """Hooked behind a layer; adds each slot's updates, always in the same order.

    `runs_always` makes the same sum in every state, with zeros where nothing is worn, so that a compiled model need
    not be compiled again. Otherwise only filled rows are summed, and an empty path costs nothing.
    """

    def __init__(self, target: Target, *, runs_always: bool) -> None:
        self.rows: dict[Slot, Rows] = {}
        self._runs_always = runs_always
        self._is_conv = isinstance(target.module, torch.nn.Conv2d)
        target.module.register_forward_hook(self)

    def __call__(self, layer: Any, given: tuple[Tensor, ...], output: Tensor) -> Tensor:
        for slot in SLOTS:
            rows = self.rows.get(slot)
            if rows is None:
                continue
            if self._runs_always:
                output = output + self._run(layer, given[0], rows.down, rows.up, rows.scale)
            elif rows.used:
                used = rows.used
                output = output + self._run(layer, given[0], rows.down[:used], rows.up[:, :used], rows.scale[:used])
        return output

    def _run(self, layer: Any, given: Tensor, down: Tensor, up: Tensor, scale: Tensor) -> Tensor:
        if not self._is_conv:
            return functional.linear(functional.linear(given, down) * scale, up)
        # By the layer's own way, so that its edges are treated alike.
        narrow = layer._conv_forward(given, down, None)
        return functional.conv2d(narrow * scale[:, None, None], up)
