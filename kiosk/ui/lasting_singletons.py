"""Keeps None, True and False alive under PySide6 6.12 on Python 3.11.

PySide6 6.12 is built for interpreters whose singletons never die (PEP 683, Python 3.12): every Qt call that returns
nothing drops one reference to None that it never took. Python 3.11 counts those references, and after some thousand
calls it ends the process with "none_dealloc: deallocating None". A booth makes that many calls in minutes, so their
counts are raised once, at start, beyond anything a booth can use up. Newer interpreters need nothing.
"""

from __future__ import annotations

import ctypes
import sys

_AMPLE = 1 << 60
_IMMORTAL_SINCE = (3, 12)


def keep_singletons_alive() -> None:
    """Call once, before the first Qt object. Calling it again is harmless."""
    if sys.version_info >= _IMMORTAL_SINCE or sys.getrefcount(None) >= _AMPLE:
        return
    for singleton in (None, True, False):
        # CPython keeps the reference count at the start of every object.
        ctypes.c_ssize_t.from_address(id(singleton)).value += _AMPLE
