"""ControlNets: loading them, and what the active ones add to the UNet at a step."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from torch import Tensor

from generator_server.diffusion.components import Components, load_whole, quiet_loading, translate_failures
from generator_server.diffusion.devices import Place
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.diffusion.single_file import load_single_controlnet

KEPT_NETS = 4
# Zhang's soft weights: each block away from the middle counts 0.825 times the one before.
SOFTENING = 0.825


@dataclass(frozen=True)
class ActiveUnit:
    """A net with its control image, (pictures, 3, height, width) 0-1, and when and how strongly it speaks.

    `mode`: `balanced`; `prompt` softens the outer blocks; `control` does so too and leaves the negative prompt alone.
    """

    net: Any
    image: Tensor
    conditioning_scale: float
    guidance_start: float
    guidance_end: float
    mode: str

    def is_on(self, step: int, steps: int) -> bool:
        """False for a unit of weight 0, and before and after its share of the steps: the net is then not run."""
        is_inside = step / steps >= self.guidance_start and (step + 1) / steps <= self.guidance_end
        return is_inside and self.conditioning_scale > 0


@dataclass(frozen=True)
class UNetInput:
    """What nets and UNet are called with: with guidance, rows for the negative prompt and then for the prompt."""

    sample: Tensor
    timestep: Tensor
    embeddings: Tensor
    added: dict[str, Tensor]
    is_guided: bool

    def take_prompt_half(self) -> UNetInput:
        """The rows for the prompt alone."""
        half = len(self.sample) // 2
        added = {name: value[half:] for name, value in self.added.items()}
        return UNetInput(self.sample[half:], self.timestep, self.embeddings[half:], added, is_guided=False)


def sum_residuals(units: Sequence[ActiveUnit], given: UNetInput, step: int, steps: int) -> list[Tensor] | None:
    """What the active units add to the UNet's skip connections and, last, to its middle; None when none is active."""
    total: list[Tensor] | None = None
    for unit in units:
        if unit.is_on(step, steps):
            residuals = _run_unit(unit, given)
            total = residuals if total is None else [left + right for left, right in zip(total, residuals, strict=True)]
    return total


def _run_unit(unit: ActiveUnit, given: UNetInput) -> list[Tensor]:
    is_halved = unit.mode == "control" and given.is_guided
    seen = given.take_prompt_half() if is_halved else given
    down, middle = unit.net(
        seen.sample,
        seen.timestep,
        encoder_hidden_states=seen.embeddings,
        controlnet_cond=unit.image.repeat(2, 1, 1, 1) if seen.is_guided else unit.image,
        added_cond_kwargs=seen.added,
        return_dict=False,
    )
    outputs = [*down, middle]
    weights = weigh_blocks(unit.mode, len(outputs), unit.conditioning_scale)
    residuals = [output * weight for output, weight in zip(outputs, weights, strict=True)]
    return [torch.cat([torch.zeros_like(row), row]) for row in residuals] if is_halved else residuals


def weigh_blocks(mode: str, count: int, scale: float) -> list[float]:
    """The weight of each block's output, the outermost first, the middle last."""
    if mode == "balanced":
        return [scale] * count
    return [scale * SOFTENING ** (count - 1 - number) for number in range(count)]


class ControlNets:
    """The nets of one model, kept while they are used: the last four. Compiled where options for that are given."""

    def __init__(self, components: Components, *, compile_options: dict[str, Any] | None = None) -> None:
        self._components = components
        self._compile_options = compile_options
        self._loaded: OrderedDict[str, Any] = OrderedDict()

    def get(self, files: ControlNetFiles) -> Any:
        """The net, loaded when it is not there. Raises ModelFileError, also for a net of another family."""
        if files.name not in self._loaded:
            self._loaded[files.name] = self._load(files)
            if len(self._loaded) > KEPT_NETS:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(files.name)
        return self._loaded[files.name]

    def _load(self, files: ControlNetFiles) -> Any:
        place = Place(self._components.device, self._components.dtype)
        with translate_failures(files.name), quiet_loading():
            net = load_controlnet(files, self._components, place)
        asked, given = _read_width(net), _read_width(self._components.unet)
        if asked != given:
            raise ModelFileError(reason=f"The ControlNet {files.name} was made for another family of models.")
        net.requires_grad_(False).eval().to(place.device)
        if place.device.type == "cuda":
            net.to(memory_format=torch.channels_last)
        if self._compile_options is not None:
            net.compile(**self._compile_options)
        return net


def load_controlnet(files: ControlNetFiles, components: Components, place: Place) -> Any:
    """The net of a folder or of a single file."""
    if files.path.is_file():
        return load_single_controlnet(files.path, components.family, place)
    return load_whole(ControlNetModel, files.path, torch_dtype=place.dtype)


def _read_width(net: Any) -> int:
    """The width of the embeddings that a net listens to."""
    return int(net.config.cross_attention_dim)
