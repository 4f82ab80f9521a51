"""What a foreign exception of torch says of the device: its memory is full, or it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import torch

DeviceTrouble = Literal["full", "lost"]
# cudaErrorMemoryAllocation: said outside of torch's own allocator.
_OUT_OF_MEMORY = 2
_FULL = ("can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")


def tell_trouble(error: BaseException) -> DeviceTrouble | None:
    """The gravest reason among an error's causes that is not the program's own; None where the device is well.

    After an error of the GPU itself (`torch.AcceleratorError`: illegal access, failed assertion, hardware) every later
    call in the process fails, so the device counts as lost.
    """
    causes = list(_list_causes(error))
    if any(_is_full(cause) for cause in causes):
        return "full"
    return "lost" if any(isinstance(cause, torch.AcceleratorError) for cause in causes) else None


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # The compiler keeps what went wrong inside it under a name of its own.
        error = getattr(error, "inner_exception", None) or error.__cause__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, torch.AcceleratorError):
        return getattr(error, "error_code", None) == _OUT_OF_MEMORY
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error) for word in _FULL)
