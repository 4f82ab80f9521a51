"""Jobs with the real commands: learning without a model, refusals, the queue, stopping."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from boothkit.ids import new_id
from lora_training.studio.work import processes
from lora_training.studio.work.job import Job, begin
from lora_training.studio.work.keeper import JobKeeper
from lora_training.studio.work.projects import ProjectStore
from tests.integration.lora_training.studio.conftest import House
from tests.integration.lora_training.studio.staff import HOME, STYLE, read_job, wait_for_job
from tests.unit.lora_training.studio.test_projects import make_details

NAP = ("caption", "/nowhere")
"""A command that is refused at once."""


@pytest.fixture
def store(tmp_path: Path) -> ProjectStore:
    kept = ProjectStore(tmp_path)
    for style_id in ("first", "second", "third"):
        kept.create(make_details(style_id=style_id))
    return kept


@pytest.fixture
def keeper(store: ProjectStore) -> Iterator[JobKeeper]:
    """No thread: tests do the rounds. What still runs in the end is stopped."""
    kept = JobKeeper(store, {})
    yield kept
    folders = [store.folder(project.style_id).job for project in store.list()]
    for project in store.list():
        kept.stop(project.style_id)
    while any(processes.is_running(folder) for folder in folders):
        time.sleep(0.05)
    kept.tick()


def state_of(store: ProjectStore, style_id: str) -> str:
    job = store.get(style_id).job
    assert job is not None
    return job.state


def hold_lock(folder: Path) -> subprocess.Popen[bytes]:
    """A process that holds a job's lock as a command of it does, and ends at Ctrl-C."""
    folder.mkdir(parents=True, exist_ok=True)
    code = """import fcntl, os, signal, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
signal.signal(signal.SIGINT, lambda *_: os._exit(0))
file.write(str(os.getpid())); file.flush()
print(flush=True)
signal.pause()"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "lock")], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def test_a_style_is_learnt_without_a_model_and_its_picture_is_shown(prepared: House) -> None:
    assert prepared.staff.send(f"{HOME}/train", base="").status_code == 303
    assert wait_for_job(prepared.data_dir) == "done"
    page = prepared.staff.read(f"{HOME}/training?lang=en").text
    assert "The booth has learnt this style." in page
    assert prepared.staff.read(f"{HOME}/files/sample").content.startswith(b"\x89PNG")
    assert "publish" in prepared.staff.read(f"{HOME}/compare").text
    assert prepared.staff.send(f"{HOME}/train", base="").status_code == 422, "only with the wish to throw it away"
    assert "김영희" in prepared.staff.read(f"{HOME}/publish").text
    fields = {"name_ko": "수묵", "name_en": "Ink", "for": "some", "generator": "http://127.0.0.1:9"}
    assert prepared.staff.send(f"{HOME}/publish", **fields).status_code == 422, "no memorial was chosen"
    assert prepared.staff.send(f"{HOME}/publish", **fields, memorial="kim-2026").status_code == 303
    assert wait_for_job(prepared.data_dir) == "failed", "there is no generator at this address"
    refusal = prepared.staff.read(f"{HOME}/publish?lang=en").text
    assert 'role="alert"' in refusal
    training = prepared.staff.read(f"{HOME}/training").text
    assert "The booth has learnt" in training
    assert 'role="alert"' not in training, "what went wrong is told where it went wrong"
    assert prepared.staff.read(HOME).headers["location"] == f"{HOME}/publish"


def test_a_refused_command_says_why_in_the_readers_language(store: ProjectStore, keeper: JobKeeper) -> None:
    keeper.ask("first", "captions", (NAP,))
    folder = store.folder("first").job
    while state_of(store, "first") == "running":
        keeper.tick()
        time.sleep(0.05)
    assert state_of(store, "first") == "failed"
    lines = processes.read_last_lines(folder, 2)
    assert "학습 자료" in lines[0]
    assert "not a data set" in lines[1]


def test_one_heavy_job_runs_at_a_time_in_the_order_of_asking(store: ProjectStore, keeper: JobKeeper) -> None:
    runner = hold_lock(store.folder("first").job)
    job = begin(Job(job_id=new_id(), kind="train", commands=(NAP,), queued_at="2026"), step=0)
    store.change("first", lambda project: project.model_copy(update={"job": job}))
    for style_id in ("third", "second"):
        keeper.ask(style_id, "train", (NAP,))
        assert state_of(store, style_id) == "queued"
    assert (keeper.find_place("third"), keeper.find_place("second")) == (1, 2)
    keeper.stop("second")
    assert state_of(store, "second") == "stopped"
    runner.kill()
    runner.wait()
    keeper.tick()
    assert state_of(store, "first") == "running", "it was interrupted, so it is begun again before the others"
    assert state_of(store, "third") == "queued"


def test_a_lock_and_no_process_id_says_whether_a_job_runs(store: ProjectStore, keeper: JobKeeper) -> None:
    folder = store.folder("first").job
    runner = hold_lock(folder)
    job = begin(Job(job_id=new_id(), kind="evaluate", commands=(NAP,), queued_at="2026"), step=0)
    store.change("first", lambda project: project.model_copy(update={"job": job}))
    keeper.tick()
    assert state_of(store, "first") == "running", "a job of an earlier studio is taken over as it is"
    keeper.stop("first")
    assert runner.wait(10) == 0, "it was interrupted as by Ctrl-C"
    keeper.tick()
    assert state_of(store, "first") == "stopped"
    assert not processes.interrupt(folder)


def test_a_process_holds_its_lock_from_the_first_moment_until_its_last_command_is_gone(tmp_path: Path) -> None:
    job = Job(job_id=new_id(), kind="captions", commands=(NAP,), queued_at="2026")
    process = processes.start_process(tmp_path, job, {})
    assert processes.is_running(tmp_path)
    assert process.wait(60) == 1
    assert not processes.is_running(tmp_path)
    assert processes.find_exit_code(tmp_path, job) == 1
    assert processes.find_exit_code(tmp_path, job.model_copy(update={"job_id": "another"})) is None


def test_a_killed_job_leaves_no_exit_code(tmp_path: Path) -> None:
    job = Job(job_id=new_id(), kind="captions", commands=(NAP,), queued_at="2026")
    process = processes.start_process(tmp_path, job, {})
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    assert processes.find_exit_code(tmp_path, job) is None


def test_a_style_at_work_takes_no_other_job(prepared: House) -> None:
    runner = hold_lock(prepared.data_dir / STYLE / "job")
    store = ProjectStore(prepared.data_dir)
    before = store.get(STYLE)
    job = begin(Job(job_id=new_id(), kind="train", commands=(NAP,), queued_at="2026"), step=0)
    store.change(STYLE, lambda project: project.model_copy(update={"job": job}))
    assert prepared.staff.send(f"{HOME}/prepare").status_code == 409
    assert prepared.staff.upload(("a.png", b"")).status_code == 409
    assert prepared.staff.send(f"{HOME}/remove", confirm=STYLE).status_code == 409
    assert 'http-equiv="refresh"' in prepared.staff.read(f"{HOME}/training").text
    prepared.staff.send(f"{HOME}/stop")
    assert wait_for_job(prepared.data_dir) == "stopped"
    assert runner.wait(10) == 0
    store.change(STYLE, lambda project: project.model_copy(update={"job": before.job}))
    assert read_job(prepared.data_dir)["state"] != "running"
