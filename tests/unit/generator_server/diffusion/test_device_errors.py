"""A full memory, a lost device and a compiler that fails are told apart, also inside of each other."""

from __future__ import annotations

import pytest
import torch

from generator_server.diffusion.components import translate_failures
from generator_server.diffusion.device_errors import (
    OUT_OF_MEMORY,
    CannotCompileError,
    DeviceTrouble,
    tell_trouble,
    translating_troubles,
)
from generator_server.diffusion.failures import DeviceFullError, DeviceLostError


class BackendFailure(RuntimeError):  # noqa: N818 - named after what the compiler raises
    """As the compiler's own, which keep their cause under a name of their own."""

    def __init__(self, inner: Exception | None = None) -> None:
        super().__init__("backend failed")
        self.inner_exception = inner


BackendFailure.__module__ = "torch._inductor.exc"


def build_allocation_error() -> Exception:
    error = torch.AcceleratorError("CUDA error: out of memory")
    error.error_code = OUT_OF_MEMORY  # type: ignore[attr-defined]
    return error


LOST = torch.AcceleratorError("CUDA error: an illegal memory access was encountered")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "full"),
        (build_allocation_error(), "full"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "full"),
        (BackendFailure(torch.OutOfMemoryError("CUDA out of memory")), "full"),
        (LOST, "lost"),
        (BackendFailure(LOST), "lost"),
        (BackendFailure(ValueError("no gcc")), "compiler"),
        (RuntimeError("a bug"), None),
    ],
)
def test_each_trouble_is_known_by_its_gravest_cause(error: Exception, trouble: DeviceTrouble | None) -> None:
    assert tell_trouble(error) == trouble


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("full"), DeviceFullError),
        (LOST, DeviceLostError),
        (BackendFailure(), CannotCompileError),
        (RuntimeError("a bug"), RuntimeError),
    ],
)
def test_troubles_become_the_engines_own_errors(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(Exception) as caught, translating_troubles():
        raise error
    assert type(caught.value) is expected


def test_a_lost_device_is_not_blamed_on_a_models_files() -> None:
    with pytest.raises(torch.AcceleratorError), translate_failures("tiny"):
        raise LOST
