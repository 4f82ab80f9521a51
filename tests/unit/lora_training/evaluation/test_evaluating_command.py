"""`memorial-booth style evaluate` from its arguments to the grid and the numbers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from PIL import Image

import painter
from boothkit.data_folder import DataFolderInUseError, DataFolderLock
from lora_training.__main__ import main
from lora_training.evaluation.adapter_run import AdapterRun, weaken
from lora_training.evaluation.evaluating import Evaluator
from lora_training.export import read_adapter
from lora_training.run_record import RunRecord, read_run
from lora_training.weightless.look import learn_look
from tests.unit.lora_training.evaluation.conftest import Place
from tests.unit.lora_training.evaluation.runs import STYLE_ID, load_dataset


def evaluate(place: Place, *options: str) -> int:
    return main(["evaluate", str(place.pictures), str(place.run), "--base", str(place.base), *options])


def read_numbers(place: Place) -> dict[str, object]:
    numbers: dict[str, object] = json.loads((place.run / "evaluation" / "evaluation.json").read_bytes())
    return numbers


def open_run(place: Place) -> AdapterRun:
    return AdapterRun.open(place.run, load_dataset(place.pictures), place.base, lambda stage, done, total: None)


def test_the_grid_the_numbers_and_a_suggestion(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(place, "--weights", "1.0,0.5") == 0
    numbers = read_numbers(place)
    cells = numbers["checkpoints"]
    assert isinstance(cells, list)
    assert [(cell["step"], cell["weight"]) for cell in cells] == [(2, 0.5), (2, 1.0), (4, 0.5), (4, 1.0)]
    assert all(cell["validation_loss"] > 0 and cell["distance_to_base"] > 0 for cell in cells)
    assert numbers["suggested"] in [{"step": cell["step"], "weight": cell["weight"]} for cell in cells]
    assert (numbers["style_id"], numbers["kind"], numbers["faces"]) == (STYLE_ID, "lora", ["portrait"])
    with Image.open(place.run / "evaluation" / "grid.png") as grid:
        assert min(grid.size) > 700
    said = capsys.readouterr().out
    assert "Suggested: step" in said
    assert "제안: " in said
    assert said.count(" <\n") == 1
    assert str(place.run / "evaluation" / "grid.png") in said


def test_the_loss_at_full_weight_is_the_one_that_the_training_measured(place: Place) -> None:
    lines = [json.loads(line) for line in (place.run / "progress.jsonl").read_text().splitlines()]
    measured = {line["step"]: line["loss"] for line in lines if line["event"] == "measured"}
    run = open_run(place)
    assert {step: run.measure_loss(step, 1.0) for step in run.steps} == pytest.approx(measured)


def test_weight_zero_is_the_base_to_the_bit_and_other_weights_are_not(place: Place) -> None:
    run, photo = open_run(place), np.asarray(painter.sample_portrait()[300:364, 300:364])
    (untouched,), (again,) = run.draw(2, 0.0, [photo]), run.draw(4, 0.0, [photo])
    (half,), (whole,) = run.draw(4, 0.5, [photo]), run.draw(4, 1.0, [photo])
    assert np.array_equal(untouched, again)
    difference = [np.abs(each.astype(int) - untouched.astype(int)).mean() for each in (half, whole)]
    assert 0 < difference[0] < difference[1]


def test_a_weight_multiplies_what_the_adapter_adds(place: Place) -> None:
    weights = open_run(place)._by_step[4]
    weak = weaken(weights, 0.25)
    name = next(name for name in weights if name.endswith(".up")).removesuffix(".up")
    product, full = (each[f"{name}.up"] @ each[f"{name}.down"] for each in (weak, weights))
    assert np.allclose(product, 0.25 * full)


def test_without_checkpoints_the_adapter_file_is_looked_at(place: Place) -> None:
    photo = [np.asarray(painter.sample_portrait()[300:364, 300:364])]
    by_checkpoint = open_run(place)
    step = int(read_adapter(place.run / f"{STYLE_ID}.safetensors").metadata["ss_steps"])
    (expected,) = by_checkpoint.draw(step, 1.0, photo)
    shutil.rmtree(place.run / "checkpoints")
    by_file = open_run(place)
    assert list(by_file.steps) == [step]
    by_file._config = by_checkpoint.config
    (drawn,) = by_file.draw(step, 1.0, photo)
    assert np.abs(drawn.astype(int) - expected.astype(int)).max() <= 1


def test_the_suggested_checkpoint_becomes_the_adapter_file_when_asked(place: Place) -> None:
    path = place.run / f"{STYLE_ID}.safetensors"
    before = path.read_bytes()
    assert evaluate(place, "--weights", "0.7") == 0
    assert path.read_bytes() == before
    assert evaluate(place, "--weights", "0.7", "--keep-suggested") == 0
    numbers = read_numbers(place)
    suggested = numbers["suggested"]
    assert isinstance(suggested, dict)
    assert read_adapter(path).metadata["ss_steps"] == str(suggested["step"])


def test_faces_of_ones_own(place: Place, tmp_path: Path) -> None:
    faces = tmp_path / "faces"
    faces.mkdir()
    for name, part in (("one", 0), ("two", 300)):
        Image.fromarray(painter.sample_portrait()[part : part + 400, 200:600]).save(faces / f"{name}.jpg")
    assert evaluate(place, "--weights", "1.0", "--faces", str(faces)) == 0
    assert read_numbers(place)["faces"] == ["one_jpg", "two_jpg"]


def test_ctrl_c_leaves_what_was_there(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(place, "--weights", "1.0") == 0
    folder, usual = place.run / "evaluation", signal.getsignal(signal.SIGINT)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def press() -> None:
        while signal.getsignal(signal.SIGINT) is usual:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    person = threading.Thread(target=press)
    person.start()
    assert evaluate(place, "--weights", "0.5") == 3
    person.join()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "Stopped. Nothing was changed." in capsys.readouterr().out


def test_refusals_are_sentences(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(place.pictures), str(place.run)]) == 1
    assert "--base FOLDER" in capsys.readouterr().err
    read_run(place.run).model_copy(update={"style_id": "other"}).save(place.run)
    assert evaluate(place) == 1
    assert f"It learnt other, and the set is of {STYLE_ID}." in capsys.readouterr().err
    assert main(["evaluate", str(place.pictures), str(tmp_path)]) == 1
    with pytest.raises(SystemExit):
        evaluate(place, "--weights", "0,1")


def test_an_empty_run_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(place.run / "checkpoints")
    (place.run / f"{STYLE_ID}.safetensors").unlink()
    assert evaluate(place) == 1
    assert "neither checkpoints nor an adapter file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "Close what else uses it and give the same command again."),
        (torch.AcceleratorError("CUDA error: unspecified launch failure"), "if it fails again, restart the machine."),
    ],
)
def test_a_device_that_fails_is_a_sentence_and_touches_nothing(
    trouble: Exception, sentence: str, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(AutoencoderKL, "encode", fail)
    before = {path: path.read_bytes() for path in place.run.rglob("*.safetensors")}
    assert evaluate(place, "--weights", "1.0") == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert sentence in said[1]
    assert not (place.run / "evaluation").exists()
    assert {path: path.read_bytes() for path in place.run.rglob("*.safetensors")} == before


def test_a_training_that_runs_is_left_alone(place: Place) -> None:
    with DataFolderLock(place.run):
        assert evaluate(place) == 1
    assert not (place.run / "evaluation").exists()
    assert DataFolderInUseError.code == "data_folder_in_use"


def test_progress_is_heard_cell_by_cell(place: Place) -> None:
    heard: list[tuple[str, int, int]] = []
    faces = {"a": np.asarray(painter.sample_portrait()[300:364, 300:364])}
    pictures = load_dataset(place.pictures).pictures
    evaluator = Evaluator(open_run(place), faces, pictures, lambda *words: heard.append(words))
    evaluator.evaluate([1.0])
    assert heard == [("draw", 1, 2), ("draw", 2, 2)]


def test_a_look_without_a_model_is_shown_by_strength(trained: Place, tmp_path: Path) -> None:
    run, pictures = tmp_path / "run", load_dataset(trained.pictures)
    (run / "learnt").mkdir(parents=True)
    learn_look(pictures.pictures).save(run / "learnt")
    RunRecord(
        kind="weightless",
        style_id=STYLE_ID,
        trigger="inkw",
        base=None,
        dataset=str(trained.pictures),
        state="finished",
        steps=5,
    ).save(run)
    place = Place(trained.pictures, trained.base, run)
    assert main(["evaluate", str(trained.pictures), str(run), "--weights", "0.5,1", "--keep-suggested"]) == 0
    numbers = read_numbers(place)
    assert numbers["kind"] == "weightless"
    cells = numbers["checkpoints"]
    assert isinstance(cells, list)
    assert [(cell["step"], cell["weight"], cell["validation_loss"]) for cell in cells] == [
        (5, 0.5, None),
        (5, 1.0, None),
    ]
    assert cells[0]["distance_to_base"] < cells[1]["distance_to_base"]
    assert not list(run.glob("*.safetensors"))
    assert main(["evaluate", str(trained.pictures), str(run), "--weights", "1.5"]) == 1
