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

from boothkit.errors import StorageError, StorageFullError
from boothkit.files import publish_file
from boothkit.logs import get_logger
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import (
    PICKLES,
    Family,
    check_weights,
    find_text_width,
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
_log = get_logger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """One model that can be loaded. `text_width` tells which ControlNets fit it, as far as it is known."""

    model: Model
    path: Path
    family: Family
    text_width: int | None = None


@dataclass(frozen=True)
class ControlNetFiles:
    """One ControlNet that can be loaded. `short_hash` is what web UIs show behind its name."""

    name: str
    path: Path
    short_hash: str
    text_width: int | None = None

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

    def find_net_obstacle(self, asked: str, served: Model | None = None) -> str | None:
        """Why the ControlNet of this name cannot hold the model `served`, else the first one; None when it can."""
        net = next((net for net in self.controlnets if net.is_called(asked)), None)
        if net is None:
            return f"There is no ControlNet {asked[:100]} here."
        other = self.find_misfit(net.text_width, served)
        return f"The ControlNet {net.name} does not fit the model {other}." if other else None

    def find_misfit(self, text_width: int | None, served: Model | None = None) -> str | None:
        """Name of the model `served`, else of the first one, when it is known to listen to text of another width."""
        for checkpoint in self.checkpoints:
            if served in (None, checkpoint.model):
                return checkpoint.model.name if len({text_width, checkpoint.text_width} - {None}) > 1 else None
        return None


class HashBook:
    """SHA-256 of files, kept in a JSON file so that gigabytes are read once. Not for several threads.

    A file that cannot be read or written costs time at the next start and nothing else.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        if file is not None and file.is_file():
            try:
                self._known = {str(key): str(value) for key, value in read_json(file).items()}
            except ModelFileError as error:
                _log.warning("Hashes of models are counted anew.", action="model.hashes_lost", cause=str(error))

    def get(self, path: Path) -> str:
        """The file's SHA-256; read anew when its size or time has changed."""
        state = path.stat()
        key = f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
            self._keep()
        return self._known[key]

    def _keep(self) -> None:
        if self._file is None:
            return
        try:
            publish_file(self._file, json.dumps(self._known, indent=1).encode(), mode=0o644)
        except (StorageFullError, StorageError) as error:
            _log.warning("A model's hash was not kept.", action="model.hash_not_kept", cause=error.code)

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


def put_first(shelf: Shelf, default: str | None) -> Shelf:
    """The shelf with the default model at its head. Raises ModelFileError when there is no such model."""
    if default is None:
        return shelf
    chosen = [checkpoint for checkpoint in shelf.checkpoints if checkpoint.model.is_called(default)]
    if not chosen:
        raise ModelFileError(reason=f"The default model {default} is not among the usable ones.")
    others = [checkpoint for checkpoint in shelf.checkpoints if checkpoint not in chosen]
    return Shelf((*chosen, *others), shelf.controlnets, shelf.problems)


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
    except OSError as error:
        problems.append(f"{path.name} cannot be read: {error.strerror}.")
    return None


def _refuse_pickle(path: Path) -> None:
    if path.suffix in PICKLES and path.is_file():
        raise ModelFileError(reason=f"{path.name} is a pickle, which may run code; use a .safetensors file.")


def _read_checkpoint(path: Path, book: HashBook) -> Checkpoint:
    if path.is_dir():
        family = tell_folder_family(path)
        for part in PARTS[family]:
            check_weights(path / part)
        return Checkpoint(
            _describe(path.name, book.get_folder(path), path), path, family, find_text_width(path / "unet")
        )
    kind = tell_kind(read_header(path))
    if kind not in ("sd15", "sdxl"):
        what = "a file of another kind" if kind is None else f"a file of the kind {kind}"
        raise ModelFileError(reason=f"{path.name} is {what}, not a Stable Diffusion 1.5 or XL checkpoint.")
    return Checkpoint(_describe(path.stem, book.get(path), path), path, kind, find_text_width(path))


def _describe(name: str, sha256: str, path: Path) -> Model:
    return Model(name=name, sha256=sha256, filename=f"checkpoints/{path.name}", revision=sha256[:10])


def _read_controlnet(path: Path, book: HashBook) -> ControlNetFiles:
    if path.is_dir():
        if read_json(path / "config.json").get("_class_name") != "ControlNetModel":
            raise ModelFileError(reason=f"{path.name} is no ControlNet.")
        check_weights(path)
        return ControlNetFiles(path.name, path, book.get_folder(path)[:8], find_text_width(path))
    if tell_kind(read_header(path)) != "controlnet":
        raise ModelFileError(reason=f"{path.name} is no ControlNet.")
    return ControlNetFiles(path.stem, path, book.get(path)[:8], find_text_width(path))
