"""What a foreign exception of torch says of the device: its memory is full, it is lost, or code cannot be compiled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from generator_server.diffusion.failures import DeviceFullError, DeviceLostError

DeviceTrouble = Literal["full", "lost", "compiler"]
# cudaErrorMemoryAllocation: said outside of torch's own allocator, for example while a graph is recorded.
OUT_OF_MEMORY = 2
_FULL = ("CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")
_COMPILERS = ("torch._dynamo", "torch._inductor", "triton")


class CannotCompileError(Exception):
    """torch's compiler has failed on this machine."""


@contextmanager
def translating_troubles() -> Iterator[None]:
    """Raises DeviceFullError, DeviceLostError or CannotCompileError for what torch says of device and compiler."""
    try:
        yield
    except (RuntimeError, ImportError) as error:
        trouble = tell_trouble(error)
        if trouble is None:
            raise
        if trouble == "compiler":
            raise CannotCompileError(repr(error)[:300]) from error
        raise (DeviceFullError if trouble == "full" else DeviceLostError) from error


def tell_trouble(error: BaseException) -> DeviceTrouble | None:
    """The gravest reason among an error's causes; None for one that is not the device's or the compiler's.

    After an error of the GPU itself (`torch.AcceleratorError`: illegal access, failed assertion, hardware) every later
    call in the process fails, so the device counts as lost.
    """
    import torch

    causes = list(_list_causes(error))
    if any(_is_full(cause) for cause in causes):
        return "full"
    if any(isinstance(cause, torch.AcceleratorError) for cause in causes):
        return "lost"
    return "compiler" if any(type(cause).__module__.startswith(_COMPILERS) for cause in causes) else None


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # The compiler keeps what went wrong inside it under a name of its own.
        error = getattr(error, "inner_exception", None) or error.__cause__


def _is_full(error: BaseException) -> bool:
    import torch

    if isinstance(error, torch.AcceleratorError):
        return getattr(error, "error_code", None) == OUT_OF_MEMORY
    return isinstance(error, torch.OutOfMemoryError) or any(word in str(error) for word in _FULL)
