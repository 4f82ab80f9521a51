"""The servers' processes: which they are and how much memory they hold."""

from __future__ import annotations

from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from scripts.onebox.running import RunningBox


@dataclass(frozen=True)
class Baseline:
    """Process id and resident bytes of each program, children included."""

    pids: dict[str, int]
    resident_bytes: dict[str, int]


def take_baseline(box: RunningBox) -> Baseline:
    """How it is now."""
    return Baseline(box.pids, {name: measure_resident_bytes(pid) for name, pid in box.pids.items()})


def measure_resident_bytes(pid: int) -> int:
    """Resident bytes of a process and all its children."""
    root = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [root, *root.children(recursive=True)])


def measure_peak_bytes(pid: int) -> int:
    """The most that any one of a program's living processes ever held."""
    root = psutil.Process(pid)
    return max(_read_peak_bytes(process.pid) for process in [root, *root.children(recursive=True)])


def _read_peak_bytes(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:  # noqa: PTH123 - not a file on disk
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
