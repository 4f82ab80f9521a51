"""/sdapi/v1: making pictures, and following and stopping them."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from generator_server.http.answering import build_answer
from generator_server.http.bodies import GenerationBody, Img2ImgBody, Txt2ImgBody
from generator_server.http.infotext import name_sampler
from generator_server.http.pictures import encode_png
from generator_server.http.reading import find_model, read_request
from generator_server.http.schemas import PicturesAnswer, ProgressAnswer, ProgressState
from generator_server.http.services import Here, Services
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute
from generator_server.http.waiting import run_job
from generator_server.runner import AnyJob, GenerationJob

router = APIRouter(prefix="/sdapi/v1", tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


@router.post("/txt2img")
async def make_from_text(body: Txt2ImgBody, request: Request, here: Here) -> PicturesAnswer:
    """Pictures from a prompt. 422 when the model is no diffusion model."""
    return await generate(body, request, here)


@router.post("/img2img")
async def make_from_picture(body: Img2ImgBody, request: Request, here: Here) -> PicturesAnswer:
    """A photograph made anew. 503 with Retry-After when the queue is full; a client that hangs up frees its place."""
    return await generate(body, request, here)


@router.get("/progress")
async def show_progress(here: Here, skip_current_image: bool = False) -> ProgressAnswer:
    """Progress of what runs now. For one task of several use /internal/progress."""
    running = here.router.list_running()
    if not running:
        return ProgressAnswer()
    job = running[0]
    preview = job.progress.preview
    image = None if skip_current_image or preview is None else await run_in_threadpool(encode_png, preview)
    return ProgressAnswer(
        progress=job.progress.fraction,
        eta_relative=job.estimate_remaining_s(),
        state=_describe_state(job, waiting=len(here.router.list_waiting())),
        current_image=image,
        current_task=job.task_id,
    )


@router.post("/interrupt")
async def interrupt(here: Here) -> dict[str, Any]:
    """Stop what runs now; what waits goes on."""
    here.router.interrupt()
    return {}


@router.post("/skip")
async def skip(here: Here) -> dict[str, Any]:
    """As interrupt: a request is one piece of work here, whose pictures are not answered by halves."""
    here.router.interrupt()
    return {}


def _describe_state(job: AnyJob, *, waiting: int) -> ProgressState:
    started_at = time.localtime(time.time() - (time.monotonic() - job.submitted_at))
    return ProgressState(
        interrupted=job.is_cancel_asked,
        stopping_generation=job.is_cancel_asked,
        job=job.task_id,
        job_count=1 + waiting,
        job_timestamp=time.strftime("%Y%m%d%H%M%S", started_at),
        sampling_step=job.progress.step,
        sampling_steps=job.progress.steps,
    )


async def generate(body: GenerationBody, request: Request, here: Services) -> PicturesAnswer:
    """The pictures that a body asks for. Raises as `run_job`, and what the body's reading raises."""
    model = find_model(body, here)
    here.router.get_worker(model).check_room()
    wish = await run_in_threadpool(read_request, body, model, here)
    worker = here.router.choose_worker(wish)
    job = GenerationJob(request=wish, deadline_at=time.monotonic() + here.settings.queue.deadline_s)
    outputs = await run_job(job, worker, request)
    sampler = name_sampler(wish.sampler, worker.engine.list_samplers(), worker.engine.list_schedules())
    return await run_in_threadpool(build_answer, body, wish, outputs, sampler)
