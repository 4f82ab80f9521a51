"""Requests of several visitors through the real engine and its worker: each picture equals its single run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator_server.diffusion import DiffusionEngine
from generator_server.engines import GenerationRequest
from generator_server.engines.holding import HoldingEngine, JoinRules
from generator_server.errors import GenerationCancelledError
from generator_server.runner import EngineWorker, GenerationJob
from generator_server.settings import DiffusionSettings
from tests.unit.generator_server.diffusion.requests import make_photo, make_request, make_unit

# A batch sums in another order than a single picture, which can move a value over the edge of rounding.
MOST_LEVELS = 1


@pytest.fixture(scope="module")
def engine(sd15_models: Path) -> DiffusionEngine:
    made = DiffusionEngine(sd15_models, DiffusionSettings(device="cpu", batch_requests="on", batch_size=4))
    made.load()
    return made


@contextmanager
def batching(engine: DiffusionEngine, jobs: list[GenerationJob]) -> Iterator[EngineWorker]:
    with closing(EngineWorker(engine, size=8)) as worker:
        for job in jobs:
            worker.submit(job)
        worker.start()
        yield worker


def make_jobs(engine: DiffusionEngine, **changes: Any) -> list[GenerationJob]:
    """Three visitors with a photograph and a seed each; the last wants two pictures."""
    model = engine.list_models()[0]
    return [
        GenerationJob(
            request=make_request(
                task_id=f"visitor-{number}",
                model=model,
                seeds=seeds,
                init_images=() if changes.get("kind") == "txt2img" else (make_photo(number),),
                **changes,
            ),
            deadline_at=float("inf"),
        )
        for number, seeds in enumerate(((11,), (22,), (33, 34)))
    ]


def count_calls(engine: DiffusionEngine, monkeypatch: pytest.MonkeyPatch) -> list[GenerationRequest]:
    asked: list[GenerationRequest] = []
    make = engine.generate

    def count(request: GenerationRequest, *others: Any) -> Any:
        asked.append(request)
        return make(request, *others)

    monkeypatch.setattr(engine, "generate", count)
    return asked


@pytest.mark.parametrize(
    "changes",
    [
        {"sampler": "Euler a"},
        {"sampler": "DPM++ 2M SDE", "scheduler": "karras", "guidance_scale": 1.0},
        {"kind": "txt2img"},
        {"control_units": (make_unit(image=None), make_unit("second", guidance_end=0.5))},
    ],
    ids=["ancestral noise", "unguided", "txt2img", "controlnets on each photograph"],
)
def test_pictures_of_a_joint_batch_equal_their_single_runs(
    changes: dict[str, Any], engine: DiffusionEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = make_jobs(engine, **changes)
    alone = [engine.generate(job.request, lambda progress: None, lambda: False) for job in jobs]
    asked = count_calls(engine, monkeypatch)
    with batching(engine, jobs):
        together = [job.future.result(timeout=60) for job in jobs]
    assert [request.seeds for request in asked] == [(11, 22, 33, 34)]
    for single, joint in zip(alone, together, strict=True):
        assert [output.seed for output in joint] == [output.seed for output in single]
        assert [output.remarks for output in joint] == [output.remarks for output in single]
        for left, right in zip(single, joint, strict=True):
            assert int(np.abs(left.pixels.astype(int) - right.pixels.astype(int)).max()) <= MOST_LEVELS


def test_one_who_leaves_changes_nothing_for_the_others(
    engine: DiffusionEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = make_jobs(engine, num_inference_steps=8)
    alone = engine.generate(jobs[1].request, lambda progress: None, lambda: False)[0].pixels
    make = engine.generate

    def leave_midway(request: GenerationRequest, report: Any, is_cancelled: Any) -> Any:
        def watch(progress: Any) -> None:
            report(progress)
            if progress.step == 2:
                worker.cancel("visitor-0")

        return make(request, watch, is_cancelled)

    monkeypatch.setattr(engine, "generate", leave_midway)
    with batching(engine, jobs) as worker:
        joint = jobs[1].future.result(timeout=60)[0].pixels
    with pytest.raises(GenerationCancelledError):
        jobs[0].future.result(timeout=0)
    assert int(np.abs(alone.astype(int) - joint.astype(int)).max()) <= MOST_LEVELS


@pytest.mark.parametrize(
    ("asked", "has_gpu", "pictures"), [("auto", False, 1), ("auto", True, 3), ("on", False, 3), ("off", True, 1)]
)
def test_joining_is_for_gpus_unless_it_is_set(
    asked: str, has_gpu: bool, pictures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator_server.diffusion.engine import _choose_join_rules

    monkeypatch.setattr("torch.cuda.is_available", lambda: has_gpu)
    settings = DiffusionSettings.model_validate({"batch_requests": asked, "batch_size": 3, "batch_window_ms": 20})
    assert _choose_join_rules(settings) == (JoinRules(3, 0.02) if pictures == 3 else JoinRules())


def test_the_engine_keeps_the_promises_of_one_that_holds_weights(engine: DiffusionEngine) -> None:
    assert isinstance(engine, HoldingEngine)
    assert engine.idle_unload_s is None
    assert engine.preparation.ended_at > 0
