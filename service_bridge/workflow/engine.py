"""DBOS set up for a booth. The only module that knows DBOS.

DBOS executes; the bridge's own rows say what is true. Arguments and results are ids, hashes and short words, written as
plain JSON, never blobs and never pickles.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boothkit.clock import to_text
from boothkit.logs import get_logger
from service_bridge.store.database import Database, translate_errors

if TYPE_CHECKING:
    import sqlalchemy as sa
    from dbos import DBOSClient, EnqueueOptions

# The version that workflows are recorded under. It is pinned, so that an update of the program finishes what an
# earlier one began; a change in the order of steps needs a new workflow name.
WORKFLOW_VERSION = "wf-1"
_APPLICATION = "booth-bridge"
# Nothing here waits for notifications, so a look costs nothing; stopping waits for one.
_NOTIFICATION_POLL_S = 0.2
_WAITING = ("ENQUEUED", "DELAYED")
_LIVE = (*_WAITING, "PENDING")
_FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_DELETE_AT_ONCE = 500
_log = get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """A workflow to be run. The same id runs once, whatever happens. `delay_s` None starts it as soon as possible."""

    workflow: str
    queue: str
    workflow_id: str
    arguments: tuple[str | int, ...]
    delay_s: float | None = None


@dataclass(frozen=True)
class Queue:
    """A line of jobs, of which `concurrency` run at once."""

    name: str
    concurrency: int


class Engine:
    """Runs registered workflows durably. One per process and per executor id."""

    def __init__(self, database: Database, *, executor_id: str, polling_s: float) -> None:
        self._database = database
        self._executor_id = executor_id
        self._polling_s = polling_s
        self._bodies: dict[str, Callable[..., None]] = {}
        self._queues: list[Queue] = []
        self._running: set[str] = set()
        self._lock = threading.Lock()
        self._client: DBOSClient | None = None

    def register(self, name: str, queue: Queue, body: Callable[..., None]) -> None:
        """Name a workflow and its queue; before `start`."""
        self._bodies[name] = body
        self._queues.append(queue)

    def start(self) -> None:
        """Take up work, also what an earlier process of this executor left."""
        from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

        # With a handler of its own it makes none, and its lines go where all lines go.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        serializer = DBOSPortableJSONSerializer()
        DBOS(
            config={
                "name": _APPLICATION,
                "system_database_url": self._database.url,
                "system_database_engine": self._database.engine,
                "application_version": WORKFLOW_VERSION,
                "executor_id": self._executor_id,
                "log_level": "WARNING",
                "serializer": serializer,
                "notification_listener_polling_interval_sec": _NOTIFICATION_POLL_S,
            }
        )
        for name, body in self._bodies.items():
            DBOS.workflow(name=name, max_recovery_attempts=None)(self._watch(name, body))
        # Before the launch: what an earlier process left runs at once, and may start other work.
        self._client = DBOSClient(system_database_engine=self._database.engine, serializer=serializer, lazy=True)
        DBOS.launch()
        for queue in self._queues:
            DBOS.register_queue(
                queue.name,
                worker_concurrency=queue.concurrency,
                polling_interval_sec=self._polling_s,
                on_conflict="always_update",
            )

    def stop(self) -> None:
        """Leave running work as it is; the next start takes it up."""
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True)
        self._client = None

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Enqueue a job in the caller's transaction: it exists exactly when the transaction commits."""
        if self._client is None:
            raise RuntimeError("the engine has not been started")
        options: EnqueueOptions = {
            "workflow_name": job.workflow,
            "queue_name": job.queue,
            "workflow_id": job.workflow_id,
            "app_version": WORKFLOW_VERSION,
        }
        if job.delay_s is not None:
            options["delay_seconds"] = job.delay_s
        self._client.enqueue_in_transaction(connection, options, *job.arguments)

    def run_step(self, name: str, step: Callable[..., str], *arguments: str | int) -> str:
        """Run one step inside a workflow and record its result; a finished step is never run again."""
        from dbos import DBOS

        def run() -> str:
            with _log_step(name, arguments):
                return step(*arguments)

        return DBOS.run_step({"name": name}, run)

    def find_live(self, workflow_ids: Iterable[str]) -> set[str]:
        """Those of the workflows that still wait or run."""
        wanted = list(workflow_ids)
        return set(self._list_ids(workflow_ids=wanted, status=list(_LIVE))) if wanted else set()

    def list_orphans(self, unchanged_since: datetime) -> list[str]:
        """Workflows that the database calls running, but that no thread of this process runs."""
        from dbos import DBOS

        limit_ms = unchanged_since.timestamp() * 1000
        with translate_errors():
            pending = DBOS.list_workflows(
                status="PENDING", executor_id=self._executor_id, load_input=False, load_output=False
            )
        with self._lock:
            running = set(self._running)
        return [
            workflow.workflow_id
            for workflow in pending
            if workflow.workflow_id not in running and (workflow.updated_at or 0) < limit_ms
        ]

    def resume(self, workflow_id: str) -> None:
        """Let an orphaned workflow run on from its last recorded step."""
        from dbos import DBOS

        with translate_errors():
            DBOS.resume_workflow(workflow_id)

    def delete_finished(self, before: datetime) -> int:
        """Forget workflows that ended and were enqueued before a moment; returns how many."""
        deleted = 0
        while ids := self._list_ids(status=list(_FINISHED), end_time=to_text(before), limit=_DELETE_AT_ONCE):
            self._delete(ids)
            deleted += len(ids)
        return deleted

    def cancel(self, workflow_id: str) -> None:
        """Keep a workflow from starting another step."""
        from dbos import DBOS

        with translate_errors():
            DBOS.cancel_workflow(workflow_id)

    def forget(self, prefix: str) -> bool:
        """Forget the workflows whose id starts with a prefix; those that wait are not begun any more.

        False when one still runs: it cannot be stopped in the middle of a step, so it is to be forgotten later.
        """
        for workflow_id in self._list_ids(workflow_id_prefix=prefix, status=list(_WAITING)):
            self.cancel(workflow_id)
        with self._lock:
            running = set(self._running)
        ended = self._list_ids(workflow_id_prefix=prefix, status=list(_FINISHED))
        if gone := [workflow_id for workflow_id in ended if workflow_id not in running]:
            self._delete(gone)
        return not self._list_ids(workflow_id_prefix=prefix)

    def _delete(self, workflow_ids: list[str]) -> None:
        from dbos import DBOS

        with translate_errors():
            DBOS.delete_workflows(workflow_ids)

    def _list_ids(self, **choice: Any) -> list[str]:
        from dbos import DBOS

        with translate_errors():
            found = DBOS.list_workflows(load_input=False, load_output=False, **choice)
        return [workflow.workflow_id for workflow in found]

    def _watch(self, name: str, body: Callable[..., None]) -> Callable[..., None]:
        """The body, with a note of who is running, which the database alone cannot tell."""
        from dbos import DBOS

        def run(*arguments: str | int) -> None:
            workflow_id = DBOS.workflow_id or ""
            with self._noted(workflow_id):
                body(*arguments)

        run.__name__ = run.__qualname__ = name
        return run

    @contextlib.contextmanager
    def _noted(self, workflow_id: str) -> Iterator[None]:
        with self._lock:
            self._running.add(workflow_id)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(workflow_id)


@contextlib.contextmanager
def _log_step(name: str, arguments: tuple[str | int, ...]) -> Iterator[None]:
    visit_id = arguments[0]
    _log.info("A step begins.", action=f"{name}.started", visit_id=visit_id)
    yield
    _log.info("A step ended.", action=f"{name}.ended", visit_id=visit_id)
