"""What a training tells programs and people."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lora_training.progress import JsonLines, Pace, Reporters, TerminalBar, find_tensorboard, format_duration

STEP = {"loss": 0.1234567, "learning_rate": 1e-4, "images_per_s": 12.34, "left_s": 3725.0}


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_event_is_one_json_line(tmp_path: Path) -> None:
    lines = JsonLines(tmp_path / "progress.jsonl", resumed_at=0)
    lines.report("step", 1, **STEP)
    lines.report("ended", 1, ending="finished")
    assert read_lines(tmp_path / "progress.jsonl") == [
        {"event": "step", "step": 1, **STEP},
        {"event": "ended", "step": 1, "ending": "finished"},
    ]


def test_a_resumed_training_takes_back_what_was_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    first = JsonLines(path, resumed_at=0)
    for step in range(1, 5):
        first.report("step", step, loss=float(step))
    with path.open("a") as file:
        file.write('{"event": "step", "st')
    JsonLines(path, resumed_at=2).report("step", 3, loss=30.0)
    assert [(line["step"], line["loss"]) for line in read_lines(path)] == [(1, 1.0), (2, 2.0), (3, 30.0)]


def test_the_bar_shows_loss_pace_and_time_left() -> None:
    stream = io.StringIO()
    bar = TerminalBar(stream, steps=4)
    bar.report("step", 1, **STEP)
    bar.report("measured", 2, loss=0.5)
    bar.report("saved", 2, file="step-2")
    bar.report("ended", 4, ending="finished")
    drawn, measured, _, end = (
        part.removesuffix("\x1b[K") for part in stream.getvalue().replace("\n", "\r").split("\r")[1:]
    )
    assert drawn == "██████░░░░░░░░░░░░░░░░░░ 1/4  loss 0.1235  12.3 images/s  1:02:05 left"
    assert measured == "2: loss on held-out pictures 0.50000"
    assert end == ""


def test_the_pace_counts_this_run_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 102.0, 104.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    pace = Pace(done=10, steps=20)
    assert pace.describe(11, 4) == {"images_per_s": 2.0, "left_s": 18.0}
    assert pace.describe(12, 4) == {"images_per_s": 2.0, "left_s": 16.0}


def test_durations_are_short() -> None:
    assert [format_duration(seconds) for seconds in (0, 59.6, 61, 3600)] == ["0:00", "1:00", "1:01", "1:00:00"]


def test_tensorboard_is_left_out_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert find_tensorboard(tmp_path, resumed_at=0) is None


def test_tensorboard_gets_what_is_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the library, which is optional: `SummaryWriter(folder, purge_step=)`, `add_scalar`, `close`."""
    written: list[Any] = []

    class SummaryWriter:
        def __init__(self, folder: str, *, purge_step: int) -> None:
            written.append((folder, purge_step))

        def add_scalar(self, name: str, value: float, step: int) -> None:
            written.append((name, value, step))

        def close(self) -> None:
            written.append("closed")

    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    board = find_tensorboard(tmp_path, resumed_at=4)
    assert board is not None
    both = Reporters([board, board])
    board.report("step", 5, loss=0.5)
    both.report("ended", 5, ending="finished")
    assert written == [(str(tmp_path), 5), ("step/loss", 0.5, 5), "closed", "closed"]
