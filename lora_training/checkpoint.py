"""Checkpoints: everything a training needs to go on as if it had never stopped, one file each, whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from boothkit.files import publish_file
from boothkit.logs import get_logger

_FORMAT = "1"
_NAME = re.compile(r"step-(\d{8})\.([0-9a-f]{64})\.safetensors")
_log = get_logger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """The state after `step` steps. `tensors` by name, on the CPU; `record` holds what JSON can."""

    step: int
    tensors: dict[str, Tensor]
    record: dict[str, Any]

    def select(self, group: str) -> dict[str, Tensor]:
        """The tensors named `group/NAME`, by NAME."""
        return {name.removeprefix(f"{group}/"): value for name, value in self.tensors.items() if _is_in(name, group)}


class CheckpointFolder:
    """The checkpoints of one training. Each file's name holds its SHA-256, so a damaged one is never used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, checkpoint: Checkpoint) -> Path:
        """Write it durably. Raises StorageFullError or StorageError; the earlier checkpoints then stand."""
        header = {"format": _FORMAT, "step": str(checkpoint.step), "record": json.dumps(checkpoint.record)}
        data = safetensors.torch.save(checkpoint.tensors, header)
        path = self.folder / f"step-{checkpoint.step:08d}.{hashlib.sha256(data).hexdigest()}.safetensors"
        publish_file(path, data)
        return path

    def list_steps(self) -> list[int]:
        """Steps that have a checkpoint, in order; its content is only checked when it is loaded."""
        return sorted({step for step, _ in self._list_files()})

    def find_latest(self) -> Checkpoint | None:
        """The latest checkpoint that is whole."""
        for step in reversed(self.list_steps()):
            checkpoint = self.find(step)
            if checkpoint is not None:
                return checkpoint
        return None

    def find(self, step: int) -> Checkpoint | None:
        """The checkpoint of a step, when there is a whole one."""
        for found, path in self._list_files():
            if found == step:
                checkpoint = _read(path, step)
                if checkpoint is not None:
                    return checkpoint
                _log.warning("A checkpoint is damaged and is not used.", action="checkpoint.damaged", file=path.name)
        return None

    def tidy(self, *, keep: int, best_step: int | None) -> None:
        """Remove all but the latest `keep` and the best, and what a killed process left half-written."""
        kept = {*self.list_steps()[-keep:], best_step}
        unwanted = [path for step, path in self._list_files() if step not in kept]
        for path in (*unwanted, *self.folder.glob(".step-*.tmp")):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()

    def _list_files(self) -> list[tuple[int, Path]]:
        if not self.folder.is_dir():
            return []
        matches = ((_NAME.fullmatch(path.name), path) for path in sorted(self.folder.iterdir()))
        return [(int(match[1]), path) for match, path in matches if match is not None]


def _read(path: Path, step: int) -> Checkpoint | None:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != path.name.split(".")[1]:
        return None
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])["__metadata__"]
    return Checkpoint(step, safetensors.torch.load(data), json.loads(header["record"]))


def _is_in(name: str, group: str) -> bool:
    return name.startswith(f"{group}/")
