"""What a model with all that goes beside it will take of the device's memory, said before it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator_server.diffusion.control import KEPT_NETS
from generator_server.diffusion.devices import GIB, WORKING_BYTES, Place, measure_free_bytes
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import count_values
from generator_server.diffusion.model_shelf import Checkpoint, ControlNetFiles

# It judges in float32.
CHECKER_VALUE_BYTES = 4


@dataclass(frozen=True)
class MemoryPlan:
    """Bytes on a device. Model and working room must fit; ControlNets and annotators share what is left."""

    name: str
    place: Place
    model_bytes: int
    net_bytes: int
    annotator_bytes: int
    free_bytes: int

    @property
    def needed_bytes(self) -> int:
        """What no picture can do without."""
        return self.model_bytes + WORKING_BYTES

    @property
    def has_room_for_all(self) -> bool:
        """True when nothing has to make room for anything else."""
        return self.needed_bytes + self.net_bytes + self.annotator_bytes <= self.free_bytes

    def limit_annotators(self, most_bytes: int) -> int:
        """How much annotators may keep: what was set, or what the others leave when that is less."""
        left = self.free_bytes - self.needed_bytes - self.net_bytes
        return max(0, min(most_bytes, left))

    def check(self) -> None:
        """Raise ModelFileError when the model does not fit."""
        if self.needed_bytes > self.free_bytes:
            raise ModelFileError(
                reason=f"{self.name} needs about {_show(self.needed_bytes)} on {self.place.describe()}; "
                f"{_show(self.free_bytes)} are free."
            )

    def describe(self) -> str:
        """One sentence for the log."""
        return (
            f"{self.name} takes about {_show(self.needed_bytes)} of {_show(self.free_bytes)} free, on "
            f"{self.place.describe()}; its ControlNets up to {_show(self.net_bytes)}, annotators up to "
            f"{_show(self.annotator_bytes)}."
        )


def plan_memory(
    checkpoint: Checkpoint,
    checker: Path | None,
    nets: Sequence[ControlNetFiles],
    annotator_bytes: int,
    held_bytes: int,
    place: Place,
) -> MemoryPlan:
    """The plan for a model with its safety checker, the nets that are kept beside it, and annotators of so many bytes.

    `held_bytes` of them are in memory already, and not counted as free by the device.
    """
    checker_bytes = 0 if checker is None else count_values(checker) * CHECKER_VALUE_BYTES
    sizes = sorted((count_values(net.path) for net in nets), reverse=True)
    return MemoryPlan(
        name=checkpoint.model.name,
        place=place,
        model_bytes=count_values(checkpoint.path) * place.dtype.itemsize + checker_bytes,
        net_bytes=sum(sizes[:KEPT_NETS]) * place.dtype.itemsize,
        annotator_bytes=annotator_bytes,
        free_bytes=measure_free_bytes(place.device) + held_bytes,
    )


def _show(count: int) -> str:
    return f"{count / GIB:.1f} GiB"
