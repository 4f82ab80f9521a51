"""The folder of models that an operator keeps: checkpoints and ControlNets, with their SHA-256.

checkpoints/<name>/             a model in diffusers' folder layout
checkpoints/<name>.safetensors  a checkpoint in the original layout
controlnet/<name>/ or .safetensors
tokenizer/                      CLIP's tokenizer, which single files do not carry
taesd/, taesdxl/                tiny decoders for better previews
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from boothkit.files import publish_file
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import (
    PICKLES,
    Family,
    check_weights,
    read_header,
    read_json,
    tell_folder_family,
    tell_kind,
)
from generator_server.engines.protocol import Model

T = TypeVar("T")
PARTS: dict[Family, tuple[str, ...]] = {
    "sd15": ("unet", "vae", "text_encoder"),
    "sdxl": ("unet", "vae", "text_encoder", "text_encoder_2"),
}


@dataclass(frozen=True)
class Checkpoint:
    """One model that can be loaded."""

    model: Model
    path: Path
    family: Family


@dataclass(frozen=True)
class ControlNetFiles:
    """One ControlNet that can be loaded. `short_hash` is what web UIs show behind its name."""

    name: str
    path: Path
    short_hash: str

    @property
    def title(self) -> str:
        """The name by which web UIs list it: `name [hash]`."""
        return f"{self.name} [{self.short_hash}]"

    def is_called(self, asked: str) -> bool:
        """True when `asked` is the name, with or without a hash behind it."""
        return asked.partition(" [")[0].strip().lower() == self.name.lower()


@dataclass(frozen=True)
class Shelf:
    """What was found: usable models, usable nets, and a sentence for everything that is not."""

    checkpoints: tuple[Checkpoint, ...] = ()
    controlnets: tuple[ControlNetFiles, ...] = ()
    problems: tuple[str, ...] = ()


class HashBook:
    """SHA-256 of files, kept in a JSON file so that gigabytes are read once. Not for several threads."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        if file is not None and file.is_file():
            self._known = {str(key): str(value) for key, value in read_json(file).items()}

    def get(self, path: Path) -> str:
        """The file's SHA-256; read anew when its size or time has changed."""
        state = path.stat()
        key = f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
            if self._file is not None:
                publish_file(self._file, json.dumps(self._known, indent=1).encode(), mode=0o644)
        return self._known[key]

    def get_folder(self, folder: Path) -> str:
        """One SHA-256 over the names and contents of a folder's weights and descriptions."""
        wanted = (path for path in folder.rglob("*") if path.suffix in (".safetensors", ".json"))
        files = sorted(path for path in wanted if path.name != "manifest.json")  # it says when the files were checked
        lines = (f"{path.relative_to(folder).as_posix()} {self.get(path)}\n" for path in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def scan_models(folder: Path, book: HashBook) -> Shelf:
    """Everything under `folder`, in order of name. Reads new files once in full, for their hash."""
    problems: list[str] = []
    if not folder.is_dir():
        return Shelf(problems=(f"The folder of models, {folder}, does not exist.",))
    checkpoints = [
        checkpoint
        for path in _list_candidates(folder / "checkpoints")
        if (checkpoint := _examine(path, lambda path: _read_checkpoint(path, book), problems))
    ]
    nets = [
        net
        for path in _list_candidates(folder / "controlnet")
        if (net := _examine(path, lambda path: _read_controlnet(path, book), problems))
    ]
    if not checkpoints:
        problems.append(f"There is no usable model in {folder / 'checkpoints'}.")
    return Shelf(tuple(checkpoints), tuple(nets), tuple(problems))


def _list_candidates(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if not path.name.startswith(".") and (path.is_dir() or path.suffix in (".safetensors", *PICKLES)):
                yield path


def _examine(path: Path, read: Callable[[Path], T], problems: list[str]) -> T | None:
    try:
        _refuse_pickle(path)
        return read(path)
    except ModelFileError as error:
        problems.append(str(error))
        return None


def _refuse_pickle(path: Path) -> None:
    if path.suffix in PICKLES and path.is_file():
        raise ModelFileError(reason=f"{path.name} is a pickle, which may run code; use a .safetensors file.")


def _read_checkpoint(path: Path, book: HashBook) -> Checkpoint:
    if path.is_dir():
        family = tell_folder_family(path)
        for part in PARTS[family]:
            check_weights(path / part)
        return Checkpoint(_describe(path.name, book.get_folder(path), path), path, family)
    kind = tell_kind(read_header(path))
    if kind not in ("sd15", "sdxl"):
        what = "a file of another kind" if kind is None else f"a file of the kind {kind}"
        raise ModelFileError(reason=f"{path.name} is {what}, not a Stable Diffusion 1.5 or XL checkpoint.")
    return Checkpoint(_describe(path.stem, book.get(path), path), path, kind)


def _describe(name: str, sha256: str, path: Path) -> Model:
    return Model(name=name, sha256=sha256, filename=f"checkpoints/{path.name}", revision=sha256[:10])


def _read_controlnet(path: Path, book: HashBook) -> ControlNetFiles:
    if path.is_dir():
        if read_json(path / "config.json").get("_class_name") != "ControlNetModel":
            raise ModelFileError(reason=f"{path.name} is no ControlNet.")
        check_weights(path)
        return ControlNetFiles(path.name, path, book.get_folder(path)[:8])
    if tell_kind(read_header(path)) != "controlnet":
        raise ModelFileError(reason=f"{path.name} is no ControlNet.")
    return ControlNetFiles(path.stem, path, book.get(path)[:8])
