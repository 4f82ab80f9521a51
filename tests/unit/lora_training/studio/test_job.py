"""What a job may do, and what becomes of it when its process is gone."""

from __future__ import annotations

import pytest

from lora_training.studio.work.job import (
    INTERRUPTED_CODE,
    MAX_ATTEMPTS,
    Job,
    JobKind,
    JobState,
    WrongMoveError,
    ask_to_stop,
    begin,
    settle,
)

MOMENT = "2026-11-21T09:00:00.000000Z"


def make_job(kind: JobKind = "train", state: JobState = "queued") -> Job:
    return Job(job_id="a", kind=kind, commands=(("train",),), state=state, queued_at=MOMENT)


def test_a_job_is_started_and_done() -> None:
    job = settle(begin(make_job(), step=0), 0, step=100, moment=MOMENT)
    assert (job.state, job.exit_code, job.ended_at, job.is_active) == ("done", 0, MOMENT, False)


def test_a_waiting_job_stops_at_once_and_a_running_one_when_it_has_saved() -> None:
    assert ask_to_stop(make_job(), moment=MOMENT).state == "stopped"
    stopping = ask_to_stop(begin(make_job(), step=0), moment=MOMENT)
    assert stopping.has_process
    assert settle(stopping, INTERRUPTED_CODE, step=5, moment=MOMENT).state == "stopped"


@pytest.mark.parametrize("code", [INTERRUPTED_CODE, None, -9, -2, 1])
def test_what_staff_stopped_is_never_begun_again(code: int | None) -> None:
    stopping = ask_to_stop(begin(make_job(), step=0), moment=MOMENT)
    assert settle(stopping, code, step=5, moment=MOMENT).state == "stopped"


def test_a_job_that_ended_before_it_heard_the_wish_to_stop_is_done() -> None:
    stopping = ask_to_stop(begin(make_job(), step=0), moment=MOMENT)
    assert settle(stopping, 0, step=5, moment=MOMENT).state == "done"


@pytest.mark.parametrize("code", [INTERRUPTED_CODE, None, -9])
def test_what_was_interrupted_waits_for_its_next_start_in_its_old_place(code: int | None) -> None:
    job = settle(begin(make_job(), step=0), code, step=5, moment=MOMENT)
    assert (job.state, job.queued_at) == ("queued", MOMENT)


def test_three_is_a_failure_of_a_command_that_cannot_be_interrupted() -> None:
    assert settle(begin(make_job("prepare"), step=0), INTERRUPTED_CODE, step=0, moment=MOMENT).state == "failed"


@pytest.mark.parametrize("code", [1, 2, 127])
def test_a_refusal_is_not_tried_again(code: int) -> None:
    assert settle(begin(make_job(), step=0), code, step=5, moment=MOMENT).state == "failed"


def test_a_job_that_gets_no_further_is_given_up() -> None:
    job, starts = make_job(), 0
    while job.state == "queued":
        job = settle(begin(job, step=0), -9, step=0, moment=MOMENT)
        starts += 1
    assert (job.state, starts) == ("failed", MAX_ATTEMPTS)


def test_a_job_that_gets_further_each_time_goes_on_for_ever() -> None:
    job = make_job()
    for step in range(0, 10 * MAX_ATTEMPTS):
        job = settle(begin(job, step=step), -9, step=step + 1, moment=MOMENT)
        assert job.state == "queued"


@pytest.mark.parametrize("state", ["running", "stopping", "done", "stopped", "failed"])
def test_only_a_waiting_job_is_begun(state: JobState) -> None:
    with pytest.raises(WrongMoveError):
        begin(make_job(state=state), step=0)


@pytest.mark.parametrize("state", ["queued", "done", "stopped", "failed"])
def test_only_a_job_with_a_process_is_settled(state: JobState) -> None:
    with pytest.raises(WrongMoveError):
        settle(make_job(state=state), 0, step=0, moment=MOMENT)
