"""Server-sent events, whole whatever the size of the pieces."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bridge.stream import EventParser, StreamEvent

STREAM = (
    b': hello\n\nevent: status\ndata: {"a": 1}\n\n: beat\n\nevent: status\r\n'
    b"data: \xea\xb0\x80\r\ndata:\xeb\x82\x98\r\n\r\n"
    b"id: 7\nretry: 10\ndata: last\n\n"
)
EVENTS = [StreamEvent("status", '{"a": 1}'), StreamEvent("status", "가\n나"), StreamEvent("message", "last")]


def test_events_are_read_in_one_piece() -> None:
    assert EventParser().feed(STREAM) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_the_same_however_they_are_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    parser = EventParser()
    found = [event for start, end in itertools.pairwise(edges) for event in parser.feed(STREAM[start:end])]
    assert found == EVENTS


def test_an_event_without_its_empty_line_is_not_yet_one() -> None:
    assert EventParser().feed(b"event: status\ndata: x\n") == []


def test_an_endless_event_is_an_error_and_not_a_full_memory() -> None:
    parser = EventParser()
    with pytest.raises(ValueError, match="end"):
        for _ in range(10):
            parser.feed(b"data: " + b"x" * 65536 + b"\n")
