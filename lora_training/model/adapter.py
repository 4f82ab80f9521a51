"""The adapter that learns: low-rank additions to a model's attention (Hu et al., 2021, "LoRA")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from peft import LoraConfig, inject_adapter_in_model
from torch import Tensor, nn

TARGETS = ("to_q", "to_k", "to_v", "to_out.0")
TEXT_TARGETS = ("q_proj", "k_proj", "v_proj", "out_proj")
NAME = "style"
_SUFFIXES = {f".lora_A.{NAME}.weight": "down", f".lora_B.{NAME}.weight": "up"}


class Adapter:
    """A LoRA on a UNet, and on text encoders when they learn too.

    `weights` are named `MODULE.down` (rank, inputs) and `MODULE.up` (outputs, rank), float32; a text encoder's modules
    begin with its part's name, `text_encoder.` or `text_encoder_2.`.
    """

    def __init__(
        self,
        unet: UNet2DConditionModel,
        *,
        rank: int,
        alpha: float,
        seed: int,
        text_encoders: Mapping[str, nn.Module] | None = None,
    ) -> None:
        """Adds it to all of them. It starts as no change at all: `down` is drawn from `seed`, `up` is 0."""
        self.unet = unet
        self.rank = rank
        self.alpha = alpha
        encoders = text_encoders or {}
        values: dict[str, Any] = {"r": rank, "lora_alpha": alpha}
        with torch.random.fork_rng(devices=[]):
            unet.add_adapter(LoraConfig(target_modules=list(TARGETS), **values), adapter_name=NAME)
            for encoder in encoders.values():
                inject_adapter_in_model(LoraConfig(target_modules=list(TEXT_TARGETS), **values), encoder, NAME)
        self._unet_parameters = dict(_list_weights(unet))
        self._text_parameters = {
            f"{part}.{name}": parameter
            for part, encoder in encoders.items()
            for name, parameter in _list_weights(encoder)
        }
        self._parameters = self._unet_parameters | self._text_parameters
        draw = torch.Generator().manual_seed(seed)
        for name, parameter in self._parameters.items():
            parameter.data = _draw_start(name, parameter, draw)

    @property
    def parameters(self) -> list[nn.Parameter]:
        """What the optimizer moves, in the order of the names of `copy_weights`."""
        return list(self._parameters.values())

    @property
    def unet_parameters(self) -> list[nn.Parameter]:
        """Those of them in the denoiser."""
        return list(self._unet_parameters.values())

    @property
    def text_parameters(self) -> list[nn.Parameter]:
        """Those of them in text encoders."""
        return list(self._text_parameters.values())

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


def _draw_start(name: str, parameter: Tensor, draw: torch.Generator) -> Tensor:
    """Where a weight starts, whatever the numbers of the model: normal, of the deviation 1 / rank, or 0 for `up`."""
    if name.endswith(".up"):
        return torch.zeros(parameter.shape)
    return torch.randn(parameter.shape, generator=draw) / parameter.shape[0]


def _list_weights(model: Any) -> Iterator[tuple[str, nn.Parameter]]:
    for name, parameter in model.named_parameters():
        for suffix, short in _SUFFIXES.items():
            if name.endswith(suffix):
                yield f"{name.removesuffix(suffix)}.{short}", parameter
