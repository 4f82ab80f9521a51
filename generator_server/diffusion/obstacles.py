"""What no diffusion model makes, said before any is asked."""

from __future__ import annotations

from collections.abc import Iterator

from generator_server.engines.protocol import GenerationRequest

SIDE_STEP_PX = 8
LEAST_SIDE_PX = 64


def list_obstacles(request: GenerationRequest, *, is_compiled: bool) -> Iterator[str]:
    """Why a request cannot be followed, one English sentence for each reason; none when it can."""
    if request.is_tiling and is_compiled:
        yield "A compiled model makes no tiling pictures."
    if request.width_px % SIDE_STEP_PX or request.height_px % SIDE_STEP_PX:
        yield f"The sides of a picture must be multiples of {SIDE_STEP_PX} px."
    if min(request.width_px, request.height_px) < LEAST_SIDE_PX:
        yield f"The sides of a picture must be at least {LEAST_SIDE_PX} px."
    if request.kind == "txt2img" and any(unit.image is None for unit in request.control_units):
        yield "A ControlNet unit of a txt2img request needs an image."
