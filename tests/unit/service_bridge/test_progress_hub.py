"""News of visits inside the process."""

from __future__ import annotations

import asyncio
import threading

from service_bridge.workflow.progress import ProgressHub

VISIT, OTHER = "visit-1", "visit-2"


def test_many_changes_ring_a_watcher_once() -> None:
    async def scenario() -> tuple[bool, bool]:
        hub = ProgressHub()
        with hub.watch(VISIT) as watcher:
            for number in range(1000):
                hub.set_progress(VISIT, number / 1000)
            return await watcher.changed(1.0), await watcher.changed(0.05)

    assert asyncio.run(scenario()) == (True, False)


def test_a_change_from_another_thread_wakes_a_watcher_at_once() -> None:
    async def scenario() -> bool:
        hub = ProgressHub()
        with hub.watch(VISIT) as watcher:
            threading.Timer(0.05, hub.touch, [VISIT]).start()
            return await watcher.changed(5.0)

    assert asyncio.run(scenario())


def test_a_change_of_another_visit_is_not_heard() -> None:
    async def scenario() -> bool:
        hub = ProgressHub()
        with hub.watch(VISIT) as watcher:
            hub.touch(OTHER)
            return await watcher.changed(0.05)

    assert not asyncio.run(scenario())


def test_a_change_between_looking_and_waiting_is_not_missed() -> None:
    async def scenario() -> bool:
        hub = ProgressHub()
        with hub.watch(VISIT) as watcher:
            hub.touch(VISIT)
            await asyncio.sleep(0.01)
            return await watcher.changed(0.05)

    assert asyncio.run(scenario())


def test_shares_are_kept_between_0_and_1_and_forgotten() -> None:
    hub = ProgressHub()
    assert hub.get_progress(VISIT) == 0.0
    for share, kept in ((-1.0, 0.0), (0.25, 0.25), (7.0, 1.0)):
        hub.set_progress(VISIT, share)
        assert hub.get_progress(VISIT) == kept
    hub.forget(VISIT)
    assert hub.get_progress(VISIT) == 0.0


def test_a_watcher_whose_loop_ended_does_no_harm() -> None:
    hub = ProgressHub()

    async def leave_open() -> object:
        context = hub.watch(VISIT)
        context.__enter__()
        return context

    kept = asyncio.run(leave_open())
    hub.touch(VISIT)
    assert kept is not None
