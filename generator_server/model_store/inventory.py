"""What lies in the folder of models, told from names, headers and manifests; no weight is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import (
    PICKLES,
    check_weights,
    read_header,
    read_json,
    tell_folder_family,
    tell_kind,
)
from generator_server.diffusion.model_shelf import PARTS
from generator_server.model_store.failures import ManifestError, NoSuchModelError
from generator_server.model_store.manifest import (
    Difference,
    Manifest,
    compare_sizes,
    is_untouched,
    list_files,
    read_manifest,
)

SHELVES = ("checkpoints", "controlnet", "loras", "loras/few_step", "annotators", "prompt_models")
# Folders that hold one thing each, and what that is.
ALONE = {
    "taesd": "sd15 decoder",
    "taesdxl": "sdxl decoder",
    "tokenizer": "tokenizer",
    "safety_checker": "safety checker",
    "captioner": "captioner",
}
_KINDS = {"loras": "lora", "annotators": "annotator", "prompt_models": "prompt model"}
# Width of the text that a ControlNet listens to, by which its family shows.
_CONTROLNET_FAMILIES = {768: "sd15", 2048: "sdxl"}

State = Literal["verified", "unverified", "different", "unlisted"]


@dataclass(frozen=True)
class Item:
    """One model. `state`: verified since its files were last written, not verified, different by name or size, or
    without a manifest (`unlisted`). `problems` are English sentences of the model loader.
    """

    name: str
    path: Path
    family: str
    size_bytes: int
    licence: str | None
    state: State
    manifest: Manifest | None
    differences: tuple[Difference, ...]
    problems: tuple[str, ...]


def list_models(models: Path) -> list[Item]:
    """Everything in the folder of models, in the order of its shelves."""
    return [_describe(models, path) for path in _list_paths(models)]


def get_model(models: Path, name: str) -> Item:
    """The model with this name, with or without its shelf before it. Raises NoSuchModelError."""
    for path in _list_paths(models):
        full = path.relative_to(models).as_posix()
        if name in (full, path.name):
            return _describe(models, path)
    raise NoSuchModelError(name=name, folder=models)


def tell_shelf(folder: Path) -> str:
    """The shelf on which a model's folder belongs, by its content. Raises ModelFileError."""
    if (folder / "model_index.json").is_file():
        tell_folder_family(folder)
        return "checkpoints"
    if (folder / "config.json").is_file():
        kind = str(read_json(folder / "config.json").get("_class_name"))
        if kind == "ControlNetModel":
            return "controlnet"
        raise ModelFileError(reason=f"It is a {kind}; models, ControlNets and LoRAs can be used.")
    files = sorted(folder.glob("*.safetensors"))
    if files and all(_is_adapter(file) for file in files):
        return "loras"
    raise ModelFileError(reason="It is neither a model in diffusers' folders nor a ControlNet nor a LoRA.")


def _is_adapter(file: Path) -> bool:
    header = read_header(file)
    return tell_kind(header) == "adapter" or any(".lora" in name for name in header.shapes)


def _list_paths(models: Path) -> Iterator[Path]:
    for shelf in SHELVES:
        for path in sorted((models / shelf).glob("*")):
            is_model = path.is_dir() or (path.suffix in (".safetensors", *PICKLES) and shelf != "annotators")
            if is_model and not path.name.startswith(".") and f"{shelf}/{path.name}" not in SHELVES:
                yield path
    for name in ALONE:
        if (models / name).is_dir():
            yield models / name


def _describe(models: Path, path: Path) -> Item:
    problems: list[str] = []
    try:
        family = _tell_family(models, path)
    except ModelFileError as error:
        family = "-"
        problems.append(str(error))
    manifest = _find_manifest(path, problems)
    differences = tuple(compare_sizes(path, manifest)) if manifest else ()
    return Item(
        name=path.stem if path.is_file() else path.name,
        path=path,
        family=family,
        size_bytes=_measure(path),
        licence=manifest.licence if manifest else None,
        state=_tell_state(path, manifest, differences),
        manifest=manifest,
        differences=differences,
        problems=tuple(problems),
    )


def _find_manifest(path: Path, problems: list[str]) -> Manifest | None:
    if not (path / "manifest.json").is_file():
        return None
    try:
        return read_manifest(path)
    except ManifestError as error:
        problems.append(str(error))
        return None


def _tell_state(path: Path, manifest: Manifest | None, differences: tuple[Difference, ...]) -> State:
    if manifest is None:
        return "unlisted"
    if differences:
        return "different"
    return "verified" if is_untouched(path, manifest) else "unverified"


def _measure(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum((path / name).stat().st_size for name in list_files(path))


def _tell_family(models: Path, path: Path) -> str:
    """`sd15`, `sdxl`, or what else it is. Raises ModelFileError for what cannot be used."""
    if path.suffix in PICKLES and path.is_file():
        raise ModelFileError(reason=f"{path.name} is a pickle, which may run code; use a .safetensors file.")
    shelf = path.relative_to(models).parts[0]
    if shelf == "tokenizer":
        return ALONE[shelf]
    if not path.is_dir():
        kind = tell_kind(read_header(path))
        return "lora" if shelf == "loras" else kind or "-"
    if shelf == "checkpoints":
        family = tell_folder_family(path)
        for part in PARTS[family]:
            check_weights(path / part)
        return family
    check_weights(path)
    if shelf in _KINDS:
        return _KINDS[shelf]
    if shelf == "controlnet":
        width = read_json(path / "config.json").get("cross_attention_dim")
        return f"{_CONTROLNET_FAMILIES.get(width, '?')} controlnet" if isinstance(width, int) else "controlnet"
    return ALONE[shelf]
