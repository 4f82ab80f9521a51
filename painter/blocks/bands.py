"""Row-parallel kernels on a small pool of our own.

The compiled kernels release the interpreter lock and each writes its own rows, so the result does not depend on how
many threads work. Numba's own parallel loops are not used: their default thread layer aborts the process when two
threads enter it at once.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

MAX_THREADS = 4
MIN_LINES_PER_BAND = 64


def count_threads() -> int:
    """Threads that one painting may use: the processors this process may run on, at most `MAX_THREADS`."""
    return max(1, min(MAX_THREADS, len(os.sched_getaffinity(0))))


@functools.cache
def _get_pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=threads, thread_name_prefix="painter")


# A forked child inherits the pool object but none of its threads, and would wait for ever.
os.register_at_fork(after_in_child=_get_pool.cache_clear)


def run_in_bands(kernel: Callable[..., None], lines: int, *arguments: object) -> None:
    """Call `kernel(*arguments, start, stop)` so that the calls together cover `range(lines)` once."""
    bands = max(1, min(count_threads(), lines // MIN_LINES_PER_BAND))
    limits = [lines * band // bands for band in range(bands + 1)]
    if bands == 1:
        kernel(*arguments, 0, lines)
        return
    pool = _get_pool(bands - 1)
    spans = list(itertools.pairwise(limits))
    others = [pool.submit(kernel, *arguments, start, stop) for start, stop in spans[1:]]
    kernel(*arguments, *spans[0])
    for other in others:
        other.result()
