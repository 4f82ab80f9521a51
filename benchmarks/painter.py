"""How fast the painter is, each part against OpenCV's own stylization of the same picture in the same run.

    python -m benchmarks.painter [--repeats 7]

Each thread count runs in a process of its own, held to that many processors; the rounds go through all jobs in turn,
so that a machine's mood meets all of them alike.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.report import Cell, write_result

THREADS = (1, 2)
FULL, LIVE = "768x1024", "480x640"
LARGE_SIZE = (1080, 1440)
BASELINE = "cv2.stylization"
CLIP_FRAMES = 16
Job = Callable[[], object]


def measure_jobs(jobs: Mapping[str, Job], repeats: int) -> dict[str, dict[str, float]]:
    """Median wall and CPU seconds of every job, after one unmeasured round."""
    wall: dict[str, list[float]] = {name: [] for name in jobs}
    cpu: dict[str, list[float]] = {name: [] for name in jobs}
    for round_number in range(repeats + 1):
        for name, job in jobs.items():
            started, used = time.perf_counter(), time.process_time()
            job()
            if round_number:
                wall[name].append(time.perf_counter() - started)
                cpu[name].append(time.process_time() - used)
    return {name: {"wall_s": statistics.median(wall[name]), "cpu_s": statistics.median(cpu[name])} for name in jobs}


def read_peak_mib() -> float:
    """Largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build_full_jobs(photo: Any) -> dict[str, Job]:
    """Every style, and what else is made of a photo of 768x1024."""
    import cv2
    import skimage.data

    import painter

    exemplar = cv2.resize(skimage.data.coffee(), (600, 800))
    atlas = painter.learn_atlas([exemplar, exemplar[:, ::-1].copy(), 255 - exemplar, exemplar[::-1].copy()])
    frames, visit = build_booth(photo)
    reference = painter.learn_reference(frames)
    jobs: dict[str, Job] = {BASELINE: lambda: cv2.stylization(photo[..., ::-1].copy())}
    for style in painter.list_styles():
        jobs[style.style_id] = functools.partial(painter.paint, photo, style=style.style_id)
    return jobs | {
        "after one picture": lambda: painter.transfer_style(photo, exemplar),
        "after an atlas": lambda: painter.paint_atlas(photo, atlas),
        "cut-out": lambda: painter.cut_out(visit, reference),
        "scene of a lake": lambda: painter.paint_scene(painter.Scene(), width=768, height=1024),
        "scene of a forest": lambda: painter.paint_scene(
            painter.Scene.from_dict({"place": "forest"}), width=768, height=1024
        ),
    }


def build_booth(photo: Any) -> tuple[list[Any], Any]:
    """Twelve frames of an empty booth, and the photo's middle before the same backdrop."""
    import numpy as np

    generator = np.random.default_rng(1)
    empty = np.full(photo.shape, 150.0)
    frames = [np.clip(empty + generator.normal(0, 2, empty.shape), 0, 255).astype(np.uint8) for _ in range(12)]
    y, x = np.mgrid[: photo.shape[0], : photo.shape[1]]
    inside = (((x - 384) / 260) ** 2 + ((y - 620) / 560) ** 2 < 1)[..., None]
    return frames, np.where(inside, photo, frames[0]).astype(np.uint8)


def build_live_jobs(photo: Any) -> dict[str, Job]:
    """The twins for the preview, one frame each, faces included."""
    import cv2

    import painter
    from painter.live import LivePainter, learn_lut, list_live_styles

    frame = cv2.resize(photo, (480, 640), interpolation=cv2.INTER_AREA)
    lut = learn_lut(frame, painter.paint(frame, style="pastel"))
    twins = {style_id: LivePainter(style_id) for style_id in list_live_styles()} | {"learnt table": LivePainter(lut)}
    jobs: dict[str, Job] = {BASELINE: lambda: cv2.stylization(frame[..., ::-1].copy())}
    return jobs | {f"{name}, live": functools.partial(twin.paint, frame) for name, twin in twins.items()}


def measure_clip(photo: Any) -> dict[str, float]:
    """Seconds for a short clip of 480x640 in the flagship's style, from file to file."""
    import cv2
    from PIL import Image

    import painter

    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "in.webp"), Path(name, "out.mp4")
        large = cv2.resize(photo, (520, 680))
        frames = [Image.fromarray(large[shift : shift + 640, shift : shift + 480]) for shift in range(CLIP_FRAMES)]
        frames[0].save(source, save_all=True, append_images=frames[1:], duration=83, lossless=True)
        started, used = time.perf_counter(), time.process_time()
        painter.paint_clip(source, target, style="watercolour")
        return {"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - used}


def run_worker(threads: int, repeats: int) -> dict[str, Any]:
    """All numbers for one thread count; to be called in a fresh process."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    started = time.perf_counter()
    import cv2

    import painter

    cv2.setNumThreads(threads)
    painter.warm_up()
    warm_up_s = time.perf_counter() - started
    photo = painter.sample_portrait()
    started = time.perf_counter()
    painter.paint(photo, style=painter.list_styles()[0].style_id)
    first_s = time.perf_counter() - started
    full = measure_jobs(build_full_jobs(photo), repeats)
    live = measure_jobs(build_live_jobs(photo), repeats * 3)
    peak = read_peak_mib()
    large = cv2.resize(photo, LARGE_SIZE)
    for style in painter.list_styles():
        painter.paint(large, style=style.style_id)
    return {
        "warm_up_s": warm_up_s,
        "first_picture_s": first_s,
        "jobs": {FULL: full, LIVE: live, f"{CLIP_FRAMES} frames": {"watercolour clip": measure_clip(photo)}},
        "peaks_mib": (peak, read_peak_mib()),
    }


def start_worker(threads: int, repeats: int) -> dict[str, Any]:
    """Run one thread count in a child process."""
    command = [sys.executable, "-m", "benchmarks.painter", "--worker", str(threads), "--repeats", str(repeats)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return result


def list_rows(threads: int, run: Mapping[str, Any]) -> list[dict[str, Cell]]:
    """One row for each job."""
    rows: list[dict[str, Cell]] = []
    for size, jobs in run["jobs"].items():
        base = jobs.get(BASELINE, {}).get("wall_s")
        for name, job in jobs.items():
            ratio = "" if base is None else round(job["wall_s"] / base, 3)
            times = {"wall s": round(job["wall_s"], 4), "CPU s": round(job["cpu_s"], 4)}
            rows.append({"threads": threads, "size": size, "what": name, **times, "ratio": ratio})
    return rows


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker is not None:
        print(json.dumps(run_worker(given.worker, given.repeats)))
        return
    runs = {threads: start_worker(threads, given.repeats) for threads in THREADS}
    notes = [
        f"Medians of {given.repeats} warm runs (live: {3 * given.repeats}). "
        f"Ratio: wall time against `{BASELINE}` of the same picture in the same run.",
    ]
    notes += [
        f"{threads} thread(s): import and warm-up {run['warm_up_s']:.2f} s, then the first picture "
        f"{run['first_picture_s']:.2f} s; peak memory {run['peaks_mib'][0]:.0f} MiB with everything above in one "
        f"process, {run['peaks_mib'][1]:.0f} MiB after every style at {LARGE_SIZE[0]}x{LARGE_SIZE[1]} too."
        for threads, run in runs.items()
    ]
    rows = [row for threads, run in runs.items() for row in list_rows(threads, run)]
    print(write_result("painter", "Painter", rows, notes=notes).read_text())


if __name__ == "__main__":
    main()
