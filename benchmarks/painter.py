"""How fast the painter is, against OpenCV's own stylization on the same picture in the same run.

    python benchmarks/painter.py FOLDER [--repeats 7]

writes painter.json and painter.md. Each thread count runs in a process of its own, held to that many processors;
the rounds go through all jobs in turn, so that a machine's mood meets all of them alike.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREADS = (1, 2)
LARGE_SIZE = (1080, 1440)
BASELINE = "cv2.stylization"


def measure_jobs(jobs: dict[str, Callable[[], object]], repeats: int) -> dict[str, dict[str, float]]:
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


def read_peak_bytes() -> int:
    """Largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


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
    jobs: dict[str, Callable[[], object]] = {BASELINE: lambda: cv2.stylization(photo[..., ::-1].copy())}
    for style in painter.list_styles():
        jobs[style.style_id] = functools.partial(painter.paint, photo, style=style.style_id)
    times = measure_jobs(jobs, repeats)
    peak = read_peak_bytes()
    large = cv2.resize(photo, LARGE_SIZE)
    for style in painter.list_styles():
        painter.paint(large, style=style.style_id)
    return {
        "threads": threads,
        "warm_up_s": warm_up_s,
        "first_picture_s": first_s,
        "jobs": times,
        "peak_bytes_768x1024": peak,
        "peak_bytes_1080x1440": read_peak_bytes(),
    }


def start_worker(threads: int, repeats: int) -> dict[str, Any]:
    """Run one thread count in a child process."""
    # -P: without it this file, named like the library, would be imported in its place
    command = [sys.executable, "-P", __file__, "-", "--worker", str(threads), "--repeats", str(repeats)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def render_table(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    lines = [
        "# Painter, 768x1024",
        "",
        f"{report['processor']}, Python {report['python']}, median of {report['repeats']} warm runs, seconds. "
        f"Ratio: wall time against `{BASELINE}` on the same picture in the same run.",
        "",
        "| threads | job | wall s | CPU s | ratio |",
        "|---|---|---|---|---|",
    ]
    for run in report["runs"]:
        base = run["jobs"][BASELINE]["wall_s"]
        for name, job in run["jobs"].items():
            ratio = job["wall_s"] / base
            lines.append(f"| {run['threads']} | {name} | {job['wall_s']:.3f} | {job['cpu_s']:.3f} | {ratio:.2f} |")
    lines += ["", "| threads | import and warm-up s | first picture s | peak MiB 768x1024 | peak MiB 1080x1440 |"]
    lines += ["|---|---|---|---|---|"]
    for run in report["runs"]:
        peaks = [run[f"peak_bytes_{size}"] / 2**20 for size in ("768x1024", "1080x1440")]
        lines.append(
            f"| {run['threads']} | {run['warm_up_s']:.2f} | {run['first_picture_s']:.2f} "
            f"| {peaks[0]:.0f} | {peaks[1]:.0f} |"
        )
    return "\n".join(lines) + "\n"


def read_processor_name() -> str:
    """The processor's name as the kernel gives it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def main(argv: list[str] | None = None) -> int:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.worker is not None:
        print(json.dumps(run_worker(arguments.worker, arguments.repeats)))
        return 0
    report = {
        "processor": read_processor_name(),
        "python": platform.python_version(),
        "repeats": arguments.repeats,
        "runs": [start_worker(threads, arguments.repeats) for threads in THREADS],
    }
    arguments.folder.mkdir(parents=True, exist_ok=True)
    (arguments.folder / "painter.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    (arguments.folder / "painter.md").write_text(render_table(report), encoding="utf-8")
    print(render_table(report))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
