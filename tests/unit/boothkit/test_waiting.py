"""Waiting for what others do."""

from __future__ import annotations

import pytest

from boothkit.waiting import wait_until


def test_the_first_true_value_is_given() -> None:
    answers = iter([None, "", "here", "later"])
    assert wait_until(lambda: next(answers), every_s=0) == "here"
    assert next(answers) == "later"


def test_what_never_happens_is_named() -> None:
    with pytest.raises(TimeoutError, match="the end of the world did not happen within 0 s"):
        wait_until(lambda: False, "the end of the world", within_s=0)


def test_the_caller_works_between_two_questions() -> None:
    pauses: list[float] = []
    assert wait_until(lambda: len(pauses) == 3, every_s=0.5, pause=pauses.append)
    assert pauses == [0.5, 0.5, 0.5]
