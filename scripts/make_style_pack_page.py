"""Writes docs/style-packs.md from the manifest's models, or with --check says whether it is up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from generator_server.styles.manifest import StyleManifest
from scripts.generated_page import keep_page
from scripts.make_settings_page import ROOT, show_bounds, show_default, show_text

PAGE = ROOT / "docs" / "style-packs.md"
INTRODUCTION = """\
# Style packs

*Made from the manifest's models by `python -m scripts.make_style_pack_page`; do not edit.*

A style pack is a folder named like its style. It holds `style.toml`, the manifest described here, and what the manifest
names: an adapter (`.safetensors`), pictures that the painter paints after (`atlas/` or `exemplar.png`), and a sample,
`sample.png` or `sample.jpg` (without one the generator paints it). The shipped packs lie in [styles](../styles); staff
make others with `memorial-booth style publish` or on the [studio page](training.md#the-studio-page).

A style has a `[painter]` part, a `[diffusion]` part, or both. With both, a site without a model, or whose model fails,
still makes the picture by the painter. A wrong field is named with a sentence when the generator starts
(`memorial-booth generator styles`) or when the pack is published; that pack is not served, the others are.
"""


def walk_tables(model: type[BaseModel], title: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """The manifest's tables with their titles in TOML, the outermost first."""
    yield title, model
    for name, field in model.model_fields.items():
        inner, is_list = find_table(field)
        if inner is not None:
            place = f"{title}.{name}" if title else name
            yield from walk_tables(inner, f"[{place}]" if is_list else place)


def find_table(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The model behind a field, and whether the file may have several of it."""
    kinds = [field.annotation, *get_args(field.annotation)]
    inner = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
    return inner, get_origin(field.annotation) is tuple


def render_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *(render_table(title, model) for title, model in walk_tables(StyleManifest))])


def render_table(title: str, model: type[BaseModel]) -> str:
    """A heading, what the table is for, and a row for each of its own fields."""
    rows = [
        f"| `{name}` | {show_default(field)} | {describe_bounds(field)} | {show_text(field)} |"
        for name, field in model.model_fields.items()
        if find_table(field)[0] is None
    ]
    lines = [f"## `[{title}]`" if title else "## At the top", "", (model.__doc__ or "").strip(), ""]
    return "\n".join([*lines, "| field | default | bounds | meaning |", "|---|---|---|---|", *rows, ""])


def describe_bounds(field: FieldInfo) -> str:
    """Numbers' limits, the choices, or how long and of which signs a text may be."""
    return show_bounds(field) or ", ".join(_describe_text(_list_rules(field)))


def _list_rules(field: FieldInfo) -> list[Any]:
    """The rules of a field, also those of its type."""
    inner = [rule for kind in get_args(field.annotation) for rule in getattr(kind, "__metadata__", ())]
    return [*field.metadata, *inner]


def _describe_text(rules: Sequence[Any]) -> Iterator[str]:
    for rule in rules:
        for name, words in (
            ("min_length", "at least {} letters"),
            ("max_length", "at most {} letters"),
            ("pattern", "`{}`"),
        ):
            value = getattr(rule, name, None)
            if value is not None:
                yield words.format(str(value).replace("|", "\\|"))


def main(argv: list[str] | None = None) -> int:
    """Write or check the page."""
    return keep_page(PAGE, render_page(), module="scripts.make_style_pack_page", about=__doc__, argv=argv)


if __name__ == "__main__":
    sys.exit(main())
