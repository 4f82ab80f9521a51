"""Keeps the jobs: starts what waits, sees what has ended, and goes on with what was interrupted."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import Self

from boothkit.clock import now, to_text
from boothkit.errors import BoothError
from boothkit.ids import new_id
from boothkit.logs import get_logger
from lora_training.studio.errors import JobRunningError
from lora_training.studio.work import processes
from lora_training.studio.work.job import HEAVY, Command, Job, JobKind, ask_to_stop, begin, settle
from lora_training.studio.work.project import Project
from lora_training.studio.work.projects import ProjectStore
from lora_training.studio.work.run_view import find_reached_step

_ROUND_S = 0.5
_CANNOT_START_CODE = 127
_log = get_logger(__name__)


class JobKeeper:
    """Jobs of one style follow each other; of all heavy jobs one runs at a time, in the order they were asked for.

    `tick` does one round; `start` does them in a thread until `close`. Closing leaves running jobs alone: the next
    keeper finds them by their locks.
    """

    def __init__(self, store: ProjectStore, environ: Mapping[str, str]) -> None:
        self._store = store
        self._environ = environ
        self._children: list[subprocess.Popen[bytes]] = []
        self._interrupted: set[str] = set()
        self._round = threading.Lock()
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="job-keeper", daemon=True)

    def start(self) -> Self:
        """Begin the rounds; what an earlier studio left is taken up in the first one."""
        self._thread.start()
        return self

    def close(self) -> None:
        """End the rounds; jobs that run go on."""
        self._is_closing.set()
        self._thread.join()

    def ask(
        self,
        style_id: str,
        kind: JobKind,
        commands: tuple[Command, ...],
        change: Callable[[Project], Project] = lambda project: project,
    ) -> Project:
        """Put a job into the queue, with `change` of the record in the same write. Raises JobRunningError."""
        job = Job(job_id=new_id(), kind=kind, commands=commands, queued_at=to_text(now()))

        def enqueue(project: Project) -> Project:
            if project.is_busy:
                raise JobRunningError
            return change(project).model_copy(update={"job": job})

        self._store.change(style_id, enqueue)
        self.tick()
        return self._store.get(style_id)

    def stop(self, style_id: str) -> None:
        """Ask the job of a style to save and end. Asking again, or too late, is harmless."""

        def ask(project: Project) -> Project:
            if project.job is None or project.job.state not in ("queued", "running"):
                return project
            return project.model_copy(update={"job": ask_to_stop(project.job, moment=to_text(now()))})

        self._store.change(style_id, ask)
        self.tick()

    def find_place(self, style_id: str) -> int:
        """How many heavy jobs come before this waiting one; 0 when it is next."""
        waiting = [project.style_id for project in _list_waiting(self._store.list())]
        running = sum(_is_heavy_running(project) for project in self._store.list())
        return waiting.index(style_id) + running if style_id in waiting else 0

    def tick(self) -> None:
        """One round: settle what ended, pass on wishes to stop, start what may start."""
        with self._round:
            self._children = [child for child in self._children if child.poll() is None]
            for project in self._store.list():
                self._look_after(project)
            self._start_waiting()

    def _run(self) -> None:
        while not self._is_closing.is_set():
            try:
                self.tick()
            except BoothError as error:
                _log.error("A round of the jobs failed.", action="studio.round_failed", cause=str(error))
            self._is_closing.wait(_ROUND_S)

    def _look_after(self, project: Project) -> None:
        job = project.job
        if job is None or not job.has_process:
            return
        folder = self._store.folder(project.style_id)
        if not processes.is_running(folder.job):
            self._settle(project.style_id, processes.find_exit_code(folder.job, job))
        elif job.state == "stopping" and job.job_id not in self._interrupted and processes.interrupt(folder.job):
            self._interrupted.add(job.job_id)

    def _settle(self, style_id: str, exit_code: int | None) -> None:
        step = find_reached_step(self._store.folder(style_id).run)

        def end(project: Project) -> Project:
            if project.job is None or not project.job.has_process:
                return project
            job = settle(project.job, exit_code, step=step, moment=to_text(now()))
            is_offered = {"publish": True, "rollback": True, "withdraw": False}.get(job.kind, project.is_offered)
            return project.model_copy(
                update={"job": job, "is_offered": is_offered if job.state == "done" else project.is_offered}
            )

        job = self._store.change(style_id, end).job
        if job is not None:
            _log.info(
                "A job ended.", action="studio.job_ended", style_id=style_id, state=job.state, exit_code=exit_code
            )

    def _start_waiting(self) -> None:
        projects = self._store.list()
        is_heavy_free = not any(_is_heavy_running(project) for project in projects)
        for project in projects:
            if project.job is not None and project.job.state == "queued" and project.job.kind not in HEAVY:
                self._start(project.style_id)
        waiting = _list_waiting(projects)
        if is_heavy_free and waiting:
            self._start(waiting[0].style_id)

    def _start(self, style_id: str) -> None:
        folder = self._store.folder(style_id)

        def move(project: Project) -> Project:
            if project.job is None or project.job.state != "queued":
                return project
            return project.model_copy(update={"job": begin(project.job, step=find_reached_step(folder.run))})

        # The record first: a studio that is killed between the two finds a job without a process, and starts it.
        job = self._store.change(style_id, move).job
        if job is None or job.state != "running":
            return
        processes.forget_result(folder.job)
        try:
            self._children.append(processes.start_process(folder.job, job, self._environ))
        except OSError as error:
            _log.error("A job cannot be started.", action="studio.job_not_started", cause=str(error))
            self._settle(style_id, _CANNOT_START_CODE)


def _is_heavy_running(project: Project) -> bool:
    return project.job is not None and project.job.has_process and project.job.kind in HEAVY


def _list_waiting(projects: list[Project]) -> list[Project]:
    """Heavy jobs in the queue, the one that waits longest first."""
    waiting = [
        (project.job.queued_at, project)
        for project in projects
        if project.job is not None and project.job.state == "queued" and project.job.kind in HEAVY
    ]
    return [project for _, project in sorted(waiting, key=lambda pair: pair[0])]
