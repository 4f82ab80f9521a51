"""Calling the painter library as an engine has to: it reports, it can be stopped, its errors become ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import painter
from generator_server.engines.protocol import GenerationRequest, Progress
from generator_server.errors import CannotGenerateError, GenerationCancelledError


def find_noise_obstacle(request: GenerationRequest) -> str | None:
    """What only a picture that comes out of noise can be asked for; None when nothing of that kind was."""
    if request.variation_strength > 0:
        return "There is no variation by a second seed here."
    if request.noise_size_px is not None:
        return "A seed cannot be taken over from another size here."
    return "There are no tiling pictures here." if request.is_tiling else None


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
