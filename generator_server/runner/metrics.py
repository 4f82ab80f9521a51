"""Prometheus metrics of the work itself."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from generator_server.runner.job import GenerationJob
from generator_server.runner.worker import Worker

_BUCKETS_S = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0)


class WorkMetrics:
    """Counts generations by engine, model and how they ended; measures how long they ran."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._count = Counter("generations_total", "Ended generations.", ("model", "state"), registry=registry)
        self._seconds = Histogram(
            "generation_seconds", "Time in the engine.", ("model",), registry=registry, buckets=_BUCKETS_S
        )
        self._waiting = Gauge("generations_waiting", "Requests in the queue.", ("engine",), registry=registry)
        self._usable = Gauge("engine_usable", "0 while an engine has failed, else 1.", ("engine",), registry=registry)

    def observe(self, job: GenerationJob, ran_s: float) -> None:
        """Count one ended job."""
        name = job.request.model.name
        self._count.labels(name, job.state).inc()
        self._seconds.labels(name).observe(ran_s)

    def watch(self, worker: Worker[Any]) -> None:
        """Show the length of a worker's queue, and whether its engine can be asked, from now on."""
        self._waiting.labels(worker.name).set_function(lambda: len(worker.list_waiting()))
        self._usable.labels(worker.name).set_function(lambda: worker.state.state != "failed")
