"""What ended a command, left behind for the program that started it: codes and details instead of sentences."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boothkit.errors import BoothError

NOTE_VARIABLE = "MEMORIAL_BOOTH_FAILURE_NOTE"
"""Environment variable with the file to write; where it is not set, nothing is left behind."""


@dataclass(frozen=True)
class Failure:
    """One error. `place` is the generator that it is about, if any; `ko` and `en` are the command's own sentences."""

    code: str
    ko: str
    en: str
    place: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def describe_failure(error: BoothError, *, code: str | None = None, place: str = "") -> Failure:
    """The failure behind an error; `code` where the error's own says too little."""
    return Failure(
        code=code or error.code,
        ko=error.public_message("ko"),
        en=error.public_message("en"),
        place=place,
        details={name: str(value) for name, value in error.details.items()},
    )


def write_note(failures: Iterable[Failure], environ: Mapping[str, str]) -> None:
    """Leave a note where one is asked for. On a disk that refuses there is none: the sentences were said already."""
    if file := environ.get(NOTE_VARIABLE):
        text = json.dumps([asdict(failure) for failure in failures], ensure_ascii=False)
        with contextlib.suppress(OSError):
            Path(file).write_text(text, encoding="utf-8")


def read_note(file: Path) -> tuple[Failure, ...]:
    """What a command left behind; nothing where it left no note or half of one."""
    try:
        return tuple(Failure(**failure) for failure in json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return ()
