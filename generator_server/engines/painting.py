"""Calling the painter library as an engine has to: it reports, it can be stopped, its errors become ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import painter
from generator_server.engines.protocol import Progress
from generator_server.errors import CannotGenerateError, GenerationCancelledError


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn what the painter refuses into CannotGenerateError with its sentence."""
    try:
        yield
    except painter.PainterError as error:
        raise CannotGenerateError(reason=str(error)) from error


def follow(
    report: Callable[[Progress], None], is_cancelled: Callable[[], bool], *, part: int = 0, parts: int = 1
) -> Callable[[float], None]:
    """A listener for the painter's progress, 0-1, of one part of the work; it ends the painting when asked to stop."""

    def on_progress(fraction: float) -> None:
        if is_cancelled():
            raise GenerationCancelledError
        report(Progress((part + fraction) / parts))

    return on_progress
