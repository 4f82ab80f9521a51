"""Prometheus metrics of one web program: how many requests, how long, by route template."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_LABELS = ("program", "method", "route", "status")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """Counts answered requests. Routes are templates and methods a closed set: strangers cannot add time series."""

    def __init__(self, program: str, registry: CollectorRegistry) -> None:
        self._program = program
        self._count = Counter("http_requests_total", "Answered requests.", _LABELS, registry=registry)
        self._duration = Histogram(
            "http_request_duration_seconds",
            "Time from the request's head to the last byte of its answer.",
            _LABELS,
            registry=registry,
            buckets=_BUCKETS_S,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        labels = (self._program, method if method in _METHODS else "other", route, str(status))
        self._count.labels(*labels).inc()
        self._duration.labels(*labels).observe(seconds)


def create_registry() -> CollectorRegistry:
    """A registry of its own for each app, with the process's memory, processor time and descriptors."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
