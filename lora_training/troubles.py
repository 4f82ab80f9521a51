"""What ends a training, turned into sentences for staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from boothkit.errors import BoothError, StorageFullError
from lora_training.device_errors import tell_trouble
from lora_training.learning import RanAwayError
from lora_training.training_errors import (
    CompileError,
    TrainingDeviceLostError,
    TrainingDiskFullError,
    TrainingDivergedError,
    TrainingMemoryError,
)

_COMPILER = ("torch._dynamo", "torch._inductor")
_Place = tuple[int, int | None]


@contextmanager
def explaining_troubles(find_place: Callable[[], _Place]) -> Iterator[None]:
    """`find_place` answers how many steps are done, and the step of the last checkpoint.

    Raises TrainingDivergedError, TrainingMemoryError, TrainingDeviceLostError, TrainingDiskFullError or CompileError
    for what is behind them.
    """
    try:
        yield
    except StorageFullError as error:
        raise TrainingDiskFullError(step=find_place()[0], kept=_describe(find_place()[1])) from error
    except (RanAwayError, MemoryError, RuntimeError) as error:
        explained = _explain(error, find_place())
        if explained is None:
            raise
        raise explained from error


def _explain(error: Exception, place: _Place) -> BoothError | None:
    kinds = {"full": TrainingMemoryError, "lost": TrainingDeviceLostError, None: None}
    kind = TrainingDivergedError if isinstance(error, RanAwayError) else kinds[tell_trouble(error)]
    if kind is not None:
        return kind(step=place[0] + 1, kept=_describe(place[1]))
    if type(error).__module__.startswith(_COMPILER):
        return CompileError(reason=f"{type(error).__name__}.")
    return None


def _describe(step: int | None) -> str:
    return "-" if step is None else f"step {step}"
