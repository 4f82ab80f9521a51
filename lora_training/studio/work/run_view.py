"""What a training has said so far, from its run folder; whatever is missing or half written is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from lora_training.run_record import RunMissingError, RunRecord, read_run

PROGRESS_NAME = "progress.jsonl"
SAMPLE_STEP = re.compile(r"^step-[0-9]{1,9}$")
SAMPLE_NAME = re.compile(r"^[A-Za-z0-9_-]{1,64}\.png$")
_POINTS = 80

Point = tuple[int, float]
"""A step and a loss."""


@dataclass(frozen=True)
class Samples:
    """Test pictures that were made at one step."""

    step: int
    folder: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class RunView:
    """A run as far as it is. `left_s` is the trainer's own guess."""

    record: RunRecord | None
    step: int
    left_s: float | None
    losses: tuple[Point, ...]
    measured: tuple[Point, ...]
    samples: tuple[Samples, ...]

    @property
    def has_begun(self) -> bool:
        """True when there is something that a new training would throw away."""
        return self.record is not None or self.step > 0

    @property
    def has_result(self) -> bool:
        """True when what was learnt can be used."""
        return self.record is not None and self.record.has_result

    @property
    def best(self) -> Point | None:
        """The measurement with the smallest loss on held-out pictures."""
        return min(self.measured, key=lambda point: point[1], default=None)


def view_run(folder: Path) -> RunView:
    """Everything that pages show of a run."""
    events = list(_read_events(folder))
    steps = [event for event in events if event.get("event") == "step"]
    return RunView(
        record=_find_record(folder),
        step=max((event["step"] for event in events), default=0),
        left_s=_find_number(steps[-1], "left_s") if steps else None,
        losses=thin_out(_collect(steps), _POINTS),
        measured=tuple(_collect(event for event in events if event.get("event") == "measured")),
        samples=tuple(_list_samples(folder / "samples")),
    )


def find_reached_step(folder: Path) -> int:
    """The last step that a training of this folder told of; 0 for none."""
    return max((event["step"] for event in _read_events(folder)), default=0)


def thin_out(points: Sequence[Point], count: int) -> tuple[Point, ...]:
    """At most `count` points: each the last step and the mean loss of neighbours, which also calms the curve."""
    if len(points) <= count:
        return tuple(points)
    edges = [round(place * len(points) / count) for place in range(count + 1)]
    groups = [points[first:last] for first, last in pairwise(edges)]
    return tuple((group[-1][0], sum(loss for _, loss in group) / len(group)) for group in groups)


def _find_record(folder: Path) -> RunRecord | None:
    try:
        return read_run(folder)
    except RunMissingError:
        return None


def _read_events(folder: Path) -> Iterator[dict[str, Any]]:
    """Events that carry a step. The last line may be half written."""
    try:
        lines = (folder / PROGRESS_NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and isinstance(event.get("step"), int):
            yield event


def _collect(events: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> list[Point]:
    found = [(event["step"], _find_number(event, "loss")) for event in events]
    return [(step, loss) for step, loss in found if loss is not None]


def _find_number(event: dict[str, Any], name: str) -> float | None:
    value = event.get(name)
    return float(value) if isinstance(value, int | float) and value == value else None  # not NaN


def _list_samples(folder: Path) -> Iterator[Samples]:
    """The latest first."""
    if not folder.is_dir():
        return
    steps = sorted((entry for entry in folder.iterdir() if SAMPLE_STEP.fullmatch(entry.name)), reverse=True)
    for entry in steps:
        names = tuple(sorted(file.name for file in entry.iterdir() if SAMPLE_NAME.fullmatch(file.name)))
        if names:
            yield Samples(int(entry.name.removeprefix("step-")), entry.name, names)
