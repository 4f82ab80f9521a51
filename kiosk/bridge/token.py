"""The booth's token on disk: readable by the kiosk's account alone."""

from __future__ import annotations

from pathlib import Path

from boothkit.files import publish_file
from kiosk.errors import NotEnrolledError


class TokenFile:
    """Read anew for each call, so that the staff can enrol a booth while its kiosk runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        """The token. Raises NotEnrolledError while there is none."""
        try:
            token = self._path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise NotEnrolledError(cause="no token") from None
        except (OSError, UnicodeDecodeError) as error:
            raise NotEnrolledError(cause=f"the token cannot be read: {type(error).__name__}") from error
        if not token:
            raise NotEnrolledError(cause="the token is empty")
        return token

    def write(self, token: str) -> None:
        publish_file(self._path, token.encode("ascii"), mode=0o600)
