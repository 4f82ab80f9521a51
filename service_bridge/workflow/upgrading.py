"""Better pictures for memories that a lesser engine helped out with: started here, delivered as a next revision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from boothkit.clock import now
from boothkit.logs import get_logger
from service_bridge.clients.wire import StyleAnswer
from service_bridge.errors import CatalogueUnavailableError
from service_bridge.settings import GeneratorSettings, PolicySettings
from service_bridge.store.database import Database
from service_bridge.store.generations import list_made_by
from service_bridge.store.visits import find_parts
from service_bridge.visits.planning import can_upgrade
from service_bridge.visits.records import Generation
from service_bridge.workflow.catalogue import Catalogue
from service_bridge.workflow.painting import order_engines
from service_bridge.workflow.scheduling import Scheduler

# Visitors come first: a few old pictures at a time.
_AT_ONCE = 2
_log = get_logger(__name__)


class Upgrader:
    """Looks for delivered pictures that an engine of the site's preference could make now."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        scheduler: Scheduler,
        generator: GeneratorSettings,
        policy: PolicySettings,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._scheduler = scheduler
        self._preference = generator.engine_preference
        self._within_s = policy.upgrade_within_s

    def run(self) -> None:
        """One round over all styles."""
        if not self._within_s:
            return
        try:
            styles = self._catalogue.list_every_style()
        except CatalogueUnavailableError:
            return
        for style in styles:
            for generation in self._list_lesser(style):
                self._start(generation)

    def _list_lesser(self, style: StyleAnswer) -> list[Generation]:
        lesser = [engine for engine in self._preference if order_engines(style, self._preference, better_than=engine)]
        with self._database.read() as connection:
            since = now() - timedelta(seconds=self._within_s)
            return list_made_by(connection, style.style_id, lesser, since, _AT_ONCE) if lesser else []

    def _start(self, seen: Generation) -> None:
        with self._database.write() as connection:
            parts = find_parts(connection, seen.visit_id)
            if parts is None or parts.generation != seen or not can_upgrade(parts):
                return
            better = replace(
                seen,
                number=seen.number + 1,
                tries=0,
                engine=None,
                style_name=None,
                style_source=None,
                output_sha256=None,
                sealed_sha256=None,
                sealed_bytes=None,
                created_at=now(),
            )
            self._scheduler.start_generation(connection, better)
        _log.info(
            "A better picture is asked for.", action="upgrade.started", visit_id=seen.visit_id, engine=seen.engine
        )
