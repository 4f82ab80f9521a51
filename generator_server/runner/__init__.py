"""Work: bounded queues, one worker thread per engine, progress, cancellation, and which engine serves a request."""

from generator_server.runner.engine_worker import EngineWorker, StudioWorker
from generator_server.runner.job import AnyJob, GenerationJob, Job, JobState, StudioJob
from generator_server.runner.metrics import WorkMetrics
from generator_server.runner.router import Router
from generator_server.runner.samples import SampleShelf
from generator_server.runner.watchdog import HUNG_EXIT_CODE, Watchdog
from generator_server.runner.worker import Worker

__all__ = [
    "HUNG_EXIT_CODE",
    "AnyJob",
    "EngineWorker",
    "GenerationJob",
    "Job",
    "JobState",
    "Router",
    "SampleShelf",
    "StudioJob",
    "StudioWorker",
    "Watchdog",
    "WorkMetrics",
    "Worker",
]
