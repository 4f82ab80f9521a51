"""Requests for tiny pictures, and a model that is ready to make them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.control import ControlNets
from generator_server.diffusion.img2img import LoadedModel, PictureMaker
from generator_server.diffusion.latents import Previewer
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.diffusion.parts import Batch
from generator_server.diffusion.prompts import PromptEncoder
from generator_server.engines import ControlUnit, GenerationRequest, Model, Progress
from generator_server.engines.annotating import NoAnnotators
from generator_server.engines.protocol import Pixels

TINY = Model(name="tiny", sha256="0" * 64, filename="checkpoints/tiny", revision="0" * 10)
SIDE_PX = 64


def make_photo(seed: int = 0, side_px: int = SIDE_PX) -> Pixels:
    """A smooth, colourful square with some noise."""
    rows, columns = np.mgrid[0:side_px, 0:side_px] / side_px
    smooth = np.stack([rows, columns, 1 - (rows + columns) / 2], axis=-1) * 200
    noise = np.random.default_rng(seed).normal(25, 15, (side_px, side_px, 3))
    return np.asarray((smooth + noise).clip(0, 255), dtype=np.uint8)


def make_request(**changes: Any) -> GenerationRequest:
    """An img2img request of four steps with Euler on even timesteps; `changes` are its fields."""
    fields: dict[str, Any] = {
        "task_id": "task",
        "kind": "img2img",
        "model": TINY,
        "prompt": "a portrait, ink wash",
        "negative_prompt": "photo",
        "seeds": (7,),
        "width_px": SIDE_PX,
        "height_px": SIDE_PX,
        "denoising_strength": 0.5,
        "num_inference_steps": 4,
        "guidance_scale": 5.0,
        "sampler": "Euler",
        "init_images": (make_photo(),),
    }
    fields |= changes
    if fields["kind"] == "txt2img":
        fields["init_images"] = ()
    return GenerationRequest(**fields)


def make_unit(model: str = "first", **changes: Any) -> ControlUnit:
    """A unit with a ready control image over the whole time."""
    fields: dict[str, Any] = {
        "model": model,
        "module": "none",
        "image": make_photo(9),
        "conditioning_scale": 1.0,
        "guidance_start": 0.0,
        "guidance_end": 1.0,
        "control_mode": "balanced",
        "resize_mode": 0,
        "processor_res_px": None,
        "threshold_a": None,
        "threshold_b": None,
        "is_pixel_perfect": False,
        "keeps_detected_map": False,
    }
    return ControlUnit(**(fields | changes))


# Nets and previews depend on weights alone, which the tests of one process share.
_nets: WeakKeyDictionary[Any, ControlNets] = WeakKeyDictionary()
_previewers: WeakKeyDictionary[Any, Previewer] = WeakKeyDictionary()


def load(components: Components) -> LoadedModel:
    """The components with everything that a request needs."""
    if components.unet not in _nets:
        _nets[components.unet] = ControlNets(components)
    if components.vae not in _previewers:
        _previewers[components.vae] = Previewer(components)
    nets, previewer = _nets[components.unet], _previewers[components.vae]
    return LoadedModel(components, PromptEncoder(components), nets, previewer, AdapterBank(components))


def list_nets(models: Path) -> tuple[ControlNetFiles, ...]:
    """The nets of a tiny models folder, without hashing them."""
    return tuple(ControlNetFiles(path.name, path, "0" * 8) for path in sorted((models / "controlnet").iterdir()))


def make(
    request: GenerationRequest,
    model: LoadedModel,
    *,
    nets: tuple[ControlNetFiles, ...] = (),
    batch_size: int = 4,
    report: Callable[[Progress], None] = lambda progress: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Pixels]:
    """The request's pictures."""
    return PictureMaker(request, model, nets, NoAnnotators()).make(batch_size, report, is_cancelled)


def make_latents(request: GenerationRequest, model: LoadedModel, *, nets: tuple[ControlNetFiles, ...] = ()) -> Any:
    """The request's finished latents, all in one batch."""
    maker = PictureMaker(request, model, nets, NoAnnotators())
    batch = Batch(range(len(request.seeds)), len(request.seeds))
    with torch.inference_mode():
        return maker.denoise(batch, maker.list_sigmas(), lambda progress: None, lambda: False)
