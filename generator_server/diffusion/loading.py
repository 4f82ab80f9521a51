"""Brings a checkpoint of the shelf into memory, with its prompt encoder, nets and previews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from boothkit.logs import get_logger
from generator_server.diffusion.components import Components, load_folder, load_whole, quiet_loading, translate_failures
from generator_server.diffusion.control import ControlNets
from generator_server.diffusion.devices import check_room, choose_place
from generator_server.diffusion.img2img import LoadedModel
from generator_server.diffusion.latents import Previewer
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.model_files import count_values
from generator_server.diffusion.model_shelf import Checkpoint
from generator_server.diffusion.prompts import PromptEncoder
from generator_server.diffusion.single_file import load_single_file
from generator_server.settings import DiffusionSettings

TINY_DECODERS = {"sd15": "taesd", "sdxl": "taesdxl"}
_log = get_logger(__name__)


def load_model(checkpoint: Checkpoint, models: Path, settings: DiffusionSettings) -> LoadedModel:
    """The checkpoint, ready to work. Raises ModelFileError, also when it does not fit into the memory."""
    place = choose_place(settings.device, settings.dtype)
    sentence = check_room(checkpoint.model.name, count_values(checkpoint.path), place)
    _log.info(sentence, action="model.loading", model=checkpoint.model.name)
    if checkpoint.path.is_dir():
        components = load_folder(checkpoint.path, checkpoint.family, place)
    else:
        components = load_single_file(checkpoint.path, checkpoint.family, place, models / "tokenizer")
    if settings.compile:
        components.unet.compile()
    previewer = Previewer(components, _find_tiny_decoder(models, components))
    adapters = AdapterBank(components, is_compiled=settings.compile)
    return LoadedModel(components, PromptEncoder(components), ControlNets(components), previewer, adapters)


def release_memory() -> None:
    """Give back what a model that is no longer held has taken."""
    import gc

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
