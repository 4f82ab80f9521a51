"""What happens to a request whose engine fails: one more try, smaller or more careful, and then an honest answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from boothkit.logs import get_logger
from generator_server.diffusion.failures import BrokenPictureError, DeviceFullError
from generator_server.engines import Engine, GenerationRequest, Output, Progress, Trouble
from generator_server.engines.fitting import STRETCH, fit_image

SMALLER = 0.75
SIDE_STEP_PX = 8
LEAST_SIDE_PX = 64
_log = get_logger(__name__)

Report = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


def generate_with_retry(
    engine: Engine, request: GenerationRequest, report: Report, is_cancelled: IsCancelled
) -> tuple[Output, ...]:
    """The request's pictures; after a full memory or broken numbers the engine recovers and tries once more.

    Raises what the engine raises, the second time at the latest.
    """
    trouble: Trouble
    try:
        return engine.generate(request, report, is_cancelled)
    except DeviceFullError:
        trouble = "memory"
    except BrokenPictureError:
        trouble = "numbers"
    # Out here the error is gone, and with it all that its frames held of the device's memory.
    _log.warning(
        "A generation is tried again.",
        action="generation.retried",
        engine=engine.name,
        task_id=request.task_id,
        trouble=trouble,
    )
    engine.recover(trouble)
    if trouble == "numbers":
        return engine.generate(request, report, is_cancelled)
    if len(request.seeds) > 1:
        return _make_one_by_one(engine, request, report, is_cancelled)
    return _make_smaller(engine, request, report, is_cancelled)


def _make_one_by_one(
    engine: Engine, request: GenerationRequest, report: Report, is_cancelled: IsCancelled
) -> tuple[Output, ...]:
    """The same pictures, one at a time: a picture does not depend on those made with it."""
    outputs: list[Output] = []
    count = len(request.seeds)
    for number in range(count):
        outputs += engine.generate(request.pick_picture(number), _share(report, number, count), is_cancelled)
    return tuple(outputs)


def _share(report: Report, number: int, count: int) -> Report:
    return lambda progress: report(replace(progress, fraction=(number + progress.fraction) / count))


def _make_smaller(
    engine: Engine, request: GenerationRequest, report: Report, is_cancelled: IsCancelled
) -> tuple[Output, ...]:
    """The picture made at three quarters of its sides and enlarged, which its infotext says.

    Raises DeviceFullError for one that would not be the same picture: what lies outside a mask must stay as it was, and
    a second pass was asked for its size.
    """
    width, height = (_shrink(side) for side in (request.width_px, request.height_px))
    is_bound = request.mask is not None or request.hires is not None
    if is_bound or (width, height) == (request.width_px, request.height_px):
        raise DeviceFullError
    small = replace(request, width_px=width, height_px=height)
    return tuple(
        replace(
            output,
            pixels=fit_image(output.pixels, request.width_px, request.height_px, STRETCH),
            remarks={**output.remarks, "Made at": f"{width}x{height}"},
        )
        for output in engine.generate(small, report, is_cancelled)
    )


def _shrink(side_px: int) -> int:
    return max(LEAST_SIDE_PX, int(side_px * SMALLER) // SIDE_STEP_PX * SIDE_STEP_PX)
