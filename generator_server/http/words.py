"""Words instead of pictures: what a photograph shows, and prompts by the API of the web UI's prompt generator.

They go to the caller and nowhere else: what a style says is written by staff.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from generator_server.engines.wording import PromptOrder, WordingEngine, WordShelf
from generator_server.errors import CannotGenerateError
from generator_server.http.pictures import read_picture
from generator_server.http.schemas import MOST_SEED, Share, Text, TolerantBody
from generator_server.http.services import Here, Services
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute
from generator_server.http.waiting import run_in_studio

CAPTIONER = "clip"
MOST_PROMPTS = 100
NO_MODELS = "The setting [generator.diffusion] models names no folder of models."

router = APIRouter(tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


class InterrogateBody(TolerantBody):
    """A picture to be described, base64, and by which model: `clip` is the captioner; there is no other."""

    image: str
    model: str = Field(CAPTIONER, max_length=100)


class CaptionAnswer(BaseModel):
    """What the picture shows, in a few English words."""

    caption: str


class PromptModelsAnswer(BaseModel):
    """Prompt models that can be used now."""

    available_models: list[str] = []


class PromptsBody(TolerantBody):
    """How prompts are written on from `text`. Lengths are tokens, those of `text` included.

    `length_preference` only means something to more than one beam, which there is not. `seed` is an addition: -1 draws
    one, and the same seed and body give the same prompts.
    """

    model_config = ConfigDict(protected_namespaces=())

    model_name: str = Field("AUTOMATIC/promptgen-lexart", max_length=200)
    batch_count: int = Field(1, ge=1, le=MOST_PROMPTS)
    batch_size: int = Field(10, ge=1, le=MOST_PROMPTS)
    text: Text = ""
    min_length: int = Field(20, ge=1, le=400)
    max_length: int = Field(150, ge=1, le=400)
    num_beams: int = Field(1, ge=1, le=16)
    temperature: float = Field(1.0, ge=0.0, le=4.0)
    repetition_penalty: float = Field(1.0, ge=1.0, le=4.0)
    length_preference: float = Field(1.0, ge=-10.0, le=10.0)
    sampling_mode: Literal["Top K", "Top P"] = "Top K"
    top_k: float = Field(12, ge=1, le=1000)
    top_p: Share = 0.15
    seed: int = Field(-1, ge=-1, le=MOST_SEED)


class PromptsAnswer(BaseModel):
    """The prompts, and the seed that gives them again."""

    prompts: list[str]
    seed: int


@router.post("/sdapi/v1/interrogate")
async def describe_picture(body: InterrogateBody, request: Request, here: Here) -> CaptionAnswer:
    """What a picture shows. 404 where there is no captioner, with what to put where; the words go nowhere else."""
    if body.model != CAPTIONER:
        raise HTTPException(404, f"Model not found: {body.model}. Pictures are described by {CAPTIONER}.")
    words = _get_words(here)
    _refuse(await run_in_threadpool(words.find_captioner_obstacle))

    def make(on_progress: Callable[[float], None]) -> CaptionAnswer:
        on_progress(0.0)
        return CaptionAnswer(caption=words.describe(read_picture(body.image, here.intake)))

    return await run_in_studio(make, "", request, here)


@router.get("/promptgen/list_models")
def list_prompt_models(here: Here) -> PromptModelsAnswer:
    """Prompt models that can be used; none where there is no folder of models."""
    words = _find_words(here)
    return PromptModelsAnswer(available_models=list(words.list_prompt_models()) if words else [])


@router.post("/promptgen/generate")
async def write_prompts(body: PromptsBody, request: Request, here: Here) -> PromptsAnswer:
    """Prompts written on from a few words, for staff who look for some. The booth itself never asks for them."""
    order = _read_order(body)
    words = _get_words(here)
    _refuse(await run_in_threadpool(words.find_prompt_obstacle, order.model))

    def make(on_progress: Callable[[float], None]) -> PromptsAnswer:
        return PromptsAnswer(prompts=list(words.write_prompts(order, on_progress)), seed=order.seed)

    return await run_in_studio(make, "", request, here)


def _read_order(body: PromptsBody) -> PromptOrder:
    """The order, or CannotGenerateError for what would come out otherwise than it was asked for."""
    count = body.batch_count * body.batch_size
    if count > MOST_PROMPTS:
        raise CannotGenerateError(reason=f"One request may ask for {MOST_PROMPTS} prompts; this one asks for {count}.")
    if body.num_beams > 1:
        raise CannotGenerateError(reason="There is no beam search here: leave num_beams at 1 and ask for more prompts.")
    if body.min_length > body.max_length:
        raise CannotGenerateError(reason="min_length is larger than max_length.")
    is_top_k = body.sampling_mode == "Top K"
    return PromptOrder(
        model=body.model_name,
        text=body.text,
        count=count,
        seed=secrets.randbelow(MOST_SEED + 1) if body.seed < 0 else body.seed,
        min_length=body.min_length,
        max_length=body.max_length,
        temperature=body.temperature,
        repetition_penalty=body.repetition_penalty,
        top_k=int(body.top_k) if is_top_k else None,
        top_p=None if is_top_k else body.top_p,
    )


def _find_words(here: Services) -> WordShelf | None:
    """Those of the first engine that has such models, whether or not it can make pictures."""
    engines = (worker.engine for worker in here.router.workers)
    return next((engine.words for engine in engines if isinstance(engine, WordingEngine)), None)


def _get_words(here: Services) -> WordShelf:
    words = _find_words(here)
    if words is None:
        raise HTTPException(404, f"Model not found. {NO_MODELS}")
    return words


def _refuse(obstacle: str | None) -> None:
    if obstacle is not None:
        raise HTTPException(404, f"Model not found. {obstacle}")
