"""Writes docs/settings.md from the settings models, or with --check says whether it is up to date."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from scripts.generated_page import keep_page

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "settings.md"
MODELS = {
    "nginx": "nginx.settings:NginxSettings",
    "bridge": "service_bridge.settings:BridgeSettings",
    "generator": "generator_server.settings:GeneratorSettings",
    "memorial": "memorial_service.settings:MemorialSettings",
    "kiosk": "kiosk.settings:KioskSettings",
    "training": "lora_training.studio.settings:TrainingSettings",
}
INTRODUCTION = """\
# Settings

*Made from the settings models by `python -m scripts.make_settings_page`; do not edit.*

All programs read one TOML file with one table per program, named by `BOOTH_CONFIG` or `--config FILE`, as in
[site.example.toml](../deploy/site.example.toml). A variable `BOOTH_<PROGRAM>__<GROUP>__<NAME>` in the environment wins
over the file: `BOOTH_BRIDGE__POLICY__GENERATION_PATIENCE_S=30`. A wrong value stops the program at its start with one
line per wrong setting. `memorial-booth PROGRAM config` shows what is in force and where each value came from.
"""


def load_model(address: str) -> type[BaseModel]:
    """The settings model at `module:Class`."""
    module, _, name = address.partition(":")
    model: type[BaseModel] = getattr(importlib.import_module(module), name)
    return model


def walk(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every field with its dotted name, groups opened."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from walk(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def render_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *(render_section(section, load_model(MODELS[section])) for section in MODELS)])


def render_section(section: str, model: type[BaseModel]) -> str:
    rows = [
        f"| `{name}` | {show_default(field)} | {show_bounds(field)} | {show_text(field)} |"
        for name, field in walk(model)
    ]
    return "\n".join(
        [f"## `[{section}]`\n", "| setting | default | bounds | meaning |", "|---|---|---|---|", *rows, ""]
    )


def show_default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined and field.default_factory is None:
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    return "not set" if default is None else f"`{to_text(default)}`"


def to_text(value: Any) -> str:
    """A value as it is written in the TOML file."""
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, BaseModel):
        return json.dumps(value.model_dump(mode="json"), ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(to_text, value))}]"
    if isinstance(value, bool | int | float | dict):
        return json.dumps(value)
    # A folder of this checkout is somewhere else on every machine.
    return json.dumps(str(value).removeprefix(f"{ROOT}/"), ensure_ascii=False)


def show_bounds(field: FieldInfo) -> str:
    """Numbers' limits, or the values that can be chosen."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{to_text(choice)}`" for choice in get_args(field.annotation))
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    bounds = [
        f"{sign} {getattr(rule, name):g}"
        for rule in field.metadata
        for name, sign in signs.items()
        if getattr(rule, name, None) is not None
    ]
    return ", ".join(bounds)


def show_text(field: FieldInfo) -> str:
    return (field.description or "").replace("|", "\\|")


def main(argv: list[str] | None = None) -> int:
    """Write or check the page."""
    return keep_page(PAGE, render_page(), module="scripts.make_settings_page", about=__doc__, argv=argv)


if __name__ == "__main__":
    sys.exit(main())
