"""Control images from photographs, as engines offer them: what there is, and how it is asked for.

The names, sliders and ranges are those of the web UI's ControlNet extension where it has such an annotator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from generator_server.engines.protocol import Pixels

Joint = tuple[float, float] | None
Skeleton = Sequence[Joint]
READY_MADE = "none"
DEFAULT_RESOLUTION_PX = 512


@dataclass(frozen=True)
class Slider:
    """A number that an annotator can be given. Out of its range it is not clamped: its default is taken instead."""

    name: str
    default: float
    least: float
    most: float
    step: float = 1.0

    def settle(self, asked: float | None) -> float:
        """`asked`, or the default when nothing, or nothing possible, was asked."""
        return asked if asked is not None and self.least <= asked <= self.most else self.default


@dataclass(frozen=True)
class AnnotatorInfo:
    """An annotator that is ready, with its licence and its thresholds a and b, as far as it has them."""

    name: str
    licence: str
    sliders: tuple[Slider, ...] = ()


@dataclass(frozen=True)
class AnnotationOrder:
    """What is wanted: `resolution_px` is the map's shorter side, 512 when not set."""

    module: str
    resolution_px: int | None = None
    threshold_a: float | None = None
    threshold_b: float | None = None


@dataclass(frozen=True)
class ControlMap:
    """A control image, (height, width, 3) uint8, shaped as its photograph. `remark` says when nothing was found.

    `people` holds what an annotator for poses found, each person's 18 joints in the map's pixels; None for the others.
    """

    pixels: Pixels
    remark: str = ""
    people: tuple[Skeleton, ...] | None = None


class AnnotatorShelf(Protocol):
    """The annotators of an engine. All of it may be called from any thread."""

    def list_annotators(self) -> tuple[AnnotatorInfo, ...]:
        """Those that `annotate` can do now, without `none`. Cheap."""

    def find_obstacle(self, module: str) -> str | None:
        """Why a module cannot be used, as an English sentence; None when it can. Cheap."""

    def begin(self, image: Pixels, order: AnnotationOrder) -> None:
        """Start the work that `annotate` will be asked for, in another thread."""

    def annotate(self, image: Pixels, order: AnnotationOrder) -> ControlMap:
        """The control image. Raises a BoothError instead of giving a black map."""


class NoAnnotators:
    """Only ready-made control images."""

    def list_annotators(self) -> tuple[AnnotatorInfo, ...]:
        """None."""
        return ()

    def find_obstacle(self, module: str) -> str | None:
        """There are no modules but `none`."""
        return None if module == READY_MADE else f"There is no annotator {module[:100]} here."

    def begin(self, image: Pixels, order: AnnotationOrder) -> None:
        """Nothing can be begun."""

    def annotate(self, image: Pixels, order: AnnotationOrder) -> ControlMap:
        """Never asked: modules with an obstacle are refused before."""
        raise LookupError(order.module)
