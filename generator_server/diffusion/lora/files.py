"""The LoRA files at hand, told from names and headers alone: those in `loras/`, and those of style packs.

loras/<name>.safetensors            a LoRA for the first slot, named in prompts as <lora:name:weight>
loras/<name>/adapter_model.safetensors   the same as peft saves it, with its adapter_config.json
loras/few_step/...                  LoRAs for few steps (LCM, TCD, Hyper-SD), which go into the second slot
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.keys import read_key
from generator_server.diffusion.model_files import PICKLES, Header, read_header
from generator_server.engines.protocol import Adapter
from generator_server.styles import StylePack

FOLDER, FEW_STEP_FOLDER, PEFT_WEIGHTS = "loras", "few_step", "adapter_model.safetensors"
# Keys and values of the attention to the text, in kohya's spelling and in diffusers' and peft's.
_LISTENING_LAYERS = ("attn2_to_k", "attn2_to_v", "attn2.to_k", "attn2.to_v")


@dataclass(frozen=True)
class AdapterFile:
    """One LoRA that prompts can name. `text_width` tells which models it fits, as far as its header shows it."""

    adapter: Adapter
    path: Path
    is_few_step: bool = False
    text_width: int | None = None

    @property
    def name(self) -> str:
        return self.adapter.name


@dataclass(frozen=True)
class AdapterShelf:
    """What was found; `refused` holds a sentence for every name whose file cannot be used."""

    files: tuple[AdapterFile, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> AdapterFile | None:
        """The file of this name, else the only one with this alias. A name is never taken for a path."""
        called = [file for file in self.files if file.name == name]
        aliased = [file for file in self.files if file.adapter.alias == name]
        return called[0] if called else aliased[0] if len(aliased) == 1 else None

    def find_obstacle(self, name: str, find_misfit: Callable[[int | None], str | None]) -> str | None:
        """Why the LoRA of this name cannot be worn; None when it can.

        `find_misfit` names the model that does not listen to text of a width.
        """
        file = self.find(name)
        if file is None:
            return self.refused.get(name, f"There is no LoRA {name} here.")
        other = find_misfit(file.text_width)
        return f"The LoRA {file.name} does not fit the model {other}." if other else None


def scan_adapters(models: Path, packs: Iterable[StylePack]) -> AdapterShelf:
    """All LoRA files, by name; of two with one name the style pack's counts. Reads headers only."""
    files: dict[str, AdapterFile] = {}
    refused: dict[str, str] = {}
    for name, path, is_few_step in (*_list_pack_files(packs), *_list_folder(models / FOLDER)):
        if name in files or name in refused:
            continue
        try:
            files[name] = _read_file(name, path, models, is_few_step=is_few_step)
        except ModelFileError as error:
            refused[name] = str(error)
    return AdapterShelf(tuple(sorted(files.values(), key=lambda file: file.name)), refused)


def _list_pack_files(packs: Iterable[StylePack]) -> Iterator[tuple[str, Path, bool]]:
    for pack in packs:
        if pack.manifest.diffusion is not None and pack.manifest.diffusion.adapter is not None:
            yield pack.adapter_name, pack.folder / pack.manifest.diffusion.adapter, False


def _list_folder(folder: Path) -> Iterator[tuple[str, Path, bool]]:
    for name, path in _list_files(folder):
        yield name, path, False
    for name, path in _list_files(folder / FEW_STEP_FOLDER):
        yield name, path, True


def _list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and (path / PEFT_WEIGHTS).is_file():
            yield path.name, path / PEFT_WEIGHTS
        elif path.is_file() and path.suffix in (".safetensors", *PICKLES) and not path.name.startswith("."):
            yield path.stem, path


def _read_file(name: str, path: Path, models: Path, *, is_few_step: bool) -> AdapterFile:
    if path.suffix in PICKLES:
        raise ModelFileError(reason=f"{path.name} is a pickle, which may run code; use a .safetensors file.")
    header = read_header(path)
    keys = [read_key(key) for key in header.shapes]
    if not any(key is not None and key.role == "up" for key in keys):
        raise ModelFileError(reason=f"{path.name} holds no LoRA.")
    shown = path.relative_to(models) if path.is_relative_to(models) else Path("styles", path.parent.name, path.name)
    alias = header.metadata.get("ss_output_name", "") or name
    adapter = Adapter(name=name, alias=alias, filename=shown.as_posix(), metadata=header.metadata)
    return AdapterFile(adapter, path, is_few_step, _find_text_width(header))


def _find_text_width(header: Header) -> int | None:
    """Width of the text that the UNet's layers under this LoRA listen to; None where it lies on none of those."""
    for name, shape in header.shapes.items():
        key = read_key(name)
        if key is not None and key.role == "down" and key.module.endswith(_LISTENING_LAYERS) and len(shape) > 1:
            return shape[1]
    return None
