"""What a person sees in the terminal while the booth starts and a visit happens."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from boothkit.merged_log import MergedLog
from boothkit.supervisor import StateChange
from scripts.onebox.enrolment import Demonstration
from scripts.onebox.programs import NAMES
from scripts.onebox.visit import Step, VisitReport
from scripts.onebox.words import Words


class Screen:
    """Prints news in the visitor's language; the programs' own lines go to the log, and here too when wanted."""

    def __init__(self, words: Words, log: TextIO, *, is_verbose: bool) -> None:
        self.words = words
        self._logs = [MergedLog(NAMES, stream=log)] + ([MergedLog(NAMES)] if is_verbose else [])
        self._started_at = time.monotonic()
        self._seen_ready: set[str] = set()

    def say(self, key: str, **details: object) -> None:
        print(self.words.say(key, **details), flush=True)

    @property
    def seconds(self) -> float:
        """Since the start of this command."""
        return time.monotonic() - self._started_at

    def on_line(self, program: str, line: str) -> None:
        for log in self._logs:
            log.print_line(program, line)

    def on_change(self, change: StateChange) -> None:
        """Readiness is news the first time; a death is always news."""
        self.on_line(change.program, f"-- {change.state} {change.pid or ''} {change.detail}".rstrip())
        if change.state == "ready" and change.program not in self._seen_ready:
            self._seen_ready.add(change.program)
            self.say("ready", program=change.program, seconds=self.seconds)
        elif change.state == "died":
            self.say("died", program=change.program, detail=change.detail)

    def on_step(self, step: Step) -> None:
        self.say("step", name=pad(self.words.name_step(step.name), 20), seconds=step.seconds)

    def print_table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Rows of a key of the words and a value."""
        names = [self.words.say(f"table_{key}") for key, _ in rows]
        width = max(map(count_columns, names))
        print()
        for name, (_, value) in zip(names, rows, strict=True):
            print(f"  {pad(name, width)}  {value}")
        print(flush=True)

    def describe_visit(self, report: VisitReport, delivery_s: float) -> list[tuple[str, str]]:
        """Table rows on what the visitor did."""
        steps = [*report.steps, Step("delivery", delivery_s)]
        return [
            ("receipt", report.receipt_code),
            ("style", report.style_id),
            ("engine", report.engine),
            ("steps", ", ".join(f"{self.words.name_step(step.name)} {step.seconds:.1f}" for step in steps)),
            ("total", self.words.say("seconds", seconds=sum(step.seconds for step in steps))),
        ]

    def describe_page(self, demonstration: Demonstration, address: str) -> list[tuple[str, str]]:
        """Table rows on where the family finds it."""
        how = self.words.say("open_how", url=demonstration.invitation_url, pin=demonstration.pin)
        return [("page", address), ("open", how)]


def count_columns(text: str) -> int:
    """Columns of a terminal that a text takes: Hangul takes two each."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - count_columns(text))
