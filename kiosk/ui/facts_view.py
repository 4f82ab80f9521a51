"""The facts as bindable properties: one property and one signal for each field of `Facts`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_origin, get_type_hints

from PySide6.QtCore import Property, QObject, Signal

from kiosk.ui.facts import Facts


class _ShownFacts(QObject):
    """Holds the facts shown now. Only what differs is told to QML, so that lists are not rebuilt by a ticking clock."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts

    def show(self, facts: Facts) -> None:
        before, self._facts = self._facts, facts
        changed = [name for name in _NAMES if getattr(before, name) != getattr(facts, name)]
        for name in changed:
            getattr(self, f"{name}Changed").emit()


# The state is told last: a new screen finds everything in place when it opens.
_NAMES = sorted((field.name for field in fields(Facts)), key="state".__eq__)


def _build_members() -> dict[str, Any]:
    hints = get_type_hints(Facts)
    members: dict[str, Any] = {}
    for name in _NAMES:
        signal = members[f"{name}Changed"] = Signal()
        kind = get_origin(hints[name]) or hints[name]
        members[name] = Property(kind, _reader(name), notify=signal)
    return members


def _reader(name: str) -> Any:
    return lambda view: getattr(view._facts, name)


class FactsView(type("_FactsProperties", (_ShownFacts,), _build_members())):  # type: ignore[misc]
    """What the QML files read as `scene`."""
