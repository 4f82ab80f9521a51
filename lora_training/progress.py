"""What a training says while it runs: a bar for people, JSON lines for programs, TensorBoard where it is installed."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

from boothkit.files import publish_file, translate_disk_errors

_BAR_LENGTH = 24


class Reporter(Protocol):
    """Listens to a training. `event` is `step`, `measured`, `saved` or `ended`; `step` counts done ones."""

    def report(self, event: str, step: int, **values: float | str) -> None: ...


class Reporters:
    """Several reporters as one."""

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        self._reporters = reporters

    def report(self, event: str, step: int, **values: float | str) -> None:
        for reporter in self._reporters:
            reporter.report(event, step, **values)


class Pace:
    """How fast the training is, and when it will be done, from the steps of this run alone."""

    def __init__(self, *, done: int, steps: int) -> None:
        self._started_at = time.monotonic()
        self._begun_with = done
        self._steps = steps
        self._pictures = 0

    def describe(self, done: int, pictures: int) -> dict[str, float]:
        """`images_per_s` and `left_s` after `done` steps, the last of which saw `pictures`."""
        self._pictures += pictures
        passed_s = max(time.monotonic() - self._started_at, 1e-9)
        step_s = passed_s / (done - self._begun_with)
        return {"images_per_s": self._pictures / passed_s, "left_s": step_s * (self._steps - done)}


class JsonLines:
    """One JSON object per event. What was written after `resumed_at` by a run that died is taken away first."""

    def __init__(self, path: Path, *, resumed_at: int) -> None:
        with translate_disk_errors():
            lines = path.read_text().splitlines() if path.is_file() else []
        kept = [line for line in lines if _is_before(line, resumed_at)]
        publish_file(path, "".join(f"{line}\n" for line in kept).encode())
        self._path = path

    def report(self, event: str, step: int, **values: float | str) -> None:
        line = json.dumps({"event": event, "step": step, **values}, ensure_ascii=False)
        with translate_disk_errors(), self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


class TerminalBar:
    """One line that is drawn anew: how far, the loss, images per second, and the time left."""

    def __init__(self, stream: TextIO, *, steps: int) -> None:
        self._stream = stream
        self._steps = steps

    def report(self, event: str, step: int, **values: float | str) -> None:
        if event == "step":
            self._stream.write(f"\r{self._draw(step, values)}\x1b[K")
        elif event == "measured":
            self._stream.write(f"\r{step}: loss on held-out pictures {values['loss']:.5f}\x1b[K\n")
        elif event == "ended":
            self._stream.write("\n")
        self._stream.flush()

    def _draw(self, step: int, values: dict[str, float | str]) -> str:
        full = _BAR_LENGTH * step // self._steps
        bar = "█" * full + "░" * (_BAR_LENGTH - full)
        left = format_duration(float(values["left_s"]))
        pace = f"{values['images_per_s']:.1f} images/s"
        return f"{bar} {step}/{self._steps}  loss {values['loss']:.4f}  {pace}  {left} left"


class TensorBoard:
    """Curves of everything that is a number."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def report(self, event: str, step: int, **values: float | str) -> None:
        for name, value in values.items():
            if not isinstance(value, str):
                self._writer.add_scalar(f"{event}/{name}", value, step)
        if event == "ended":
            self._writer.close()


def find_tensorboard(folder: Path, *, resumed_at: int) -> TensorBoard | None:
    """A writer into `folder`, or None where TensorBoard is not installed."""
    try:
        module = importlib.import_module("torch.utils.tensorboard")
    except ImportError:
        return None
    return TensorBoard(module.SummaryWriter(str(folder), purge_step=resumed_at + 1))


def format_duration(seconds: float) -> str:
    """Hours, minutes and seconds, as 1:02:03 or 2:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def _is_before(line: str, step: int) -> bool:
    try:
        return int(json.loads(line)["step"]) <= step
    except (ValueError, KeyError, TypeError):
        return False
