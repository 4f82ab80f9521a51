"""Tensors that were dear to make, kept in memory and on disk under the hash of what they were made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from boothkit.files import publish_file

Tensors = dict[str, Tensor]


class TensorCache:
    """One file per key; it may be deleted at any time. A file that cannot be read is made again."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` None keeps everything in memory only."""
        self._folder = folder
        self._held: dict[str, Tensors] = {}

    def find_or_make(self, key: str, make: Callable[[], Tensors]) -> Tensors:
        """What is kept under `key`, or what `make` answers, which is kept from then on."""
        name = hashlib.sha256(key.encode()).hexdigest()
        if name not in self._held:
            self._held[name] = self._find(name) or self._keep(name, make())
        return self._held[name]

    def _find(self, name: str) -> Tensors | None:
        if self._folder is None:
            return None
        try:
            return safetensors.torch.load((self._folder / f"{name}.safetensors").read_bytes())
        except (FileNotFoundError, safetensors.SafetensorError):
            return None

    def _keep(self, name: str, made: Tensors) -> Tensors:
        if self._folder is not None:
            data = safetensors.torch.save({key: value.contiguous() for key, value in made.items()})
            publish_file(self._folder / f"{name}.safetensors", data)
        return made
