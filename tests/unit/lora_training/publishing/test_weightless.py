"""Learning a look without a model, from a data set to a run folder."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import run

import numpy as np
import pytest
from PIL import Image

import painter
from boothkit.data_folder import DataFolderInUseError, DataFolderLock
from boothkit.errors import StorageError
from boothkit.waiting import wait_until
from lora_training.dataset import load_dataset
from lora_training.errors import DatasetChangedError, DatasetMissingError
from lora_training.run_record import RunMissingError, RunRecord, read_run
from lora_training.training_errors import ResumeRefusedError
from lora_training.weightless import learn
from lora_training.weightless.look import MAX_PICTURES, choose_pictures, learn_look
from lora_training.weightless.record import read_learnt
from tests.unit.lora_training.publishing.runs import write_adapter_run, write_set


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("many") / "set")


@pytest.fixture(scope="module")
def finished(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that learnt from three pictures, after one that was killed."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    (folder / ".learnt.0123456789abcdef.draft" / "atlas").mkdir(parents=True)
    assert learn(dataset, folder) == 0
    return folder


def read_events(folder: Path) -> list[dict[str, object]]:
    log = folder / "progress.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []


def snapshot(folder: Path) -> dict[str, bytes]:
    """Everything that was learnt, by name."""
    files = [folder / "learnt.json", folder / "sample.png", *(folder / "learnt").rglob("*")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.is_file()}


def interrupt_when(is_time: Callable[[], object]) -> threading.Thread:
    """A person who presses Ctrl-C."""

    def press() -> None:
        wait_until(is_time, every_s=0.005)
        os.kill(os.getpid(), signal.SIGINT)

    person = threading.Thread(target=press)
    person.start()
    return person


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """A disk on which larger files cannot be written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_run_says_what_it_is_and_what_it_learnt(dataset: Path, finished: Path) -> None:
    expected = RunRecord(
        kind="weightless",
        style_id="warm_ink",
        trigger="mb-warm_ink",
        base=None,
        dataset=str(dataset.resolve()),
        state="finished",
        steps=3,
    )
    assert read_run(finished) == expected
    assert expected.has_result
    learnt = read_learnt(finished)
    assert learnt.pictures == 3
    assert learnt.palette == painter.Atlas.load(finished / "learnt" / "atlas").palette
    assert ["20장 이상" in learnt.remarks[0].ko, "20 or more" in learnt.remarks[0].en] == [True, True]


def test_what_a_killed_run_left_is_swept(finished: Path) -> None:
    names = {path.name for path in finished.iterdir()}
    assert names == {".lock", "learnt", "learnt.json", "progress.jsonl", "run.json", "sample.png"}


def test_the_log_has_a_line_for_each_picture_and_the_end(finished: Path) -> None:
    *steps, end = read_events(finished)
    assert [(line["event"], line["step"]) for line in steps] == [("step", 1), ("step", 2), ("step", 3)]
    assert all(float(str(line["images_per_s"])) > 0 for line in steps)
    assert steps[-1]["left_s"] == 0
    assert end == {"event": "ended", "step": 3, "ending": "finished"}


def test_the_sample_is_the_portrait_in_this_look(finished: Path) -> None:
    with Image.open(finished / "sample.png") as sample:
        painted = np.asarray(sample)
    portrait = painter.sample_portrait()
    assert painted.shape == portrait.shape
    assert np.abs(painted.astype(int) - portrait).mean() > 10


def test_one_picture_is_kept_as_the_exemplar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = write_set(tmp_path / "set", 1)
    assert learn(dataset, tmp_path / "run") == 0
    assert (tmp_path / "run" / "learnt" / "exemplar.png").is_file()
    assert not (tmp_path / "run" / "learnt" / "atlas").exists()
    with (
        Image.open(tmp_path / "run" / "learnt" / "exemplar.png") as kept,
        Image.open(dataset / "pictures" / "0001.png") as given,
    ):
        assert np.array_equal(np.asarray(kept), np.asarray(given))
    said = capsys.readouterr().out
    for sentence in ("그림이 적습니다", "There are few pictures", "Please look at this picture", "sample.png"):
        assert sentence in said


def test_ctrl_c_keeps_the_older_result_and_says_how_to_go_on(
    finished: Path, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    (folder / "progress.jsonl").unlink()
    before = snapshot(folder)
    person = interrupt_when(lambda: len(read_events(folder)) == 3)
    code = learn(dataset, folder)
    person.join()
    assert code == 3
    assert read_run(folder).state == "interrupted"
    assert not read_run(folder).has_result
    assert read_events(folder)[-1] == {"event": "ended", "step": 3, "ending": "interrupted"}
    assert snapshot(folder) == before
    assert "같은 명령으로 다시 시작합니다" in capsys.readouterr().out


def test_what_cannot_be_written_leaves_the_older_result_and_a_failed_run(
    finished: Path, dataset: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    before = snapshot(folder)
    with largest_file(16_384), pytest.raises(StorageError):
        learn(dataset, folder)
    assert read_run(folder).state == "failed"
    assert snapshot(folder) == before
    assert [path.name for path in folder.glob(".learnt*")] == []


def test_the_same_pictures_give_the_same_files(finished: Path, dataset: Path, tmp_path: Path) -> None:
    look = learn_look(load_dataset(dataset).pictures)
    look.save(tmp_path)
    again = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {f"learnt/{name}": content for name, content in again.items()}.items() <= snapshot(finished).items()


def test_pictures_are_in_memory_one_at_a_time(tmp_path: Path) -> None:
    pictures = load_dataset(write_set(tmp_path / "set", 24, side_px=512)).pictures
    one_bytes = 512 * 512 * 3
    tracemalloc.start()
    try:
        look = learn_look(pictures)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    stored_bytes = sum(len(file) for file in look.atlas.exemplars)
    assert len(look.atlas.exemplars) == 24
    assert peak_bytes - stored_bytes < 12 * one_bytes


def test_of_too_many_pictures_some_are_chosen_evenly(tmp_path: Path) -> None:
    three = load_dataset(write_set(tmp_path / "set")).pictures
    assert choose_pictures(three) == list(three)
    many = [three[0]] * 300 + [three[1]] * 300
    chosen = choose_pictures(many)
    assert len(chosen) == MAX_PICTURES
    assert chosen.count(three[0]) == chosen.count(three[1]) == MAX_PICTURES / 2


def test_a_changed_set_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    dataset = write_set(tmp_path / "set")
    (dataset / "pictures" / "0002.png").write_bytes(b"another picture")
    with pytest.raises(DatasetChangedError):
        learn(dataset, tmp_path / "run")
    with pytest.raises(DatasetMissingError):
        learn(tmp_path, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_in_use_or_of_a_training_with_a_model_is_refused(dataset: Path, tmp_path: Path) -> None:
    with DataFolderLock(tmp_path / "run"), pytest.raises(DataFolderInUseError):
        learn(dataset, tmp_path / "run")
    folder = write_adapter_run(tmp_path / "lora", dataset)
    with pytest.raises(ResumeRefusedError):
        learn(dataset, folder)
    assert read_run(folder).kind == "lora"


def test_a_folder_without_a_record_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "learnt.json").write_text('{"pictures": "many"}')
    for read in (read_run, read_learnt):
        with pytest.raises(RunMissingError):
            read(tmp_path)


def test_no_torch_is_needed() -> None:
    program = "import sys, lora_training.weightless, lora_training.packing, lora_training.publishing_command\n"
    program += "import lora_training.publishing.publisher; sys.exit('torch' in sys.modules)"
    assert run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
