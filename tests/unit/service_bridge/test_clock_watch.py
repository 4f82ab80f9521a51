"""F20: noticing that the wall clock jumped."""

from __future__ import annotations

from dataclasses import dataclass

from service_bridge.workflow.clock_watch import ClockWatch


@dataclass
class Clocks:
    """Two clocks that a test moves."""

    wall: float = 1_700_000_000.0
    monotonic: float = 50.0

    def pass_time(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def watch(self) -> ClockWatch:
        return ClockWatch(wall=lambda: self.wall, monotonic=lambda: self.monotonic)


def test_time_that_passes_is_no_jump() -> None:
    clocks = Clocks()
    watch = clocks.watch()
    clocks.pass_time(10 * 86400)
    assert watch.look() == 0.0
    assert watch.is_trusted(86400)


def test_small_corrections_are_no_jump() -> None:
    clocks = Clocks()
    watch = clocks.watch()
    clocks.wall += 20
    assert watch.look() == 0.0
    clocks.wall -= 20
    assert watch.look() == 0.0
    assert watch.is_trusted(86400)


def test_ten_days_ahead_and_back_are_two_jumps_and_ages_are_not_believed_for_a_while() -> None:
    clocks = Clocks()
    watch = clocks.watch()
    clocks.wall += 10 * 86400
    assert watch.look() == 10 * 86400
    assert not watch.is_trusted(3600)
    clocks.pass_time(3000)
    clocks.wall -= 10 * 86400
    assert watch.look() == -10 * 86400
    clocks.pass_time(1800)
    assert not watch.is_trusted(3600)
    clocks.pass_time(1800)
    assert watch.is_trusted(3600)
