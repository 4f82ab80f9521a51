"""A training outlives the studio, and goes on by itself after a power cut."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from lora_training.studio.work import processes
from tests.integration.lora_training.studio.program import StudioProcess
from tests.integration.lora_training.studio.staff import HOME, STYLE, TERMS, encode, read_job, wait_for_job
from tests.tiny_diffusion import write_model
from tests.unit.lora_training.dataset.pictures import make_drawing, save

STEPS = 10


@dataclass(frozen=True)
class House:
    """A folder in which one studio after the other is started."""

    folder: Path

    @property
    def job(self) -> Path:
        return self.folder / "data" / STYLE / "job"

    @property
    def run(self) -> Path:
        return self.folder / "data" / STYLE / "run"

    def open_studio(self) -> StudioProcess:
        environ = {"BOOTH_TRAINING__PROJECTS__FACES_DIR": str(self.folder / "faces")}
        return StudioProcess(self.folder, "--models", str(self.folder / "models"), environ=environ)

    def read_steps(self, event: str = "step") -> list[int]:
        file = self.run / "progress.jsonl"
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        events = [json.loads(line) for line in lines if line.endswith("\n")]
        return [one["step"] for one in events if one["event"] == event]

    def wait_for_step(self, step: int) -> None:
        """Until this step is saved while the training runs."""
        ends_at = time.monotonic() + 120
        while max(self.read_steps("saved"), default=0) < step:
            assert read_job(self.folder / "data")["state"] == "running"
            assert time.monotonic() < ends_at
            time.sleep(0.05)

    def cut_power(self, studio: StudioProcess) -> None:
        """For the studio first, then for everything that the training's process has started."""
        group = int((self.job / "lock").read_text())
        studio.kill()
        assert processes.is_running(self.job), "the training outlives the studio"
        os.killpg(group, signal.SIGKILL)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One tiny base model, and a test photograph."""
    write_model(tmp_path / "models" / "tiny", "sdxl")  # half the time of the older family: its first blocks are plain
    save(make_drawing(5, (256, 256)), tmp_path / "faces" / "face.png")
    return House(tmp_path)


def begin_training(studio: StudioProcess) -> None:
    staff = studio.open_browser()
    staff.send("/new", **TERMS)
    staff.upload(*((f"{seed}.png", encode(seed)) for seed in range(3)))
    staff.send(f"{HOME}/prepare")
    assert wait_for_job(studio.data_dir) == "done"
    staff.send(f"{HOME}/train", base="tiny", steps=str(STEPS), batch_size="1")


def check_that_nothing_is_missing(house: House) -> None:
    assert house.read_steps() == list(range(1, STEPS + 1)), "no step is missing and none is told twice"
    assert json.loads((house.run / "run.json").read_text())["state"] in ("finished", "overtrained")
    assert (house.run / f"{STYLE}.safetensors").is_file()


@pytest.mark.timeout(300)
def test_a_training_goes_on_after_a_power_cut(house: House) -> None:
    with house.open_studio() as first:
        begin_training(first)
        house.wait_for_step(STEPS // 2)
        house.cut_power(first)
    assert read_job(house.folder / "data")["state"] == "running"
    assert house.read_steps()[-1] < STEPS

    with house.open_studio() as second:
        assert wait_for_job(second.data_dir, within_s=150) == "done"
    check_that_nothing_is_missing(house)
    assert read_job(house.folder / "data")["reached_step"] >= STEPS // 2, "it went on and did not begin anew"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_training_survives_one_studio_after_the_other_and_then_a_power_cut(house: House) -> None:
    with house.open_studio() as first:
        begin_training(first)
        house.wait_for_step(2)
        first.kill()
    assert processes.is_running(house.job), "the training outlives the studio"

    for step in (3, 4):
        with house.open_studio() as another:
            house.wait_for_step(step)
            assert read_job(another.data_dir)["attempts"] == 1, "it was taken over as it is"
            another.kill()

    with house.open_studio() as another:
        house.wait_for_step(5)
        house.cut_power(another)
    with house.open_studio() as last:
        assert wait_for_job(last.data_dir, within_s=150) == "done"
    check_that_nothing_is_missing(house)
    assert read_job(house.folder / "data")["reached_step"] >= 5, "it went on and did not begin anew"
