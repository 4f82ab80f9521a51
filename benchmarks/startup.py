"""Start-up on a prepared machine: the command's help, all programs ready, one whole visit, each beside bare Python."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.report import Cell, quantile, write_result
from scripts.onebox.running import find_free_base_port
from scripts.onebox.words import WORDS

COMMAND = Path(sys.executable).with_name("memorial-booth")
HELP = "memorial-booth --help"
PASS = "python -c pass"
IMPORTS = "python -c 'import fastapi, numba, PySide6.QtQuick'"
READY = "all programs ready"
ONCE = "scripts.onebox --once, from the command to its end"
GOALS_S = {HELP: 0.5, READY: 6.0, ONCE: 20.0}
# Each is compared with the least that Python itself needs for something of the kind.
BASELINES = {HELP: PASS, READY: IMPORTS, ONCE: IMPORTS}


class StartFailedError(Exception):
    """The start did not do what is measured; holds the end of what it said."""


@dataclass(frozen=True)
class Visit:
    """Seconds from the command until the line that says that all is ready, and until its end."""

    ready_s: float
    whole_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3, help="starts measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder, "var")
        base_port = find_free_base_port()
        visit_once(var, base_port)
        rounds = [measure_round(var, base_port) for _ in range(arguments.count)]
    rows = [describe(what, rounds) for what in (PASS, HELP, IMPORTS, READY, ONCE)]
    notes = [
        f"{arguments.count} rounds, everything once in each, after a first start that prepared the folder.",
        "Ratio: to bare Python, or to the three imports, in the same run.",
        "One whole visit holds the photograph, a painted picture, a letter read aloud, and the family page.",
    ]
    print(write_result("startup", "Start-up on a prepared machine", rows, notes=notes).read_text())


def measure_round(var: Path, base_port: int) -> dict[str, float]:
    """Seconds of everything that is measured, once."""
    commands = {
        PASS: (sys.executable, "-c", "pass"),
        HELP: (str(COMMAND), "--help"),
        IMPORTS: (sys.executable, "-c", "import fastapi, numba, PySide6.QtQuick"),
    }
    seconds = {what: measure_s(partial(run, words)) for what, words in commands.items()}
    visit = visit_once(var, base_port)
    return {**seconds, READY: visit.ready_s, ONCE: visit.whole_s}


def measure_s(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def run(words: tuple[str, ...]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def visit_once(var: Path, base_port: int) -> Visit:
    """Start the whole booth for one automatic visit. Raises StartFailedError."""
    words = [sys.executable, "-m", "scripts.onebox", "--once", "--offscreen", "--lang", "en"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*words, "--var", str(var), "--base-port", str(base_port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said, ready_s = follow(process, started)
    whole_s = time.perf_counter() - started
    if process.returncode or ready_s is None:
        raise StartFailedError(f"exit code {process.returncode}: {said[-2000:]}")
    return Visit(ready_s, whole_s)


def follow(process: subprocess.Popen[str], started: float) -> tuple[str, float | None]:
    """Everything a start says until its end, and when it said that all programs are ready."""
    all_ready = WORDS["all_ready"]["en"].partition("{")[0]
    said, ready_s = [], None
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if all_ready in line:
            ready_s = time.perf_counter() - started
    process.wait()
    return "".join(said), ready_s


def describe(what: str, rounds: list[dict[str, float]]) -> Mapping[str, Cell]:
    """One row: median and worst, the goal, and how many times the baseline it is."""
    values = [seconds[what] for seconds in rounds]
    median = quantile(values, 0.5)
    baseline = BASELINES.get(what)
    ratio: Cell = "" if baseline is None else median / quantile([seconds[baseline] for seconds in rounds], 0.5)
    return {"what": what, "median s": median, "worst s": max(values), "goal s": GOALS_S.get(what, ""), "ratio": ratio}


if __name__ == "__main__":
    main()
