"""The painter behind the engine protocol, with the real painter on small photographs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generator_server.engines import ControlUnit, GenerationRequest, PainterEngine, Progress
from generator_server.engines.fitting import CROP, FILL, STRETCH, fit_image
from generator_server.engines.protocol import Pixels
from generator_server.errors import CannotGenerateError, GenerationCancelledError, StyleNotFoundError
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.packs import write_pack

UNIT = ControlUnit(
    model="depth",
    module="depth",
    image=None,
    conditioning_scale=1,
    guidance_start=0,
    guidance_end=1,
    control_mode="balanced",
    resize_mode=1,
    processor_res_px=None,
    threshold_a=None,
    threshold_b=None,
    is_pixel_perfect=False,
    keeps_detected_map=True,
)


@pytest.fixture(scope="module")
def photo() -> Pixels:
    ramp = np.linspace(0, 255, 120, dtype=np.uint8)
    return np.stack(np.broadcast_arrays(ramp[None, :], ramp[:90, None], np.uint8(120)), axis=2)


@pytest.fixture
def engine(tmp_path: Path) -> PainterEngine:
    write_pack(tmp_path, "calm")
    return PainterEngine(StyleCatalog(tmp_path))


@pytest.fixture
def request_(engine: PainterEngine, photo: Pixels) -> GenerationRequest:
    return GenerationRequest(
        task_id="t",
        kind="img2img",
        model=engine.list_models()[0],
        prompt="",
        negative_prompt="",
        seeds=(5, 6),
        width_px=96,
        height_px=128,
        denoising_strength=1.0,
        resize_mode=CROP,
        init_images=(photo,),
    )


def generate(engine: PainterEngine, request: GenerationRequest) -> list[Pixels]:
    return [output.pixels for output in engine.generate(request, lambda _: None, lambda: False)]


def test_model_is_named_after_the_style(engine: PainterEngine) -> None:
    (model,) = engine.list_models()
    assert model.name == "painter/calm"
    assert model.title == f"painter/calm [{model.sha256[:10]}]"
    assert "/" not in model.revision


def test_one_picture_for_each_seed_in_the_asked_size(engine: PainterEngine, request_: GenerationRequest) -> None:
    seen: list[Progress] = []
    outputs = engine.generate(request_, seen.append, lambda: False)
    assert [output.seed for output in outputs] == [5, 6]
    assert {output.pixels.shape for output in outputs} == {(128, 96, 3)}
    assert outputs[0].remarks == {"Engine": "painter", "Style revision": request_.model.revision}
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_same_request_gives_the_same_pictures_and_another_seed_others(
    engine: PainterEngine, request_: GenerationRequest
) -> None:
    first, second = generate(engine, request_)
    again = generate(engine, request_)
    assert np.array_equal(first, again[0])
    assert np.array_equal(second, again[1])
    assert not np.array_equal(first, second)


def test_denoising_strength_is_how_far_the_picture_goes(
    engine: PainterEngine, request_: GenerationRequest, photo: Pixels
) -> None:
    fitted = fit_image(photo, 96, 128, CROP).astype(int)
    gentle, full = (
        np.abs(generate(engine, replace(request_, denoising_strength=strength))[0] - fitted).mean()
        for strength in (0.1, 1.0)
    )
    assert gentle < full


def test_cancelling_ends_it(engine: PainterEngine, request_: GenerationRequest) -> None:
    with pytest.raises(GenerationCancelledError):
        engine.generate(request_, lambda _: None, lambda: True)


def test_obstacles_are_told_in_words(engine: PainterEngine, request_: GenerationRequest) -> None:
    assert engine.find_obstacle(request_) is None
    assert "init image" in str(engine.find_obstacle(replace(request_, kind="txt2img")))
    assert "mask" in str(engine.find_obstacle(replace(request_, mask=np.zeros((4, 4), np.uint8))))
    assert "ControlNet" in str(engine.find_obstacle(replace(request_, control_units=(UNIT,))))
    assert "64 px" in str(engine.find_obstacle(replace(request_, width_px=32)))


def test_painters_own_refusal_is_translated(engine: PainterEngine, request_: GenerationRequest) -> None:
    with pytest.raises(CannotGenerateError, match="strength"):
        engine.generate(replace(request_, denoising_strength=2.0), lambda _: None, lambda: False)


def test_style_that_went_away_is_not_found(tmp_path: Path, engine: PainterEngine, request_: GenerationRequest) -> None:
    gone = replace(request_, model=replace(request_.model, name="painter/gone"))
    with pytest.raises(StyleNotFoundError):
        engine.generate(gone, lambda _: None, lambda: False)


@pytest.mark.parametrize("mode", [STRETCH, CROP, FILL])
@pytest.mark.parametrize("size", [(64, 64), (200, 90), (33, 301), (120, 90)])
def test_fitting_always_gives_the_asked_size(mode: int, size: tuple[int, int], photo: Pixels) -> None:
    fitted = fit_image(photo, *size, mode)
    assert fitted.shape == (size[1], size[0], 3)
    assert fitted.dtype == np.uint8


def test_crop_keeps_the_middle_and_fill_keeps_everything() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    image[:, 50:150] = 200
    assert fit_image(image, 100, 100, CROP).min() == 200
    filled = fit_image(image, 100, 100, FILL)
    assert filled[50, 0].max() == 0
    assert filled[50, 50].min() == 200
    assert np.array_equal(filled[0], filled[25])
    assert fit_image(image, 100, 100, STRETCH)[50, 10].max() == 0
