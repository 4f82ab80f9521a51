"""Which engine serves a request, and where a task is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator_server.engines import GenerationRequest, Model
from generator_server.errors import CannotGenerateError, GenerationNotFoundError, ModelNotFoundError
from generator_server.runner.engine_worker import EngineWorker, StudioWorker
from generator_server.runner.job import AnyJob
from generator_server.runner.worker import Worker


class Router:
    """All engines' workers, in order of preference, and the studio's."""

    def __init__(self, workers: Sequence[EngineWorker], studio: StudioWorker | None = None) -> None:
        self.workers = tuple(workers)
        self.queues: tuple[Worker[Any], ...] = (*self.workers, *([studio] if studio else []))

    def list_models(self) -> tuple[Model, ...]:
        """Every engine's models."""
        return tuple(model for worker in self.workers for model in worker.engine.list_models())

    def get_model(self, asked: str) -> Model:
        """The model with this title, name or hash. Raises ModelNotFoundError."""
        for model in self.list_models():
            if model.is_called(asked):
                return model
        raise ModelNotFoundError(model=asked[:200])

    def get_worker(self, model: Model) -> EngineWorker:
        """The worker whose engine serves `model`. Raises ModelNotFoundError when it is served no more."""
        for worker in self.workers:
            if model in worker.engine.list_models():
                return worker
        raise ModelNotFoundError(model=model.name)

    def choose_worker(self, request: GenerationRequest) -> EngineWorker:
        """The worker whose engine has the request's model, when it can do it.

        Raises CannotGenerateError, ModelNotFoundError.
        """
        worker = self.get_worker(request.model)
        obstacle = worker.engine.find_obstacle(request)
        if obstacle is not None:
            raise CannotGenerateError(reason=obstacle)
        return worker

    def find_job(self, task_id: str) -> AnyJob | None:
        """The waiting or running job with this id, in any queue."""
        return next((job for worker in self.queues if (job := worker.find(task_id))), None)

    def has_finished(self, task_id: str) -> bool:
        """True when a task with this id ended lately."""
        return any(worker.has_finished(task_id) for worker in self.queues)

    def list_waiting(self) -> tuple[AnyJob, ...]:
        """Jobs that wait, in all queues."""
        return tuple(job for worker in self.queues for job in worker.list_waiting())

    def list_queue(self, job: AnyJob) -> tuple[AnyJob, ...]:
        """Jobs that wait in the same queue as `job`, itself among them; none when it waits no more."""
        queues = (queue.list_waiting() for queue in self.queues)
        return next((waiting for waiting in queues if any(other is job for other in waiting)), ())

    def list_running(self) -> tuple[AnyJob, ...]:
        """Generations that run now; several of one engine when they are made in one batch."""
        return tuple(job for worker in self.workers for job in worker.list_running())

    def cancel(self, task_id: str) -> None:
        """Stop the task with this id. Raises GenerationNotFoundError."""
        if not any(worker.cancel(task_id) for worker in self.queues):
            raise GenerationNotFoundError(task_id=task_id[:100])

    def interrupt(self) -> None:
        """Stop the generations that run now; what waits, and the studio's work, goes on."""
        for worker in self.workers:
            worker.cancel_current()
