"""/sdapi/v1: what there is to choose from, options, memory, and what a PNG says about itself."""

from __future__ import annotations

import os
import resource
from typing import Any

from fastapi import APIRouter

from generator_server.engines.upscaling import LATENT_UPSCALERS, UPSCALERS
from generator_server.errors import ModelNotFoundError
from generator_server.http.infotext import parse_infotext
from generator_server.http.pictures import read_base64
from generator_server.http.png_text import read_png_texts
from generator_server.http.prompt_styles import list_prompt_styles
from generator_server.http.reading import LIKENESS
from generator_server.http.schemas import (
    EmbeddingsAnswer,
    FlagsAnswer,
    LatentUpscalerItem,
    LoraItem,
    MemoryAnswer,
    ModelItem,
    OptionsAnswer,
    OptionsBody,
    PngInfoAnswer,
    PngInfoBody,
    PromptStyleItem,
    SamplerItem,
    SchedulerItem,
    ScriptsAnswer,
    UpscalerItem,
)
from generator_server.http.services import Here
from generator_server.http.surface import WEB_UI_RESPONSES, WebUiRoute

# Clients take this title as "the server understands alwayson_scripts.controlnet", which it does: units that no
# engine can follow are refused in words. Where it is missing, a widespread client keeps sending the units of an
# earlier call. Which nets there are is what /controlnet/model_list says.
CONTROLNET_TITLE = "controlnet m2m"

router = APIRouter(prefix="/sdapi/v1", tags=["web UI"], route_class=WebUiRoute, responses=WEB_UI_RESPONSES)


@router.get("/sd-models")
async def list_models(here: Here) -> list[ModelItem]:
    """Checkpoints; the painter's styles are called `painter/<style_id>`."""
    return [
        ModelItem(
            title=model.title,
            model_name=model.name,
            hash=model.short_hash,
            sha256=model.sha256,
            filename=model.filename,
        )
        for model in here.router.list_models()
    ]


@router.get("/samplers")
async def list_samplers(here: Here) -> list[SamplerItem]:
    """Samplers of all engines."""
    samplers = {sampler.name: sampler for worker in here.router.workers for sampler in worker.engine.list_samplers()}
    return [SamplerItem(name=sampler.name, aliases=list(sampler.aliases)) for sampler in samplers.values()]


@router.get("/schedulers")
async def list_schedulers(here: Here) -> list[SchedulerItem]:
    """Schedules of all engines; `automatic` is always there."""
    found = [schedule for worker in here.router.workers for schedule in worker.engine.list_schedules()]
    labels = {"automatic": "Automatic", **{schedule.name: schedule.label for schedule in found}}
    return [SchedulerItem(name=name, label=label) for name, label in labels.items()]


@router.get("/upscalers")
async def list_upscalers() -> list[UpscalerItem]:
    """Ways to enlarge that need no weights, and the one that does nothing, which clients expect to find."""
    return [UpscalerItem(name=name) for name in UPSCALERS]


@router.get("/loras")
async def list_loras(here: Here) -> list[LoraItem]:
    """LoRAs that prompts can name as `<lora:name:weight>`."""
    found = [adapter for worker in here.router.workers for adapter in worker.engine.list_adapters()]
    return [
        LoraItem(name=item.name, alias=item.alias, path=item.filename, metadata=dict(item.metadata)) for item in found
    ]


@router.get("/sd-vae")
@router.get("/hypernetworks")
@router.get("/face-restorers")
@router.get("/realesrgan-models")
@router.get("/artists")
@router.get("/artist-categories")
async def list_nothing() -> list[dict[str, Any]]:
    """There are none."""
    return []


@router.get("/latent-upscale-modes")
async def list_latent_upscale_modes() -> list[LatentUpscalerItem]:
    """Ways in which the second pass of txt2img can enlarge latents."""
    return [LatentUpscalerItem(name=name) for name in LATENT_UPSCALERS]


@router.get("/prompt-styles")
async def show_prompt_styles(here: Here) -> list[PromptStyleItem]:
    """Style packs with a prompt. A request that names them in `styles` gets their words and adapters, nothing else."""
    return list_prompt_styles(here.catalog.list_packs())


@router.get("/embeddings")
async def list_embeddings() -> EmbeddingsAnswer:
    """There are none."""
    return EmbeddingsAnswer()


@router.get("/scripts")
async def list_scripts() -> ScriptsAnswer:
    """Titles by which clients find out what is understood."""
    return ScriptsAnswer(txt2img=[CONTROLNET_TITLE], img2img=[LIKENESS])


@router.get("/options")
async def show_options(here: Here) -> OptionsAnswer:
    """The chosen checkpoint."""
    try:
        model = here.chosen.get()
    except ModelNotFoundError:
        return OptionsAnswer(sd_model_checkpoint=None, sd_checkpoint_hash=None)
    return OptionsAnswer(
        sd_model_checkpoint=model.title,
        sd_checkpoint_hash=model.sha256,
        CLIP_stop_at_last_layers=here.chosen.clip_skip,
    )


@router.post("/options")
async def set_options(body: OptionsBody, here: Here) -> dict[str, Any]:
    """Choose checkpoint and CLIP skip for requests that name none; 404 when there is no such checkpoint."""
    if body.sd_model_checkpoint:
        here.chosen.choose(body.sd_model_checkpoint)
    if body.CLIP_stop_at_last_layers is not None:
        here.chosen.clip_skip = body.CLIP_stop_at_last_layers
    return {}


@router.post("/refresh-checkpoints")
@router.post("/refresh-loras")
def refresh(here: Here) -> dict[str, Any]:
    """Read the style packs again, and look for LoRAs again."""
    here.offer_anew()
    return {}


@router.get("/memory")
def show_memory() -> MemoryAnswer:
    """Memory of the machine, and the most that this process has held."""
    page_bytes = os.sysconf("SC_PAGE_SIZE")
    total = float(os.sysconf("SC_PHYS_PAGES") * page_bytes)
    free = float(os.sysconf("SC_AVPHYS_PAGES") * page_bytes)
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    ram = {"free": free, "used": total - free, "total": total, "process_peak": peak}
    return MemoryAnswer(ram=ram, cuda={"error": "unavailable"})


@router.get("/cmd-flags")
async def show_flags() -> FlagsAnswer:
    """Flags that clients look at."""
    return FlagsAnswer()


@router.post("/png-info")
def read_png_info(body: PngInfoBody) -> PngInfoAnswer:
    """What a PNG's text chunks say; empty when they say nothing."""
    texts = read_png_texts(read_base64(body.image))
    infotext = texts.get("parameters", "")
    return PngInfoAnswer(info=infotext, items=texts, parameters=parse_infotext(infotext) if infotext else {})
