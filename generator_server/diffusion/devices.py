"""Which device and number format a model runs in, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from generator_server.diffusion.failures import ModelFileError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
# Room for a batch's activations and the autoencoder, on top of the weights.
WORKING_BYTES = 2 * 2**30
GIB = 2**30


@dataclass(frozen=True)
class Place:
    """Where a model lives."""

    device: torch.device
    dtype: torch.dtype

    def describe(self) -> str:
        """`cuda in float16`."""
        return f"{self.device.type} in {str(self.dtype).removeprefix('torch.')}"


def choose_place(device: str, dtype: str) -> Place:
    """The place behind the settings' words: a GPU in half precision where there is one, else the CPU in float32.

    Raises ModelFileError when a GPU was demanded and none is there.
    """
    has_cuda = torch.cuda.is_available()
    if device == "cuda" and not has_cuda:
        raise ModelFileError(reason="The setting device is cuda, but torch finds no GPU.")
    chosen = torch.device("cuda" if has_cuda and device != "cpu" else "cpu")
    if dtype != "auto":
        return Place(chosen, DTYPES[dtype])
    return Place(chosen, torch.float16 if chosen.type == "cuda" else torch.float32)


def prepare_device(place: Place) -> None:
    """Let a GPU multiply float32 (SDXL's autoencoder, annotators) in TF32: ten bits of mantissa, a multiple of speed.

    Half precision is not touched. Attention is torch's own fused one (SDPA), which diffusers takes by default.
    """
    if place.device.type == "cuda":
        torch.set_float32_matmul_precision("high")


@contextmanager
def full_precision() -> Iterator[None]:
    """Multiply float32 as such for a while, where ten bits would move a judgement. In one thread alone."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def measure_free_bytes(device: torch.device) -> int:
    """Memory that can still be had on the device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024
