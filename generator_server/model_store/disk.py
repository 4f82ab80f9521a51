"""The disk's refusals, in words for the operator."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boothkit.errors import StorageError, StorageFullError
from generator_server.model_store.failures import DiskError, DiskFullError, PullUnderWayError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def explain_disk(folder: Path) -> Iterator[None]:
    """Turn what goes wrong under `folder` into DiskFullError or DiskError."""
    try:
        yield
    except StorageFullError as error:
        raise DiskFullError(folder=folder) from error
    except StorageError as error:
        raise DiskError(folder=folder, reason=error.details.get("cause")) from error
    except OSError as error:
        raise explain_disk_error(error, folder) from error


def explain_disk_error(error: OSError, folder: Path) -> DiskFullError | DiskError:
    """The same for an error that is already at hand."""
    if error.errno in _FULL:
        return DiskFullError(folder=folder)
    return DiskError(folder=folder, reason=error.strerror or str(error))


def flush_file(path: Path) -> None:
    """Have what a file holds on the disk before it is relied on."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Have a folder for this process alone. Raises PullUnderWayError when another has it; a dead one has nothing."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise PullUnderWayError(folder=folder) from error
    finally:
        os.close(descriptor)
