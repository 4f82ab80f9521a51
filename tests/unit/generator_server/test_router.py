"""Which engine serves a request, and what is said when none can."""

from __future__ import annotations

import pytest

from generator_server.engines import Model
from generator_server.errors import CannotGenerateError, GenerationNotFoundError, ModelNotFoundError
from generator_server.http.services import ChosenModel
from generator_server.runner import EngineWorker, Router
from tests.unit.generator_server.engines import PLAIN, StepEngine, make_job


@pytest.fixture
def router() -> Router:
    return Router([EngineWorker(StepEngine(), size=1)])


@pytest.mark.parametrize("asked", ["plain", "PLAIN", "plain [aaaaaaaaaa]", "a" * 10, "a" * 64, " plain "])
def test_model_is_found_by_title_name_or_hash(router: Router, asked: str) -> None:
    assert router.get_model(asked) == PLAIN


@pytest.mark.parametrize("asked", ["", "pla", "plain [bbbbbbbbbb]", "painter/plain"])
def test_unknown_model_is_not_guessed(router: Router, asked: str) -> None:
    with pytest.raises(ModelNotFoundError):
        router.get_model(asked)


def test_obstacle_is_told_in_the_engines_words() -> None:
    router = Router([EngineWorker(StepEngine(obstacle="It is too dark."), size=1)])
    with pytest.raises(CannotGenerateError, match="It is too dark"):
        router.choose_worker(make_job().request)


def test_model_that_went_away_is_not_found(router: Router) -> None:
    with pytest.raises(ModelNotFoundError):
        router.get_worker(Model(name="gone", sha256="b" * 64, filename="", revision="1"))


def test_waiting_task_is_found_and_cancelled_by_its_id(router: Router) -> None:
    job = make_job("mine")
    router.choose_worker(job.request).submit(job)
    assert router.find_job("mine") is job
    assert router.list_waiting() == (job,)
    assert router.list_running() == ()
    router.cancel("mine")
    assert router.has_finished("mine")
    with pytest.raises(GenerationNotFoundError):
        router.cancel("mine")


def test_a_place_counts_in_its_own_queue_only() -> None:
    """Who waits for one engine does not wait for those that wait for another."""
    router = Router([EngineWorker(StepEngine(), size=2), EngineWorker(StepEngine(), size=2)])
    jobs = [make_job(name) for name in ("first", "second", "elsewhere")]
    for number, job in zip((0, 0, 1), jobs, strict=True):
        router.workers[number].submit(job)
    assert router.list_queue(jobs[1]) == (jobs[0], jobs[1])
    assert router.list_queue(jobs[2]) == (jobs[2],)
    assert router.list_queue(make_job("unknown")) == ()


def test_interrupt_leaves_what_waits_alone(router: Router) -> None:
    job = make_job("mine")
    router.workers[0].submit(job)
    router.interrupt()
    assert router.list_waiting() == (job,)


def test_chosen_model_is_the_first_until_another_is_chosen(router: Router) -> None:
    chosen = ChosenModel(router)
    assert chosen.get() == PLAIN
    with pytest.raises(ModelNotFoundError):
        chosen.choose("nothing")
    chosen.choose("PLAIN")
    assert chosen.get() == PLAIN


def test_without_models_there_is_nothing_to_choose() -> None:
    with pytest.raises(ModelNotFoundError):
        ChosenModel(Router([])).get()
