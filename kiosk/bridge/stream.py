"""Server-sent events (WHATWG HTML, 9.2): from bytes as they come to whole events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE_END = re.compile(rb"\r\n|\n|\r(?!$)")
_LONGEST_BYTES = 256 * 1024


@dataclass(frozen=True)
class StreamEvent:
    """One event: its name (`message` when not named) and its data lines joined."""

    name: str
    data: str


@dataclass
class EventParser:
    """Feed it pieces of any size; it returns the events that became complete. Raises ValueError for an endless one."""

    _rest: bytes = b""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, piece: bytes) -> list[StreamEvent]:
        *lines, self._rest = _LINE_END.split(self._rest + piece)
        if len(self._rest) + sum(map(len, self._data)) > _LONGEST_BYTES:
            raise ValueError("an event without an end")
        return [event for line in lines if (event := self._take(line)) is not None]

    def _take(self, line: bytes) -> StreamEvent | None:
        if not line:
            return self._complete()
        name, _, value = line.decode("utf-8", errors="replace").partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        return None

    def _complete(self) -> StreamEvent | None:
        """The event that an empty line ends; one without data is none."""
        event = StreamEvent(self._name or "message", "\n".join(self._data)) if self._data else None
        self._name, self._data = "", []
        return event
