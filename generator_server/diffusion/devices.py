"""Which device and number format a model runs in, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from generator_server.diffusion.failures import ModelFileError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
# Room for one picture's activations and the autoencoder, on top of the weights.
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


def check_room(name: str, values: int, place: Place, *, working_bytes: int = WORKING_BYTES) -> str:
    """A sentence on the memory that a model of so many numbers takes. Raises ModelFileError when it does not fit."""
    needed = values * place.dtype.itemsize + working_bytes
    free = measure_free_bytes(place.device)
    if needed > free:
        raise ModelFileError(
            reason=f"{name} needs about {needed / GIB:.1f} GiB on {place.describe()}; {free / GIB:.1f} GiB are free."
        )
    return f"{name} takes about {needed / GIB:.1f} GiB of {free / GIB:.1f} GiB free, on {place.describe()}."


def measure_free_bytes(device: torch.device) -> int:
    """Memory that can still be had on the device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024
