"""/health/ready: whether requests are served, and how the engines are."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse

from generator_server.http.schemas import ReadyAnswer
from generator_server.http.services import Here, Services

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/ready", response_model=ReadyAnswer, responses={503: {"model": ReadyAnswer}})
async def is_ready(here: Here) -> JSONResponse:
    """200 also while an engine warms up: requests are taken and wait for it. 503 when no engine can serve."""
    states = {worker.name: worker.state for worker in here.router.workers}
    kinds = {state.state for state in states.values()}
    usable = kinds - {"failed"}
    status = "ready" if "ready" in kinds else "warming" if usable else "failed"
    has_models = bool(here.router.list_models())
    answer = ReadyAnswer(
        status=status if has_models else "failed",
        checks={
            **{name: f"{state.state}. {state.sentence}".rstrip(" .") for name, state in states.items()},
            "styles": _describe_styles(here),
            "queue": f"{len(here.router.list_waiting())} waiting, {len(here.router.list_running())} running",
        },
    )
    return JSONResponse(answer.model_dump(), status_code=200 if answer.status != "failed" else 503)


def _describe_styles(here: Services) -> str:
    problems = here.catalog.list_problems()
    refused = f"; not served: {', '.join(problem.folder for problem in problems)}" if problems else ""
    return f"{len(here.catalog.list_packs())} served{refused}"
