"""From a prompt's <lora:name:weight> tags to files. No torch: prompts are judged before they wait."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from generator_server.diffusion.lora.files import AdapterFile, AdapterShelf
from generator_server.diffusion.prompt_grammar import LoraTag, extract_loras

MOST_TAGS, MOST_WEIGHT = 8, 10.0


@dataclass(frozen=True)
class ChosenFile:
    """A file that the prompt calls, with its weights in the text encoders and in the UNet."""

    file: AdapterFile
    text_weight: float
    unet_weight: float


@dataclass(frozen=True)
class Choice:
    """What a prompt calls: files, and names that are not known here, which are left out as web UIs do."""

    files: tuple[ChosenFile, ...]
    unknown: tuple[str, ...]

    @property
    def remarks(self) -> dict[str, str]:
        """What web UIs say about names that they do not know."""
        return {"Networks not found": ", ".join(self.unknown)} if self.unknown else {}


def find_tag_obstacle(prompt: str, shelf: AdapterShelf) -> str | None:
    """Why the prompt's tags cannot be followed, as an English sentence; None when they can."""
    tags = extract_loras(prompt)[1]
    if len(tags) > MOST_TAGS:
        return f"The prompt calls {len(tags)} LoRAs; {MOST_TAGS} may be called at once."
    for tag in tags:
        if not all(math.isfinite(weight) and abs(weight) <= MOST_WEIGHT for weight in _list_weights(tag)):
            return f"The weight of the LoRA {tag.name[:100]} must lie between -{MOST_WEIGHT:g} and {MOST_WEIGHT:g}."
        if shelf.find(tag.name) is None and tag.name in shelf.refused:
            return f"The LoRA {tag.name[:100]} cannot be used: {shelf.refused[tag.name]}"
    return None


def choose_files(prompt: str, shelf: AdapterShelf) -> Choice:
    """The files behind a prompt's tags, each once: what is called twice counts with the sum of its weights."""
    chosen: dict[str, ChosenFile] = {}
    unknown: dict[str, None] = {}
    for tag in extract_loras(prompt)[1]:
        file = shelf.find(tag.name)
        if file is None:
            unknown[tag.name[:100]] = None
            continue
        before = chosen.get(file.name, ChosenFile(file, 0.0, 0.0))
        chosen[file.name] = ChosenFile(file, before.text_weight + tag.text_weight, before.unet_weight + tag.unet_weight)
    return Choice(tuple(chosen.values()), tuple(unknown))


def _list_weights(tag: LoraTag) -> Sequence[float]:
    return tag.text_weight, tag.unet_weight
