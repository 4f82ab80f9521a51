"""The writers' lock: everybody's turn comes, in order, and who gave up is not waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from boothkit.waiting import wait_until
from service_bridge.store.turns import Turns

LONG_S = 60.0


def start(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def is_waiting(turns: Turns, threads: int) -> bool:
    return len(turns._waiting) == threads


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), []
    assert turns.acquire(0)

    def take(name: int) -> None:
        assert turns.acquire(LONG_S)
        order.append(name)
        turns.release()

    threads = []
    for name in range(5):
        threads.append(start(partial(take, name)))
        wait_until(partial(is_waiting, turns, name + 1), within_s=LONG_S, what="a place in the line")
    turns.release()
    for thread in threads:
        thread.join(LONG_S)
    assert order == [0, 1, 2, 3, 4]


def test_one_that_takes_it_again_and_again_lets_the_others_in_between() -> None:
    turns, order = Turns(), []
    assert turns.acquire(0)

    def take_thrice() -> None:
        for _ in range(3):
            assert turns.acquire(LONG_S)
            order.append("other")
            turns.release()

    other = start(take_thrice)
    wait_until(partial(is_waiting, turns, 1), within_s=LONG_S, what="the other one")
    turns.release()
    assert turns.acquire(LONG_S)
    assert order, "the one that waited was first"
    turns.release()
    other.join(LONG_S)
    assert order == ["other"] * 3


def test_a_turn_that_does_not_come_in_time_is_given_up_and_passes_to_the_next() -> None:
    turns = Turns()
    assert turns.acquire(0)
    assert not turns.acquire(0.01)
    assert is_waiting(turns, 0)
    turns.release()
    assert turns.acquire(0)
    turns.release()


def test_a_turn_that_comes_while_it_is_given_up_is_taken() -> None:
    turns = Turns()
    assert turns.acquire(0)
    turn = threading.Event()
    turns._waiting.append(turn)
    turns.release()
    assert not turns._step_back(turn)
    assert not turns.acquire(0), "it is held by the one that nearly left"


def test_a_release_too_many_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="without being held"):
        Turns().release()
