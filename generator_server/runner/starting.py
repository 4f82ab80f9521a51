"""Getting an engine ready, tried until it works: what is missing may come, and a device's memory may become free."""

from __future__ import annotations

import time
from collections.abc import Callable

from boothkit.logs import get_logger
from generator_server.engines.holding import Preparation

# After a failure it is tried again so soon, then ever later.
FIRST_RETRY_S = 15.0
LONGEST_RETRY_S = 1800.0
_log = get_logger(__name__)


class Starter:
    """Calls `prepare`, in the worker's thread, and says in the log how that ended."""

    def __init__(self, engine: str, prepare: Callable[[], None], preparation: Preparation) -> None:
        self._engine = engine
        self._prepare = prepare
        self._preparation = preparation

    def run(self, fail: Callable[[str], None], is_over: Callable[[float], bool]) -> bool:
        """True once the engine is ready. `fail` hears a sentence after each failure.

        `is_over` waits the given seconds between two tries; False is answered when it says that nobody waits any more.
        """
        delay_s = FIRST_RETRY_S
        while not self._try(fail):
            if is_over(delay_s):
                return False
            delay_s = min(2 * delay_s, LONGEST_RETRY_S)
        return True

    def _try(self, fail: Callable[[str], None]) -> bool:
        started_at = time.monotonic()
        try:
            with self._preparation.under_way():
                self._prepare()
        except Exception as error:  # noqa: BLE001 - logged; whatever it was, the server answers that it cannot
            _log.exception("An engine could not be started.", action="engine.failed", engine=self._engine)
            fail(f"The engine could not be started: {error}")
            return False
        took_s = round(time.monotonic() - started_at, 3)
        _log.info("An engine is ready.", action="engine.ready", engine=self._engine, seconds=took_s)
        return True
