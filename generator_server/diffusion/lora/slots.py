"""Two slots on a model, one for the style and one for few-step adapters. Switching copies tensors in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.checking import MOST_RANK, Adapter, Layer
from generator_server.diffusion.lora.side_path import SLOTS, Rows, SidePath, Slot
from generator_server.diffusion.lora.targets import Target

Place = tuple[str, str]
# The updates of one layer, each with its weight.
Items = list[tuple[Layer, float]]


@dataclass(frozen=True)
class Worn:
    """An adapter with its weights, in the text encoders and in the UNet."""

    adapter: Adapter
    text_weight: float
    unet_weight: float

    def get_weight(self, layer: Layer) -> float:
        return self.unet_weight if layer.target.is_unet else self.text_weight

    @property
    def mark(self) -> tuple[str, float, float]:
        """Equal for what makes the same picture."""
        return self.adapter.sha256, self.text_weight, self.unet_weight


class Slots:
    """The adapters that a model wears. One thread at a time."""

    def __init__(self, *, runs_always: bool) -> None:
        self._runs_always = runs_always
        self._paths: dict[Place, SidePath] = {}
        self._worn: dict[Slot, tuple[Worn, ...]] = dict.fromkeys(SLOTS, ())

    @property
    def text_mark(self) -> tuple[tuple[str, float], ...]:
        """Equal as long as the text encoders answer the same."""
        worn = [item for slot in SLOTS for item in self._worn[slot]]
        return tuple((item.adapter.sha256, item.text_weight) for item in worn if item.adapter.changes_text)

    def reserve(self, slot: Slot, ranks: Iterable[tuple[Target, int]]) -> None:
        """Make room, so that adapters of these ranks can be worn without new tensors; where it grows, the slot empties.

        A compiled model is compiled once more after that.
        """
        short = [(target, rank) for target, rank in ranks if self._get_room(slot, _place(target)) < rank]
        if short:
            self.take_off(slot)
        for target, rank in short:
            path = self._paths.get(_place(target))
            if path is None:
                path = self._paths[_place(target)] = SidePath(target, runs_always=self._runs_always)
            path.rows[slot] = Rows(target, rank)

    def check(self, worn: Sequence[Worn]) -> None:
        """Raise ModelFileError when these adapters are too much together."""
        for items in _collect(worn).values():
            if _sum_ranks(items) > MOST_RANK:
                path = items[0][0].target.path
                raise ModelFileError(
                    reason=f"The LoRAs together have rank {_sum_ranks(items)} in {path}; {MOST_RANK} fit."
                )

    @torch.no_grad()
    def wear(self, slot: Slot, worn: Sequence[Worn]) -> int:
        """Let exactly these checked adapters act in `slot`; how many tensors were copied for it."""
        wanted = tuple(item for item in worn if item.text_weight or item.unet_weight)
        if [item.mark for item in wanted] == [item.mark for item in self._worn[slot]]:
            return 0
        layers = _collect(wanted)
        self.reserve(slot, [(items[0][0].target, _sum_ranks(items)) for items in layers.values()])
        self._clear(slot)
        copied = self._fill(slot, layers)
        self._worn[slot] = wanted
        return copied

    @torch.no_grad()
    def take_off(self, slot: Slot) -> None:
        """Leave a slot empty: the model answers as it did before, to the bit."""
        self._clear(slot)
        self._worn[slot] = ()

    def _get_room(self, slot: Slot, place: Place) -> int:
        path = self._paths.get(place)
        return path.rows[slot].rank if path is not None and slot in path.rows else 0

    def _clear(self, slot: Slot) -> None:
        used = [rows for path in self._paths.values() if (rows := path.rows.get(slot)) is not None and rows.used]
        if used:
            torch._foreach_zero_([tensor for rows in used for tensor in (rows.down, rows.up, rows.scale)])
        for rows in used:
            rows.used = 0

    def _fill(self, slot: Slot, layers: dict[Place, Items]) -> int:
        views: list[Tensor] = []
        sources: list[Tensor] = []
        scales: list[Tensor] = []
        weights: list[float] = []
        for place, items in layers.items():
            rows = self._paths[place].rows[slot]
            for layer, weight in items:
                end = rows.used + layer.rank
                scale = rows.scale[rows.used : end]
                views += [rows.down[rows.used : end], rows.up[:, rows.used : end], scale]
                sources += [layer.down, layer.up, layer.scale]
                scales.append(scale)
                weights.append(weight)
                rows.used = end
        if views:
            torch._foreach_copy_(views, sources)
            torch._foreach_mul_(scales, weights)
        return len(views)


def _collect(worn: Sequence[Worn]) -> dict[Place, Items]:
    """The layers that change, each with what changes it; a weight of 0 changes nothing."""
    layers: dict[Place, Items] = {}
    for item in worn:
        for layer in item.adapter.layers:
            if weight := item.get_weight(layer):
                layers.setdefault(_place(layer.target), []).append((layer, weight))
    return layers


def _sum_ranks(items: Items) -> int:
    return sum(layer.rank for layer, _ in items)


def _place(target: Target) -> Place:
    return target.part, target.path
