"""Settings: one TOML file plus the environment, checked once at start, frozen afterwards, each with its origin."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeGuard, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo

CONFIG_VARIABLE = "BOOTH_CONFIG"
_MASK = "********"


class SettingsGroup(BaseModel):
    """Base of every group of settings. Each field is `Field(default, bounds, description="A sentence. Unit.")`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=False)


class LogSettings(SettingsGroup):
    """What the program tells its operator."""

    json_lines: bool = Field(False, description="True writes one JSON object per line, for production.")
    level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least important level shown.")


class SettingsError(Exception):
    """The settings cannot be used. `problems` holds one readable line per wrong field."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


T = TypeVar("T", bound=SettingsGroup)


@dataclass(frozen=True)
class Loaded(Generic[T]):
    """Checked settings, and for each dotted field where its value came from.

    An origin is `default`, the file's name, or the environment variable's name.
    """

    settings: T
    origins: dict[str, str]


@dataclass(frozen=True)
class _Given:
    """One value that somebody wrote down, before it is checked."""

    path: tuple[str, ...]
    value: Any
    origin: str


def load_settings(
    model: type[T],
    *,
    section: str,
    config_file: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Loaded[T]:
    """Read table `[section]` of the file, then let `BOOTH_<SECTION>__GROUP__FIELD` variables override it.

    Without `config_file` the file named by BOOTH_CONFIG is read, when that is set. Lists in the environment are JSON
    or separated by commas. Raises SettingsError.
    """
    variables = os.environ if environ is None else environ
    file = config_file or (Path(variables[CONFIG_VARIABLE]) if variables.get(CONFIG_VARIABLE) else None)
    given = [*_read_file(file, section), *_read_environment(model, section, variables)]
    origins = {".".join(item.path): item.origin for item in given}
    try:
        settings = model.model_validate(_to_tree(model, given))
    except ValidationError as error:
        raise SettingsError([_describe(section, wrong, origins) for wrong in error.errors()]) from None
    return Loaded(settings, {name: _origin_of(name, origins) for name, _, _ in _walk(settings)})


def render_settings(loaded: Loaded[T]) -> str:
    """The settings in force as text: `group.field = value  (origin)  # sentence`. Secrets are masked."""
    rows = [
        (f"{name} = {_show(value)}", f"({loaded.origins[name]})", field.description or "")
        for name, value, field in _walk(loaded.settings)
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return "\n".join(f"{left:<{widths[0]}}  {origin:<{widths[1]}}  # {sentence}" for left, origin, sentence in rows)


def _read_file(file: Path | None, section: str) -> Iterator[_Given]:
    if file is None:
        return
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"The settings file {file} cannot be read: {error.strerror}."]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"The settings file {file} is not valid TOML: {error}."]) from None
    table = tables.get(section, {})
    if not isinstance(table, dict):
        raise SettingsError([f"{section} in {file.name} must be a table: [{section}]."])
    yield from _flatten(table, (), file.name)


def _flatten(table: Mapping[str, Any], prefix: tuple[str, ...], origin: str) -> Iterator[_Given]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, (*prefix, name), origin)
        else:
            yield _Given((*prefix, name), value, origin)


def _read_environment(model: type[SettingsGroup], section: str, variables: Mapping[str, str]) -> Iterator[_Given]:
    prefix = f"BOOTH_{section.upper()}__"
    for variable in sorted(variables):
        if variable.startswith(prefix):
            path = tuple(variable.removeprefix(prefix).lower().split("__"))
            yield _Given(path, _parse(variable, variables[variable], _find_field(model, path)), variable)


def _find_field(model: type[SettingsGroup], path: tuple[str, ...]) -> FieldInfo | None:
    """The field that a path names, or None when there is none: the check of the whole then reports it."""
    field = model.model_fields.get(path[0])
    if len(path) == 1 or field is None:
        return field
    group = field.annotation
    return _find_field(group, path[1:]) if _is_group(group) else None


def _parse(variable: str, text: str, field: FieldInfo | None) -> Any:
    if field is None or not _holds_many(field.annotation):
        return text
    if text.lstrip().startswith(("[", "{")):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise SettingsError([f"{variable} is not valid JSON."]) from None
    return [part.strip() for part in text.split(",") if part.strip()]


def _holds_many(annotation: Any) -> bool:
    kinds = (get_origin(annotation), *(get_origin(part) for part in get_args(annotation)))
    return any(kind in (list, tuple, set, frozenset, dict) for kind in kinds)


def _to_tree(model: type[SettingsGroup], given: list[_Given]) -> dict[str, Any]:
    """Nested tables from dotted values; later ones win. Every group is there, so that its own gaps are reported."""
    tree = _empty_groups(model)
    for item in given:
        branch = tree
        for name in item.path[:-1]:
            if not isinstance(branch.get(name), dict):
                branch[name] = {}
            branch = branch[name]
        branch[item.path[-1]] = item.value
    return tree


def _empty_groups(model: type[SettingsGroup]) -> dict[str, Any]:
    groups = {name: field.annotation for name, field in model.model_fields.items()}
    return {name: _empty_groups(kind) for name, kind in groups.items() if _is_group(kind)}


def _is_group(annotation: Any) -> TypeGuard[type[SettingsGroup]]:
    return isinstance(annotation, type) and issubclass(annotation, SettingsGroup)


def _describe(section: str, wrong: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    names = [str(part) for part in wrong["loc"]]
    dotted = ".".join(names)
    if wrong["type"] == "missing":
        variable = f"BOOTH_{section.upper()}__{'__'.join(names).upper()}"
        return f"{section}.{dotted} is missing; set it in the settings file or as {variable}."
    if not names:
        return f"{section}: {_to_clause(wrong)}."
    return f"{section}.{dotted}: {_to_clause(wrong)} ({_origin_of(dotted, origins)})."


def _to_clause(wrong: Mapping[str, Any]) -> str:
    if wrong["type"] == "extra_forbidden":
        return "is not a setting"
    sentence = wrong["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _origin_of(dotted: str, origins: Mapping[str, str]) -> str:
    """Origin of a field, of the value around it (an item of a list), or of one inside it (an unknown group)."""
    for name, origin in reversed(list(origins.items())):
        if name == dotted or dotted.startswith(f"{name}.") or name.startswith(f"{dotted}."):
            return origin
    return "default"


def _walk(group: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any, FieldInfo]]:
    for name, field in type(group).model_fields.items():
        value = getattr(group, name)
        if isinstance(value, BaseModel):
            yield from _walk(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value, field


def _show(value: Any) -> str:
    if isinstance(value, SecretStr):
        return _MASK
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_show, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool | int | float) else str(value)
