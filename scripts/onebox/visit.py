"""Follows the automatic visitor through the lines that the kiosk prints, and reads its report."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LATE_AFTER_S = 90.0
LOOK_EVERY_S = 0.1


class VisitFailedError(Exception):
    """The visit did not reach its end."""

    def __init__(self, step: str, reason: str) -> None:
        self.step = step
        self.reason = reason
        super().__init__(f"{step}: {reason}")


class VisitLateError(Exception):
    """No step for a long time."""

    def __init__(self, step: str, limit_s: float) -> None:
        self.step = step
        self.limit_s = limit_s
        super().__init__(f"nothing for {limit_s:g} s after {step}")


@dataclass(frozen=True)
class Step:
    """One step of the visit and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True)
class VisitReport:
    """What the automatic visitor wrote down at the end."""

    visit_id: str
    receipt_code: str
    memorial_id: str
    style_id: str
    engine: str
    photo_sha256: str
    steps: tuple[Step, ...] = field(default_factory=tuple)


class VisitWatch:
    """Notices steps as they come; `until_reported` waits for the end of the visit."""

    def __init__(self, report_file: Path, on_step: Callable[[Step], None], late_after_s: float = LATE_AFTER_S) -> None:
        report_file.unlink(missing_ok=True)
        self._report_file = report_file
        self._on_step = on_step
        self._late_after_s = late_after_s
        self._last_step = "begin"
        self._last_news_at = time.monotonic()
        self._is_kiosk_over = False

    def on_line(self, line: str) -> None:
        """Take a line of the kiosk; lines that are no step are of no interest."""
        step = parse_step(line)
        if step is not None:
            self._last_step = step.name
            self._last_news_at = time.monotonic()
            self._on_step(step)

    def on_kiosk_ended(self) -> None:
        self._is_kiosk_over = True

    async def until_reported(self) -> VisitReport:
        """The report of the visit. Raises VisitFailedError and VisitLateError, both naming the step."""
        self._last_news_at = time.monotonic()
        while not await asyncio.to_thread(self._report_file.exists):
            if self._is_kiosk_over:
                raise VisitFailedError(self._last_step, "the kiosk ended without a report")
            if time.monotonic() - self._last_news_at > self._late_after_s:
                raise VisitLateError(self._last_step, self._late_after_s)
            await asyncio.sleep(LOOK_EVERY_S)
        return read_report(json.loads(self._report_file.read_text(encoding="utf-8")), self._last_step)


def parse_step(line: str) -> Step | None:
    """A step from one JSON line, or None for any other line."""
    if not line.startswith("{"):
        return None
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return Step(str(said["step"]), float(said["seconds"])) if {"step", "seconds"} <= said.keys() else None


def read_report(report: dict[str, Any], last_step: str) -> VisitReport:
    """Raises VisitFailedError when the report tells of a failure."""
    if report["result"] != "ok":
        raise VisitFailedError(last_step, str(report.get("reason") or "no reason was given"))
    return VisitReport(
        steps=tuple(Step(step["step"], step["seconds"]) for step in report["steps"]),
        **{name: str(report[name]) for name in VisitReport.__dataclass_fields__ if name != "steps"},
    )
