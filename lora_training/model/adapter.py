"""The adapter that learns: low-rank additions to the denoiser's attention (Hu et al., 2021, "LoRA")."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from peft import LoraConfig
from torch import Tensor, nn

TARGETS = ("to_q", "to_k", "to_v", "to_out.0")
NAME = "style"
_SUFFIXES = {f".lora_A.{NAME}.weight": "down", f".lora_B.{NAME}.weight": "up"}


class Adapter:
    """A LoRA on a UNet. `weights` are named `MODULE.down` (rank, inputs) and `MODULE.up` (outputs, rank), float32."""

    def __init__(self, unet: UNet2DConditionModel, *, rank: int, alpha: float, seed: int) -> None:
        """Adds it to `unet`. It starts as no change at all: `down` is drawn from `seed`, `up` is 0."""
        self.unet = unet
        self.rank = rank
        self.alpha = alpha
        values: dict[str, Any] = {"r": rank, "lora_alpha": alpha, "init_lora_weights": "gaussian"}
        config = LoraConfig(target_modules=list(TARGETS), **values)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            unet.add_adapter(config, adapter_name=NAME)
        self._parameters = dict(_list_weights(unet))
        for parameter in self._parameters.values():
            parameter.data = parameter.data.float()

    @property
    def parameters(self) -> list[nn.Parameter]:
        """What the optimizer moves, in the order of the names of `copy_weights`."""
        return list(self._parameters.values())

    def copy_weights(self) -> dict[str, Tensor]:
        """The weights as they are now, on the CPU."""
        return {name: parameter.detach().cpu().clone() for name, parameter in self._parameters.items()}

    @torch.no_grad()
    def set_weights(self, weights: dict[str, Tensor]) -> None:
        """Take other weights. Raises ValueError when names or shapes are not this adapter's."""
        if weights.keys() != self._parameters.keys():
            raise ValueError("the weights belong to other modules")
        for name, parameter in self._parameters.items():
            if weights[name].shape != parameter.shape:
                raise ValueError(f"{name} has the shape {tuple(weights[name].shape)}")
            parameter.copy_(weights[name])

    @contextmanager
    def holding(self, weights: dict[str, Tensor] | None) -> Iterator[None]:
        """For a while, other weights; None leaves them."""
        if weights is None:
            yield
            return
        own = self.copy_weights()
        self.set_weights(weights)
        try:
            yield
        finally:
            self.set_weights(own)


def _list_weights(unet: Any) -> Iterator[tuple[str, nn.Parameter]]:
    for name, parameter in unet.named_parameters():
        for suffix, short in _SUFFIXES.items():
            if name.endswith(suffix):
                yield f"{name.removesuffix(suffix)}.{short}", parameter
