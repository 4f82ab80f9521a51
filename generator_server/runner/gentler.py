"""A picture that may not be shown beside its photograph is not shown: a gentler strength is tried instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from boothkit.errors import BoothError
from boothkit.logs import get_logger
from generator_server.diffusion.failures import PictureWithheldError
from generator_server.engines import GenerationRequest, Output, Progress
from generator_server.engines.fitting import fit_image
from generator_server.errors import LikenessLostError
from generator_server.runner.likeness import compare_likeness

GENTLER = 0.7
TRIES = 3
# What the first try is of the whole, on the progress bar; most requests need no other.
_FIRST_SHARE = 0.9
_log = get_logger(__name__)

Report = Callable[[Progress], None]
Make = Callable[[GenerationRequest, Report], tuple[Output, ...]]


def make_in_likeness(make: Make, request: GenerationRequest, report: Report) -> tuple[Output, ...]:
    """The request's pictures by `make`; one that may not be shown is made again, at 0.7 of the strength each time.

    Only for requests that ask for it and have a photograph without a mask. Raises LikenessLostError or
    PictureWithheldError after the third try of a picture, and whatever else `make` raises.
    """
    if not request.keeps_likeness or not request.init_images or request.mask is not None:
        return make(request, report)
    first = _try(make, request, _scale(report, 0.0, _FIRST_SHARE))
    later = _scale(report, _FIRST_SHARE, 1.0)
    return tuple(_soften(make, request.pick_picture(number), output, later) for number, output in enumerate(first))


def _try(make: Make, request: GenerationRequest, report: Report) -> tuple[Output | BoothError, ...]:
    """What came of each picture; when the engine withholds one, it withholds all that were made with it."""
    try:
        return make(request, report)
    except PictureWithheldError as error:
        return (error,) * len(request.seeds)


def _soften(make: Make, request: GenerationRequest, result: Output | BoothError, report: Report) -> Output:
    """The first showable result; `request` is for one picture and `result` what came of it."""
    attempt = 1
    while not isinstance(judged := _judge(request, result), Output):
        _log.warning(
            "A picture may not be shown.",
            action="picture.not_shown",
            task_id=request.task_id,
            code=judged.code,
            attempt=attempt,
            strength=request.denoising_strength,
        )
        if attempt == TRIES:
            raise judged
        attempt += 1
        request = replace(request, denoising_strength=round(request.denoising_strength * GENTLER, 3))
        (result,) = _try(make, request, report)
    gentler = {"Gentler strength": f"{request.denoising_strength:g}"} if attempt > 1 else {}
    return replace(judged, remarks={**judged.remarks, **gentler})


def _judge(request: GenerationRequest, result: Output | BoothError) -> Output | BoothError:
    """The picture with its likeness written into it, or why it may not be shown."""
    if isinstance(result, BoothError):
        return result
    (photo,) = request.init_images
    seen = fit_image(photo, request.width_px, request.height_px, request.resize_mode)
    likeness = compare_likeness(seen, result.pixels)
    if not likeness.is_kept:
        return LikenessLostError(
            tries=TRIES, structure=round(likeness.structure, 2), lost=likeness.lost, added=likeness.added
        )
    return replace(result, remarks={**result.remarks, "Likeness": likeness.describe()})


def _scale(report: Report, start: float, end: float) -> Report:
    return lambda progress: report(replace(progress, fraction=start + (end - start) * progress.fraction))
