"""The bridge's own Prometheus gauges, read from the database when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from boothkit.clock import now
from boothkit.errors import BoothError
from boothkit.files import free_bytes
from service_bridge.http.parts import BridgeParts
from service_bridge.store.undelivered import count_undelivered
from service_bridge.store.visits import count_by_state


class VisitCollector(Collector):
    """Visits by state, undelivered memories, the age of the oldest one, and free space."""

    def __init__(self, parts: BridgeParts) -> None:
        self._parts = parts

    def describe(self) -> Iterable[Metric]:
        """Nothing in advance: registering must not read the database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The gauges as they are now; none while the database is out of reach."""
        try:
            with self._parts.database.read() as connection:
                counts = count_by_state(connection)
                undelivered, oldest = count_undelivered(connection)
            free = free_bytes(self._parts.blobs.root.parent)
        except BoothError:
            return
        visits = GaugeMetricFamily("booth_visits", "Visits kept here, by state.", labels=["state"])
        for state, count in counts.items():
            visits.add_metric([state], count)
        age_s = 0.0 if oldest is None else max(0.0, (now() - oldest).total_seconds())
        yield visits
        yield GaugeMetricFamily("booth_undelivered", "Revisions not yet received.", value=undelivered)
        yield GaugeMetricFamily(
            "booth_oldest_undelivered_age_seconds", "Time since the finish of the oldest of them.", value=age_s
        )
        yield GaugeMetricFamily("booth_free_bytes", "Free space for new visits.", value=free)
