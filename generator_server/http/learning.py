"""/v1/learnt-styles: looks that the painter learns from pictures, offered at once."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from generator_server.errors import CannotGenerateError, StyleExistsError, StyleNotFoundError
from generator_server.http.pictures import read_picture
from generator_server.http.schemas import Words
from generator_server.http.services import Here
from generator_server.http.studio_schemas import LearnBody, LearntStyleAnswer
from generator_server.http.surface import GuardedRoute
from generator_server.http.waiting import run_in_studio
from generator_server.styles.learning import LearntLook, learn_look
from generator_server.styles.pack_writer import remove_pack, write_pack

router = APIRouter(prefix="/v1", tags=["studio"], route_class=GuardedRoute)


@router.post("/learnt-styles", status_code=201)
async def learn_style(body: LearnBody, request: Request, here: Here) -> LearntStyleAnswer:
    """Learn a style from 1 to 200 pictures and offer it. 409 when there is a style of this name."""
    limit = here.settings.studio.max_learnt_pictures
    if len(body.pictures) > limit:
        raise CannotGenerateError(reason=f"A style is learnt from at most {limit} pictures here.")

    if here.catalog.find_pack(body.style_id) is not None or here.published.find(body.style_id) is not None:
        raise StyleExistsError(style_id=body.style_id)

    def make(on_progress: Callable[[float], None]) -> LearntLook:
        look = learn_look((read_picture(picture, here.intake) for picture in body.pictures), on_progress=on_progress)
        manifest = look.describe(body.style_id, body.name, body.description, body.source)
        write_pack(here.settings.store.learnt_styles, manifest, look.save)
        here.offer_anew()
        return look

    look = await run_in_studio(make, body.task_id, request, here)
    return LearntStyleAnswer(
        style_id=body.style_id,
        revision=here.catalog.get_pack(body.style_id).revision,
        name=Words(**body.name.model_dump()),
        palette=list(look.palette),
        remarks=[Words(**remark) for remark in look.remarks],
    )


@router.delete("/learnt-styles/{style_id}", status_code=204)
async def forget_style(style_id: str, here: Here) -> None:
    """Take a learnt style away. 404 for shipped styles, which stay."""
    if not here.catalog.is_learnt(style_id):
        raise StyleNotFoundError(style_id=style_id[:100])
    await run_in_threadpool(remove_pack, here.settings.store.learnt_styles, style_id)
    await run_in_threadpool(here.offer_anew)
