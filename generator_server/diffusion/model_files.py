"""What a file or folder of weights is, told from names and headers alone: no weight is read, no torch is needed.

Only `.safetensors` is ever loaded. Other weight files are pickles, and opening one runs whatever code it carries.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from generator_server.diffusion.failures import ModelFileError

Family = Literal["sd15", "sdxl"]
Kind = Literal["sd15", "sdxl", "controlnet", "adapter"]

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
MOST_HEADER_BYTES = 100_000_000
_SD15_PIPELINES = ("StableDiffusionPipeline", "StableDiffusionImg2Img", "StableDiffusionControlNet")
# Tensor names of the original layouts, by which a file shows what it is.
_SIGNS: tuple[tuple[str, Kind], ...] = (
    ("conditioner.embedders.1.model.", "sdxl"),
    ("cond_stage_model.transformer.", "sd15"),
    ("control_model.", "controlnet"),
    ("controlnet_cond_embedding.", "controlnet"),
    ("input_hint_block.", "controlnet"),
    ("lora_unet_", "adapter"),
)
_LISTENING_LAYER = "attn2.to_k.weight"


@dataclass(frozen=True)
class Header:
    """Names and shapes of a file's tensors, and the texts that its maker left beside them."""

    shapes: Mapping[str, tuple[int, ...]]
    metadata: Mapping[str, str] = field(default_factory=dict)

    def count_values(self) -> int:
        """How many numbers the file holds."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def read_header(path: Path) -> Header:
    """The header of a `.safetensors` file. Raises ModelFileError for one that is cut off or something else."""
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(MOST_HEADER_BYTES, size_bytes - 8):
                raise ModelFileError(reason=f"{path.name} is not a safetensors file, or it is cut off.")
            text = file.read(length)
    except OSError as error:
        raise ModelFileError(reason=f"{path.name} cannot be read: {error.strerror}.") from error
    try:
        tensors = json.loads(text)
        texts = {str(name): str(value) for name, value in (tensors.pop("__metadata__", None) or {}).items()}
        shapes = {name: tuple(int(side) for side in tensor["shape"]) for name, tensor in tensors.items()}
        end = max((int(tensor["data_offsets"][1]) for tensor in tensors.values()), default=0)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ModelFileError(reason=f"{path.name} is not a safetensors file: its header cannot be read.") from error
    if size_bytes != 8 + length + end:
        raise ModelFileError(reason=f"{path.name} has {size_bytes} bytes instead of {8 + length + end}: it is cut off.")
    return Header(shapes, texts)


def tell_kind(header: Header) -> Kind | None:
    """What a single file is, by the names of its tensors; None when it is nothing that is known here."""
    names = tuple(header.shapes)
    return next((kind for sign, kind in _SIGNS if any(name.startswith(sign) for name in names)), None)


def tell_folder_family(folder: Path) -> Family:
    """The family of a model in diffusers' folder layout. Raises ModelFileError."""
    name = str(read_json(folder / "model_index.json").get("_class_name"))
    if name.startswith("StableDiffusionXL"):
        return "sdxl"
    if name.startswith(_SD15_PIPELINES):
        return "sd15"
    raise ModelFileError(reason=f"{folder.name} is a {name}; Stable Diffusion 1.5 and XL models can be used.")


def find_text_width(path: Path) -> int | None:
    """Width of the text that a UNet or ControlNet listens to: what its keys take. `path`: a file, or a part's folder.

    Families differ in it. None where no layer shows it.
    """
    files = (path,) if path.is_file() else list_weights(path)
    shapes = (item for file in files for item in read_header(file).shapes.items())
    return next((shape[1] for name, shape in shapes if name.endswith(_LISTENING_LAYER) and len(shape) > 1), None)


def check_weights(folder: Path) -> None:
    """Raise ModelFileError unless the folder of one part has whole `.safetensors` weights."""
    name = f"{folder.parent.name}/{folder.name}"
    files = list_weights(folder)
    if not files and any(path.suffix in PICKLES for path in folder.glob("*")):
        raise ModelFileError(reason=f"{name} holds pickled weights, which may run code; save it as .safetensors.")
    if not files:
        raise ModelFileError(reason=f"{name} holds no .safetensors weights.")
    for path in files:
        read_header(path)


def list_weights(folder: Path) -> tuple[Path, ...]:
    """The `.safetensors` files that are loaded from a part's folder: the plain ones, else those marked fp16."""
    files = sorted(folder.glob("*.safetensors"))
    plain = [path for path in files if ".fp16" not in path.name]
    return tuple(plain or files)


def find_variant(folder: Path) -> str | None:
    """`fp16` when a part has its weights under that mark only."""
    files = list_weights(folder)
    return "fp16" if files and all(".fp16" in path.name for path in files) else None


def count_values(path: Path) -> int:
    """How many numbers a model holds: one file, or all weights under a folder."""
    if path.is_file():
        return read_header(path).count_values()
    folders = [path, *(part for part in path.iterdir() if part.is_dir())]
    return sum(read_header(file).count_values() for folder in folders for file in list_weights(folder))


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON file of a model folder. Raises ModelFileError."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelFileError(reason=f"{path.parent.name}/{path.name} is missing.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelFileError(reason=f"{path.parent.name}/{path.name} cannot be read.") from error
    if not isinstance(value, dict):
        raise ModelFileError(reason=f"{path.parent.name}/{path.name} is not a JSON object.")
    return value
