"""What is said of a style: its names, what can be set, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from painter.errors import InvalidParameterError


@dataclass(frozen=True)
class ParameterInfo:
    """A number that shapes a style."""

    name: str
    default: float
    minimum: float
    maximum: float
    description: str


@dataclass(frozen=True)
class StyleInfo:
    """One style of the painter."""

    style_id: str
    name: Mapping[str, str]  # by language: "ko", "en"
    description: Mapping[str, str]
    parameters: tuple[ParameterInfo, ...]
    sources: tuple[str, ...]

    def fill_parameters(self, given: Mapping[str, float]) -> dict[str, float]:
        """All parameters by name, the given ones instead of the defaults.

        Raises InvalidParameterError for a name that the style does not know or a value out of its range.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name, value in given.items():
            parameter = known.get(name)
            if parameter is None:
                raise InvalidParameterError(
                    f"Style {self.style_id!r} has no parameter {name!r}; it has: {', '.join(known)}."
                )
            if not parameter.minimum <= value <= parameter.maximum:
                raise InvalidParameterError(
                    f"{name} must lie between {parameter.minimum:g} and {parameter.maximum:g}, not {value!r}."
                )
        return {name: float(given.get(name, parameter.default)) for name, parameter in known.items()}
