"""The child processes of image intake: shared by threads, replaced when lost, ended when closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psutil
import pytest

from boothkit.errors import StorageFullError
from boothkit.images import BrokenImageError, ImageBusyError, ImageIntake
from tests.unit.boothkit import pictures


def decoders() -> list[psutil.Process]:
    """The child processes that are decoding for this test process."""
    return [child for child in psutil.Process().children() if "boothkit.image_worker" in child.cmdline()]


def test_two_workers_serve_many_threads() -> None:
    data = [pictures.encode(pictures.portrait(200 + number, 200), "JPEG") for number in range(12)]
    widths: dict[int, int] = {}
    with ImageIntake(workers=2) as intake:

        def inspect(number: int) -> None:
            widths[number] = intake.inspect(data[number]).width

        threads = [threading.Thread(target=inspect, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert widths == {number: 200 + number for number in range(12)}


@pytest.mark.parametrize(
    "attack", [psutil.Process.kill, psutil.Process.suspend], ids=["killed", "silent beyond the deadline"]
)
def test_a_lost_worker_costs_one_picture(attack: Callable[[psutil.Process], None]) -> None:
    data = pictures.encode(pictures.portrait(), "JPEG")
    with ImageIntake(deadline_s=2) as intake:
        intake.inspect(data)
        (before,) = decoders()
        attack(before)
        with pytest.raises(BrokenImageError):
            intake.inspect(data)
        assert intake.inspect(data).width == 160
        (after,) = decoders()
        assert after.pid != before.pid
        assert not before.is_running()


def test_something_else_is_done_while_the_child_decodes() -> None:
    """The child cannot have answered yet: a suspended one has not even begun."""
    done: list[str] = []
    with ImageIntake() as intake:
        (child,) = decoders()
        child.suspend()

        def wake() -> None:
            done.append("woken")
            child.resume()

        assert intake.inspect(pictures.encode(pictures.portrait(), "JPEG"), meanwhile=wake).width == 160
    assert done == ["woken"]


@pytest.mark.parametrize("picture", ["whole", "damaged"])
def test_what_fails_meanwhile_is_raised_and_costs_no_worker(picture: str) -> None:
    data = pictures.encode(pictures.portrait(), "JPEG")

    def fail() -> None:
        raise StorageFullError

    with ImageIntake() as intake:
        before = decoders()
        with pytest.raises(StorageFullError):
            intake.inspect(data if picture == "whole" else data[: len(data) // 2], meanwhile=fail)
        assert intake.inspect(data).width == 160
        assert decoders() == before


def test_a_worker_killed_in_the_middle_of_a_picture_is_replaced() -> None:
    large = pictures.png_bomb(6000, 6000)
    with ImageIntake() as intake:
        intake.inspect(pictures.encode(pictures.portrait(), "JPEG"))
        (worker,) = decoders()
        before = worker.cpu_times().user
        refusals: list[Exception] = []

        def rebuild() -> None:
            try:
                intake.rebuild(large, media_type="image/webp")
            except BrokenImageError as error:
                refusals.append(error)

        thread = threading.Thread(target=rebuild)
        thread.start()
        while worker.cpu_times().user < before + 0.05:
            time.sleep(0.01)
        worker.kill()
        thread.join()
        assert len(refusals) == 1
        assert intake.inspect(pictures.encode(pictures.portrait(), "JPEG")).width == 160


def test_without_a_free_worker_the_caller_is_told_to_come_back() -> None:
    with ImageIntake(workers=0, deadline_s=0.05) as intake, pytest.raises(ImageBusyError) as caught:
        intake.inspect(pictures.encode(pictures.portrait(), "JPEG"))
    assert caught.value.retry_after_s == 1


def test_closing_ends_the_children_and_refuses_pictures() -> None:
    intake = ImageIntake(workers=2)
    children = decoders()
    assert len(children) >= 2
    intake.close()
    assert not [child for child in children if child.is_running()]
    with pytest.raises(ImageBusyError):
        intake.inspect(pictures.encode(pictures.portrait(), "JPEG"))
