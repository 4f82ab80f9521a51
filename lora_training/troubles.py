"""What ends a training, turned into sentences for staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from boothkit.errors import StorageFullError
from lora_training.learning import RanAwayError
from lora_training.training_errors import (
    CompileError,
    TrainingDiskFullError,
    TrainingDivergedError,
    TrainingMemoryError,
)

_COMPILER = ("torch._dynamo", "torch._inductor")
_CPU_IS_FULL = "can't allocate memory"


@contextmanager
def explaining_troubles(find_place: Callable[[], tuple[int, int | None]]) -> Iterator[None]:
    """`find_place` answers how many steps are done, and the step of the last checkpoint.

    Raises TrainingDivergedError, TrainingMemoryError, TrainingDiskFullError or CompileError for what is behind them.
    """
    try:
        yield
    except RanAwayError as error:
        raise TrainingDivergedError(step=find_place()[0] + 1, kept=_describe(find_place()[1])) from error
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise TrainingMemoryError(step=find_place()[0] + 1, kept=_describe(find_place()[1])) from error
    except StorageFullError as error:
        raise TrainingDiskFullError(step=find_place()[0], kept=_describe(find_place()[1])) from error
    except RuntimeError as error:
        if _CPU_IS_FULL in str(error):
            raise TrainingMemoryError(step=find_place()[0] + 1, kept=_describe(find_place()[1])) from error
        if type(error).__module__.startswith(_COMPILER):
            raise CompileError(reason=f"{type(error).__name__}.") from error
        raise


def _describe(step: int | None) -> str:
    return "-" if step is None else f"step {step}"
