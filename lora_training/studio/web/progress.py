"""How far a style is, as JSON for the pages' own script."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from boothkit.web.cookies import page_language
from lora_training.studio.web.site import StaffSite
from lora_training.studio.web.view import view_style
from lora_training.studio.work.curve import draw_curve

router = APIRouter(prefix="/api/styles/{style_id}", tags=["progress"])


class CurveState(BaseModel):
    """Points as SVG writes them."""

    losses: str
    measured: str


class ProgressState(BaseModel):
    """What changes on a page while a job runs."""

    mark: str = Field(description="Changes when the page has to be loaded anew.")
    is_active: bool = Field(description="True while a job waits or runs.")
    percent: int | None = Field(description="How much of the training is done, 0-100.")
    words: str = Field(description="What is being done, in the reader's language.")
    curve: CurveState | None = Field(description="The curve of the loss, once there is one.")


@router.get("/progress")
def get_progress(request: Request, site: StaffSite, style_id: str) -> ProgressState:
    """How far the style's job is."""
    view = view_style(site, style_id)
    curve = draw_curve(view.run, view.last_step)
    return ProgressState(
        mark=view.mark,
        is_active=view.project.is_busy,
        percent=round(100 * view.share) if view.share is not None else None,
        words=site.renderer.say(page_language(request), "progress_words.html", {"view": view}).strip(),
        curve=CurveState(losses=curve.losses, measured=curve.measured) if curve else None,
    )
