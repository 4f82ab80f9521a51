"""Pillow tries every decoder it has on a file whose format is not named; a stranger's file meets only named ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = ("boothkit", "generator_server", "kiosk", "lora_training", "memorial_service", "painter", "service_bridge")


def list_openings(program: str) -> Iterator[tuple[str, bool]]:
    """Each place that opens a picture, and whether it names the formats."""
    for file in (ROOT / program).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="Image"), attr="open")):
                    place = f"{file.relative_to(ROOT)}:{node.lineno}"
                    yield place, any(word.arg == "formats" for word in node.keywords)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_picture_is_opened_with_named_formats(program: str) -> None:
    assert [place for place, is_named in list_openings(program) if not is_named] == []


def test_the_openings_are_found() -> None:
    assert len([opening for program in PROGRAMS for opening in list_openings(program)]) > 8
