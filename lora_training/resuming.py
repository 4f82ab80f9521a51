"""Whether a training may go on from what lies there: only when it is the same one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lora_training.checkpoint import Checkpoint
from lora_training.config import BOOKKEEPING
from lora_training.training_errors import ResumeRefusedError

_IDENTITY = ("family", "unet", "set", "prior", "style_id")


def check_same(checkpoint: Checkpoint, about: dict[str, object], folder: Path) -> None:
    """Raises ResumeRefusedError, which names what differs."""
    changed = _list_changes(checkpoint.record["about"], about)
    if changed:
        reason = f"It was begun with other values of: {', '.join(changed)}. Use another folder."
        raise ResumeRefusedError(folder=folder, reason=reason)


def _list_changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    first, second = before["config"], now["config"]
    names = sorted(name for name in {*first, *second} - BOOKKEEPING if first.get(name) != second.get(name))
    return names + [name for name in _IDENTITY if before.get(name) != now[name]]
