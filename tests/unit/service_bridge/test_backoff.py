"""Waiting: doubling, capped, and never in step with others."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from service_bridge.visits.backoff import asked_for_s, backoff_s


@given(tries=st.integers(1, 10**9), seed=st.integers())
def test_a_wait_lies_between_half_and_whole_of_the_capped_doubling(tries: int, seed: int) -> None:
    wait = backoff_s(tries, base_s=2.0, cap_s=300.0, random=Random(seed))
    whole = min(300.0, 2.0 * 2.0 ** min(tries - 1, 30))
    assert whole / 2 <= wait <= whole


def test_the_first_waits_double() -> None:
    class Whole(Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    waits = [backoff_s(tries, base_s=2.0, cap_s=300.0, random=Whole()) for tries in range(1, 10)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300]


def test_booths_that_fail_together_do_not_return_together() -> None:
    waits = {round(backoff_s(5, base_s=2.0, cap_s=300.0, random=Random(seed)), 3) for seed in range(1000)}
    assert len(waits) > 900


@given(asked=st.floats(-1e6, 1e9), seed=st.integers())
def test_what_the_server_asked_for_is_the_least_wait_up_to_the_cap(asked: float, seed: int) -> None:
    wait = asked_for_s(asked, cap_s=300.0, random=Random(seed))
    least = min(max(asked, 0.0), 300.0)
    assert least <= wait <= least * 1.25
