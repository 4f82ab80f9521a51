"""What an engine can say of a style's LoRA before it is published."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable


@runtime_checkable
class AdapterJudge(Protocol):
    """An engine that can compare a LoRA file with the model that it has loaded."""

    def find_adapter_obstacle(self, path: Path) -> str | None:
        """Why its model cannot wear the file, as an English sentence; None when it can, or none is loaded.

        Any thread; reads the whole file.
        """
