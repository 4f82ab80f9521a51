"""The second try: smaller or more careful, once, and then the engine's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from generator_server.diffusion.failures import BrokenPictureError, DeviceFullError
from generator_server.engines import GenerationRequest, HiresFix, Output, Progress
from generator_server.runner.policy import generate_with_retry
from tests.unit.generator_server.engines import StepEngine, make_job


def make_request(**fields: Any) -> GenerationRequest:
    return replace(make_job().request, **{"width_px": 128, "height_px": 192, **fields})


def run(engine: StepEngine, request: GenerationRequest) -> tuple[tuple[Output, ...], list[float]]:
    shares: list[float] = []

    def report(progress: Progress) -> None:
        shares.append(progress.fraction)

    return generate_with_retry(engine, request, report, lambda: False), shares


def test_what_works_is_done_once() -> None:
    engine = StepEngine()
    run(engine, make_request())
    assert (len(engine.requests), engine.troubles) == (1, [])


def test_broken_numbers_are_tried_again_as_they_were_after_a_recovery() -> None:
    engine = StepEngine()
    engine.failures = [BrokenPictureError(reason="NaN")]
    outputs, _ = run(engine, make_request())
    assert engine.troubles == ["numbers"]
    assert engine.requests[0] == engine.requests[1]
    assert "Made at" not in outputs[0].remarks


def test_numbers_that_break_twice_are_said() -> None:
    engine = StepEngine()
    engine.failures = [BrokenPictureError(reason="NaN"), BrokenPictureError(reason="still NaN")]
    with pytest.raises(BrokenPictureError, match="still NaN"):
        run(engine, make_request())
    assert len(engine.requests) == 2


def test_a_full_memory_makes_one_picture_at_a_time() -> None:
    """Each with its own seed and its own photograph; progress goes on over all of them."""
    photos = tuple(np.full((8, 8, 3), value, np.uint8) for value in (10, 20, 30))
    engine = StepEngine()
    engine.failures = [DeviceFullError()]
    outputs, shares = run(engine, make_request(kind="img2img", seeds=(4, 5, 6), init_images=photos))
    assert engine.troubles == ["memory"]
    assert [request.seeds for request in engine.requests[1:]] == [(4,), (5,), (6,)]
    assert [int(request.init_images[0][0, 0, 0]) for request in engine.requests[1:]] == [10, 20, 30]
    assert [output.seed for output in outputs] == [4, 5, 6]
    second_try = shares[3:]
    assert second_try == sorted(second_try)
    assert 0.9 < second_try[-1] < 1.0


def test_a_single_picture_is_made_smaller_and_enlarged() -> None:
    engine = StepEngine()
    engine.failures = [DeviceFullError()]
    (output,), _ = run(engine, make_request())
    assert (engine.requests[1].width_px, engine.requests[1].height_px) == (96, 144)
    assert output.pixels.shape == (192, 128, 3)
    assert output.remarks["Made at"] == "96x144"


@pytest.mark.parametrize(
    "fields",
    [
        {"width_px": 64, "height_px": 64},
        {"kind": "img2img", "mask": np.zeros((8, 8), np.uint8), "init_images": (np.zeros((8, 8, 3), np.uint8),)},
        {"hires": HiresFix(width_px=256, height_px=384, scaled_px=(256, 384), num_inference_steps=4)},
    ],
    ids=["smallest already", "mask", "second pass"],
)
def test_what_cannot_be_made_smaller_is_said(fields: dict[str, Any]) -> None:
    engine = StepEngine()
    engine.failures = [DeviceFullError()]
    with pytest.raises(DeviceFullError):
        run(engine, make_request(**fields))
    assert len(engine.requests) == 1


def test_a_memory_that_is_full_twice_is_said() -> None:
    engine = StepEngine()
    engine.failures = [DeviceFullError(), DeviceFullError()]
    with pytest.raises(DeviceFullError):
        run(engine, make_request())
    assert len(engine.requests) == 2


def test_other_failures_are_not_tried_again() -> None:
    engine = StepEngine()
    engine.failures = [RuntimeError("a mistake")]
    with pytest.raises(RuntimeError, match="a mistake"):
        run(engine, make_request())
    assert (len(engine.requests), engine.troubles) == (1, [])
