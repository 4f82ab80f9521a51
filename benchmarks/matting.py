"""How near the mattes come to a known truth, and how fast, against cv2.grabCut on the same picture in the same run.

    python -m benchmarks.matting [FOLDER] [--repeats 5]

GrabCut starts from the rectangle around the true figure and runs its usual five rounds at full size. The truth is
synthetic (see scripts/matting_scenes.py): real footage of a booth is not part of this.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

import painter
from benchmarks.report import RESULTS, Cell, write_result
from painter.matting import warm_up
from scripts.matting_scenes import CONDITIONS, MEASURES, Photo, Plane, build_figure, shoot, shoot_empty

FRAMES = 12
Result = TypeVar("Result")


def measure_time(job: Callable[[], Result], repeats: int) -> tuple[Result, float, float]:
    """The result, and the medians of wall and CPU seconds."""
    wall, cpu = [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        result = job()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return result, statistics.median(wall), statistics.median(cpu)


def run_grab_cut(photo: Photo, truth: Plane) -> Plane:
    """OpenCV's own cut, told the figure's rectangle."""
    rows, columns = np.nonzero(truth > 0.5)
    left, top = int(columns.min()), int(rows.min())
    rectangle = (left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
    labels = np.zeros(photo.shape[:2], np.uint8)
    cv2.setRNGSeed(1)
    cv2.grabCut(photo, labels, rectangle, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    return (labels % 2).astype(np.float32)


def measure_condition(name: str, repeats: int) -> dict[str, Cell]:
    """One row of the table."""
    figure = build_figure()
    photo = shoot(CONDITIONS[name], seed=1, figure=figure)
    frames = shoot_empty(CONDITIONS[name], FRAMES)
    reference, learn_s, _ = measure_time(lambda: painter.learn_reference(frames), 1)
    matte, wall_s, cpu_s = measure_time(lambda: painter.cut_out(photo, reference), repeats)
    _, compose_s, _ = measure_time(lambda: painter.compose(matte, frames[0]), 1)
    grabbed, grab_s, _ = measure_time(lambda: run_grab_cut(photo, figure.alpha), 1)
    row: dict[str, Cell] = {"condition": name}
    row |= {measure: round(function(matte.alpha, figure.alpha), 4) for measure, function in MEASURES.items()}
    row |= {"GrabCut IoU": round(MEASURES["IoU"](grabbed, figure.alpha), 4)}
    row |= {"learn s": learn_s, "cut s": wall_s, "cut CPU s": cpu_s, "compose s": compose_s, "GrabCut s": grab_s}
    return row | {"cut : GrabCut": wall_s / grab_s}


def main(argv: list[str] | None = None) -> int:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=RESULTS)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args(argv)
    warm_up()
    rows = [measure_condition(name, arguments.repeats) for name in CONDITIONS]
    notes = [
        f"768x1024; the reference is learnt from {FRAMES} frames; `cut` is the median of {arguments.repeats} runs.",
        "Band and hair error: mean absolute error of the matte (0-1) in a band 25 px wide around the true edge, and in "
        "its part around the hair, where 260 single hairs overlap.",
        "GrabCut is told the true figure's rectangle; its matte is hard, its time is at full size.",
    ]
    print(write_result("matting", "Cutting out the visitor", rows, notes=notes, folder=arguments.folder).read_text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
