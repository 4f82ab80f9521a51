"""Where the one-machine booth keeps its things."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

# sun_path holds 108 bytes with its final zero; the longest file name in the run folder takes its share.
_LONGEST_SOCKET_PATH_BYTES = 107
_LONGEST_FILE_NAME = "generator.sock"
_PLAIN_PATH = re.compile(r"[\w/.+~-]+")


@dataclass(frozen=True)
class Folders:
    """All folders below one `var`, and the run folder with the Unix sockets."""

    var: Path
    run: Path

    @property
    def site_file(self) -> Path:
        return self.var / "site.toml"

    @property
    def log_file(self) -> Path:
        return self.var / "booth.log"

    @property
    def data(self) -> Path:
        return self.var / "data"

    def data_of(self, program: str) -> Path:
        return self.data / program

    def socket_of(self, program: str) -> Path:
        return self.run / f"{program}.sock"

    def visit(self, receipt_code: str) -> Path:
        """Where the files of an automatic visit are put for looking at."""
        return self.var / "visits" / receipt_code


def make_folders(var: Path) -> Folders:
    """The folders below `var`, made where missing, for this user only."""
    for folder in (var, var / "data"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    run = choose_run_folder(var)
    _make_private(run)
    return Folders(var, run)


def choose_run_folder(var: Path) -> Path:
    """`var/run`, or a folder of the same user in the temporary folder when socket paths there would not do.

    They must be short, and without the signs that nginx and Qt give a meaning.
    """
    run = var / "run"
    is_short = len(os.fsencode(run / _LONGEST_FILE_NAME)) <= _LONGEST_SOCKET_PATH_BYTES
    if is_short and _PLAIN_PATH.fullmatch(str(run)):
        return run
    name = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"memorial-booth-{os.getuid()}-{name}")


def _make_private(folder: Path) -> None:
    """Make `folder` with mode 0700. Refuses a link or another user's folder: the temporary folder is open to all."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} is not a folder of this user")
    folder.chmod(0o700)
