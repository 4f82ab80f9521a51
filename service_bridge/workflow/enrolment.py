"""Letting devices in: codes that work once and soon expire, tokens of which only hashes are kept."""

from __future__ import annotations

import threading
import time
from collections import deque
from datetime import timedelta

from boothkit.clock import now
from boothkit.errors import TooManyRequestsError, UnauthorizedError
from boothkit.ids import hash_token, new_enrolment_code, new_id, new_token, normalise_code
from boothkit.logs import get_logger
from service_bridge.errors import EnrolmentRefusedError
from service_bridge.settings import EnrolmentSettings
from service_bridge.store import devices
from service_bridge.store.database import Database
from service_bridge.visits.records import Booth, Role

_WINDOW_S = 60.0
_log = get_logger(__name__)


class Enrolment:
    """Codes in, tokens out, tokens back to devices. Thread-safe."""

    def __init__(self, database: Database, settings: EnrolmentSettings) -> None:
        self._database = database
        self._settings = settings
        self._lock = threading.Lock()
        self._wrong_at: deque[float] = deque(maxlen=settings.wrong_codes)

    def create_code(self, role: Role) -> str:
        """A new code for a device of a role. Only its hash is kept."""
        code = new_enrolment_code()
        expires_at = now() + timedelta(seconds=self._settings.code_valid_s)
        with self._database.write() as connection:
            devices.add_enrolment_code(connection, _hash_code(code), role, expires_at)
        return code

    def enrol(self, code: str, name: str) -> tuple[Booth, str]:
        """Exchange a code for a device and its token. Raises EnrolmentRefusedError, TooManyRequestsError."""
        self._check_pace()
        token = new_token()
        with self._database.write() as connection:
            role = devices.use_enrolment_code(connection, _hash_code(code), now())
            booth = None if role is None else Booth(new_id(), name, role, hash_token(token), now())
            if booth is not None:
                devices.add_booth(connection, booth)
        if booth is None:
            self._note_wrong_code()
            raise EnrolmentRefusedError()
        _log.info("A device was enrolled.", action="booth.enrolled", booth_id=booth.booth_id, role=booth.role)
        return booth, token

    def authenticate(self, token: str) -> Booth:
        """The device that holds a token. Raises UnauthorizedError."""
        with self._database.read() as connection:
            booth = devices.find_booth_by_token_hash(connection, hash_token(token))
        if booth is None:
            raise UnauthorizedError()
        return booth

    def list_booths(self) -> list[Booth]:
        """Every device that was ever enrolled."""
        with self._database.read() as connection:
            return devices.list_booths(connection)

    def revoke(self, booth_id: str) -> bool:
        """Refuse a device's token from now on; False when there is no such active device."""
        with self._database.write() as connection:
            return devices.revoke_booth(connection, booth_id, now())

    def _check_pace(self) -> None:
        with self._lock:
            oldest = self._wrong_at[0] if len(self._wrong_at) == self._wrong_at.maxlen else None
        if oldest is not None and time.monotonic() - oldest < _WINDOW_S:
            raise TooManyRequestsError(retry_after_s=_WINDOW_S)

    def _note_wrong_code(self) -> None:
        with self._lock:
            self._wrong_at.append(time.monotonic())
        _log.warning("A wrong enrolment code was shown.", action="booth.wrong_code")


def _hash_code(code: str) -> str:
    return hash_token(normalise_code(code))
