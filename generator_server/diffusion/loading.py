"""Brings a checkpoint of the shelf into memory, with its prompt encoder, nets and previews."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from boothkit.logs import get_logger
from generator_server.diffusion.compiling import allow_variants
from generator_server.diffusion.components import Components, load_folder, load_whole, quiet_loading, translate_failures
from generator_server.diffusion.control import ControlNets
from generator_server.diffusion.devices import Place, prepare_device
from generator_server.diffusion.img2img import LoadedModel
from generator_server.diffusion.latents import Previewer
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.memory_plan import MemoryPlan
from generator_server.diffusion.model_shelf import Checkpoint
from generator_server.diffusion.prompts import PromptEncoder
from generator_server.diffusion.safety import SafetyChecker, find_checker
from generator_server.diffusion.single_file import load_single_file
from generator_server.settings import DiffusionSettings

TINY_DECODERS = {"sd15": "taesd", "sdxl": "taesdxl"}
# torch's defaults: inductor, one graph for several batch sizes.
COMPILE_OPTIONS: dict[str, Any] = {}
GRAPH_OPTIONS: dict[str, Any] = {"mode": "reduce-overhead"}
_log = get_logger(__name__)


def load_model(checkpoint: Checkpoint, models: Path, settings: DiffusionSettings, plan: MemoryPlan) -> LoadedModel:
    """The checkpoint, ready to work as planned. Raises ModelFileError, also when it does not fit into the memory."""
    place = plan.place
    plan.check()
    _log.info(plan.describe(), action="model.loading", model=checkpoint.model.name)
    if not plan.has_room_for_all:
        _log.warning(
            "ControlNets and annotators do not fit beside the model; they will make room for each other.",
            action="model.memory_short",
            model=checkpoint.model.name,
        )
    prepare_device(place)
    if checkpoint.path.is_dir():
        components = load_folder(checkpoint.path, checkpoint.family, place)
    else:
        components = load_single_file(checkpoint.path, checkpoint.family, place, models / "tokenizer")
    options = _choose_compile_options(settings, place)
    if options is not None:
        allow_variants()
        components.unet.compile(**options)
    if options is GRAPH_OPTIONS:
        components = replace(components, begin_step=torch.compiler.cudagraph_mark_step_begin)
    nets = ControlNets(components, compile_options=options)
    previewer = Previewer(components, _find_tiny_decoder(models, components))
    adapters = AdapterBank(components, is_compiled=settings.compile)
    safety = _load_safety(checkpoint, models, components)
    return LoadedModel(components, PromptEncoder(components), nets, previewer, adapters, safety)


def _choose_compile_options(settings: DiffusionSettings, place: Place) -> dict[str, Any] | None:
    """What UNet and nets are compiled with; None when they are not. Graphs are recorded on a GPU only."""
    if not settings.compile:
        return None
    return GRAPH_OPTIONS if settings.cuda_graphs and place.device.type == "cuda" else COMPILE_OPTIONS


def _load_safety(checkpoint: Checkpoint, models: Path, components: Components) -> SafetyChecker | None:
    """What judges pictures, where its weights are; said either way. A broken one is no reason to go without it."""
    folder = find_checker(models, checkpoint.path)
    is_checked = "checked before they are shown" if folder is not None else "not checked: there is no safety_checker"
    _log.info(f"Pictures of {checkpoint.model.name} are {is_checked}.", action="model.safety", is_checked=bool(folder))
    return None if folder is None else SafetyChecker.load(folder, components.device)


def release_memory() -> None:
    """Give back what a model that is no longer held has taken.

    Compiled code goes with it: it belongs to that model's modules, and torch stops compiling after a few models.
    """
    import gc
    import sys

    if "torch._dynamo" in sys.modules:
        torch.compiler.reset()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _find_tiny_decoder(models: Path, components: Components) -> Any:
    folder = models / TINY_DECODERS[components.family]
    if not folder.is_dir():
        return None
    with translate_failures(folder.name), quiet_loading():
        decoder = load_whole(AutoencoderTiny, folder, torch_dtype=components.dtype)
    return decoder.requires_grad_(False).eval().to(components.device)
