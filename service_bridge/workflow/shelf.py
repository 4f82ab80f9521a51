"""One list of another program, kept for when that program cannot be asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from boothkit.clock import now
from boothkit.logs import get_logger
from service_bridge.clients.transport import ServiceError
from service_bridge.clients.wire import Wire
from service_bridge.errors import CatalogueUnavailableError
from service_bridge.store.catalogue import KeptList, find_list, keep_list
from service_bridge.store.database import Database

# A source that did not answer is asked again so soon, then ever later, but never later than one that did.
_FIRST_RETRY_S = 1.0
_log = get_logger(__name__)
T = TypeVar("T", bound=Wire)


class Shelf(Generic[T]):
    """One list: its last good answer, and when its source was last asked, whether or not it answered."""

    def __init__(
        self,
        name: str,
        model: type[T],
        fetch: Callable[[float], list[T]],
        database: Database,
        timeout_s: float,
        *,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._model = model
        self._fetch = fetch
        self._database = database
        self._timeout_s = timeout_s
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._retry_s: float | None = None

    def get(self, *, fresh_for_s: float) -> list[T]:
        """The list, asked for again when it was not lately. Raises CatalogueUnavailableError without any."""
        with self._lock:
            if self._is_due(fresh_for_s):
                self._refresh()
        kept = self.find_kept()
        if kept is None:
            raise CatalogueUnavailableError(retry_after_s=2.0)
        return kept

    def get_new(self) -> list[T]:
        """The list as it is now. Raises CatalogueUnavailableError when its source does not answer."""
        with self._lock:
            self._refresh()
            if self._retry_s is not None:
                raise CatalogueUnavailableError(retry_after_s=self._retry_s)
        return self.find_kept() or []

    def find_kept(self) -> list[T] | None:
        """The last good answer, or None."""
        with self._database.read() as connection:
            kept = find_list(connection, self._name)
        return None if kept is None else [self._model.model_validate(item) for item in kept.content]

    def _is_due(self, fresh_for_s: float) -> bool:
        wait_s = fresh_for_s if self._retry_s is None else min(fresh_for_s, self._retry_s)
        return self._asked_at is None or self._clock_s() - self._asked_at >= wait_s

    def _refresh(self) -> None:
        try:
            answer = [item.model_dump() for item in self._fetch(self._timeout_s)]
        except ServiceError as error:
            self._retry_s = _FIRST_RETRY_S if self._retry_s is None else self._retry_s * 2
            _log.info("A list could not be refreshed.", action=f"{self._name}.stale", cause=error.cause.value)
        else:
            self._retry_s = None
            self._keep(answer)
        finally:
            self._asked_at = self._clock_s()

    def _keep(self, answer: list[dict[str, Any]]) -> None:
        with self._database.read() as connection:
            kept = find_list(connection, self._name)
        if kept is None or kept.content != answer:
            with self._database.write() as connection:
                keep_list(connection, KeptList(self._name, answer, now()))
