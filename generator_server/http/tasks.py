"""/internal: progress and place of one task among several."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from generator_server.http.pictures import encode_png
from generator_server.http.schemas import PendingAnswer, TaskProgressAnswer, TaskProgressBody
from generator_server.http.services import Here, Services
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute
from generator_server.runner import AnyJob

router = APIRouter(prefix="/internal", tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


@router.post("/progress")
async def show_task_progress(body: TaskProgressBody, here: Here) -> TaskProgressAnswer:
    """Progress of the task whose `force_task_id` this is. A task nobody knows is neither active nor completed."""
    job = here.router.find_job(body.id_task)
    if job is None:
        is_completed = here.router.has_finished(body.id_task)
        text = "Finished" if is_completed else "Waiting..."
        return TaskProgressAnswer(active=False, queued=False, completed=is_completed, textinfo=text)
    if job.state == "queued":
        return TaskProgressAnswer(active=False, queued=True, completed=False, textinfo=_describe_place(job, here))
    return TaskProgressAnswer(
        active=True,
        queued=False,
        completed=False,
        progress=job.progress.fraction,
        eta=job.estimate_remaining_s(),
        live_preview=await _show_preview(job, body),
        id_live_preview=body.id_live_preview,
    )


@router.get("/pendingTasks")
async def list_pending(here: Here) -> PendingAnswer:
    """Tasks that wait, the next first."""
    tasks = [job.task_id for job in here.router.list_waiting()]
    return PendingAnswer(size=len(tasks), tasks=tasks)


def _describe_place(job: AnyJob, here: Services) -> str:
    waiting = here.router.list_queue(job)
    place = next((number for number, other in enumerate(waiting, 1) if other is job), 1)
    return f"In queue: {place}/{max(place, len(waiting))}"


async def _show_preview(job: AnyJob, body: TaskProgressBody) -> str | None:
    preview = job.progress.preview
    if not body.live_preview or preview is None:
        return None
    return f"data:image/png;base64,{await run_in_threadpool(encode_png, preview)}"
