"""One way to write a measurement down: the numbers, the command that made them, and the machine."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
Cell = str | int | float


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0-1) of `values` lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def describe_machine() -> dict[str, Cell]:
    """What a reader has to know to compare."""
    return {
        "processor": _read_processor(),
        "cores": os.cpu_count() or 1,
        "python": f"Python {platform.python_version()}",
        "system": f"{platform.system()} {platform.release()}",
    }


def write_result(
    name: str, title: str, rows: Sequence[Mapping[str, Cell]], *, notes: Sequence[str] = (), folder: Path = RESULTS
) -> Path:
    """Write `name.json` and `name.md` and give the path of the latter. All rows have the same columns."""
    command = " ".join(["python", "-m", *_module_words()])
    measured_at = datetime.now(UTC).date().isoformat()
    machine = describe_machine()
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"title": title, "command": command, "date": measured_at, "machine": machine, "rows": list(rows)}
    (folder / f"{name}.json").write_text(
        json.dumps(whole | {"notes": list(notes)}, indent=1, ensure_ascii=False) + "\n"
    )
    page = folder / f"{name}.md"
    page.write_text("\n".join(_render(title, command, measured_at, machine, rows, notes)) + "\n")
    return page


def _render(
    title: str,
    command: str,
    measured_at: str,
    machine: Mapping[str, Cell],
    rows: Sequence[Mapping[str, Cell]],
    notes: Sequence[str],
) -> list[str]:
    columns = list(rows[0])
    facts = ", ".join(f"{value} cores" if key == "cores" else str(value) for key, value in machine.items())
    return [
        f"# {title}",
        "",
        f"`{command}` on {measured_at}: {facts}.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{'---|' * len(columns)}",
        *(f"| {' | '.join(_show(row[column]) for column in columns)} |" for row in rows),
        *(["", *(f"- {note}" for note in notes)] if notes else []),
    ]


def _show(value: Cell) -> str:
    return (
        f"{value:.3g}"
        if isinstance(value, float) and abs(value) < 100
        else f"{value:.0f}"
        if isinstance(value, float)
        else str(value)
    )


def _module_words() -> list[str]:
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    return [spec.name if spec else Path(sys.argv[0]).stem, *sys.argv[1:]]


def _read_processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
