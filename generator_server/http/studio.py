"""/v1: what the painter makes beside generations. Each request waits in the studio's own queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request

import painter
from generator_server.http.pictures import encode_png, read_picture
from generator_server.http.services import Here
from generator_server.http.studio_schemas import (
    CutOutAnswer,
    CutOutBody,
    PictureAnswer,
    SceneAnswer,
    SceneBody,
    TransferBody,
)
from generator_server.http.surface import GuardedRoute
from generator_server.http.waiting import run_in_studio

OnProgress: TypeAlias = Callable[[float], None]
router = APIRouter(prefix="/v1", tags=["studio"], route_class=GuardedRoute)


@router.post("/transfers")
async def transfer_style(body: TransferBody, request: Request, here: Here) -> PictureAnswer:
    """A photograph painted after another picture, in its own size."""

    def make(on_progress: OnProgress) -> PictureAnswer:
        photo, exemplar = read_picture(body.photo, here.intake), read_picture(body.exemplar, here.intake)
        picture = painter.transfer_style(
            photo, exemplar, strength=body.strength, seed=body.seed, on_progress=on_progress
        )
        return PictureAnswer(image=encode_png(picture))

    return await run_in_studio(make, body.task_id, request, here)


@router.post("/cut-outs")
async def cut_out(body: CutOutBody, request: Request, here: Here) -> CutOutAnswer:
    """The visitor cut out of the booth. 422 when nobody, or nothing but somebody, is in the picture."""

    def make(on_progress: OnProgress) -> CutOutAnswer:
        empty_frames = [read_picture(frame, here.intake) for frame in body.empty_frames]
        reference = painter.learn_reference(empty_frames) if empty_frames else None
        matte = painter.cut_out(read_picture(body.photo, here.intake), reference, on_progress=on_progress)
        if body.backdrop is None:
            pixels = np.dstack([matte.colours, np.rint(matte.alpha * 255).astype(np.uint8)])
        else:
            pixels = painter.compose(matte, read_picture(body.backdrop, here.intake))
        return CutOutAnswer(image=encode_png(pixels), method=matte.method, is_rough=matte.is_rough)

    return await run_in_studio(make, body.task_id, request, here)


@router.post("/scenes")
async def paint_scene(body: SceneBody, request: Request, here: Here) -> SceneAnswer:
    """A painted landscape from words. Words that say nothing about a landscape are listed, not guessed at."""

    def make(on_progress: OnProgress) -> SceneAnswer:
        reading = _read_words(body)
        picture = painter.paint_scene(
            reading.scene,
            width=body.width,
            height=body.height,
            seed=body.seed,
            style=body.style,
            on_progress=on_progress,
        )
        return SceneAnswer(
            image=encode_png(picture),
            scene=reading.scene.to_dict(),
            understood=list(reading.understood),
            unknown=list(reading.unknown),
        )

    return await run_in_studio(make, body.task_id, request, here)


def _read_words(body: SceneBody) -> painter.SceneReading:
    if body.letter is not None:
        return painter.SceneReading(painter.choose_scene(body.letter), (), ())
    return painter.read_scene(body.description or "")
