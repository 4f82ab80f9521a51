"""Where a safety checker lies beside the models, the engine answers no picture that it withholds."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.failures import ModelFileError, PictureWithheldError
from generator_server.settings import DiffusionSettings
from tests.unit.generator_server.diffusion.requests import make_request
from tests.unit.generator_server.diffusion.test_safety import build_judge

NEVER, ALWAYS = 2.0, -2.0


def open_engine(folder: Path, sd15_models: Path, bound: float | None) -> DiffusionEngine:
    """An engine whose checker withholds what is nearer than `bound` to any concept; None: without one."""
    models = Path(shutil.copytree(sd15_models, folder / "models"))
    if bound is not None:
        build_judge(bound=bound).save_pretrained(models / "safety_checker")
    engine = DiffusionEngine(models, DiffusionSettings(device="cpu"))
    engine.load()
    return engine


@pytest.mark.parametrize(("bound", "sentence"), [(NEVER, "checked before"), (None, "not checked")])
def test_pictures_that_pass_are_answered_and_the_log_says_whether_they_were_judged(
    bound: float | None, sentence: str, sd15_models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        engine = open_engine(tmp_path, sd15_models, bound)
    request = make_request(model=engine.list_models()[0])
    assert len(engine.generate(request, lambda progress: None, lambda: False)) == 1
    assert f"Pictures of tiny are {sentence}" in caplog.text


def test_a_picture_that_is_withheld_is_not_answered(sd15_models: Path, tmp_path: Path) -> None:
    engine = open_engine(tmp_path, sd15_models, ALWAYS)
    with pytest.raises(PictureWithheldError):
        engine.generate(make_request(model=engine.list_models()[0]), lambda progress: None, lambda: False)


def test_a_broken_checker_is_no_reason_to_go_without_it(sd15_models: Path, tmp_path: Path) -> None:
    open_engine(tmp_path, sd15_models, NEVER)
    weights = tmp_path / "models" / "safety_checker" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises(ModelFileError):
        DiffusionEngine(tmp_path / "models", DiffusionSettings(device="cpu")).load()
