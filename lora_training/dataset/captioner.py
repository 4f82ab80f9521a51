"""A model that looks at pictures and describes them: BLIP (Li, Li, Xiong and Hoi 2022), from a local folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lora_training.dataset.captions import Describe
from lora_training.dataset.manifest import PictureEntry
from lora_training.errors import CaptionModelError

_MAX_NEW_TOKENS = 40


class Captioner:
    """Describes pictures in a few English words. The same picture always gets the same words."""

    def __init__(self, model: Any, processor: Any) -> None:
        self._model = model
        self._processor = processor

    def describe(self, file: Path) -> str:
        """Words for an RGB picture file."""
        import torch
        from PIL import Image

        with Image.open(file, formats=("PNG",)) as picture, torch.inference_mode():
            inputs = self._processor(images=picture.convert("RGB"), return_tensors="pt").to(self._model.device)
            tokens = self._model.generate(**inputs, max_new_tokens=_MAX_NEW_TOKENS, num_beams=3, do_sample=False)
        return str(self._processor.decode(tokens[0], skip_special_tokens=True)).strip()


def load_captioner(folder: Path) -> Captioner:
    """From a folder in the layout of transformers, safetensors only; nothing is fetched. Raises CaptionModelError."""
    if not (folder / "config.json").is_file():
        raise CaptionModelError(folder=folder, why="config.json: -")
    try:
        import torch
        from transformers import BlipForConditionalGeneration, BlipProcessor
    except ImportError as error:
        raise CaptionModelError(folder=folder, why=f"{error.name}: -") from error
    try:
        processor = BlipProcessor.from_pretrained(folder, local_files_only=True)
        # a loaded model is in evaluation mode
        model: Any = BlipForConditionalGeneration.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError, KeyError) as error:
        raise CaptionModelError(folder=folder, why=str(error).partition("\n")[0]) from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Captioner(model.to(device), processor)


def look_at(dataset: Path, captioner: Captioner) -> Describe:
    """Texts from the model for the pictures of a data set; None where it finds no words."""

    def describe(entry: PictureEntry) -> str | None:
        return captioner.describe(dataset / entry.file) or None

    return describe
