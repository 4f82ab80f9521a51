"""The catalogue: loads every style pack of a folder, refuses the broken ones with a sentence, serves the others."""

from __future__ import annotations

import hashlib
import threading
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

import painter
from boothkit.logs import get_logger
from generator_server.errors import StyleNotFoundError
from generator_server.settings import GeneratorSettings
from generator_server.styles.learnt import LEARNT, find_missing_file
from generator_server.styles.manifest import PainterPart, StyleManifest

MANIFEST_NAME = "style.toml"
MANIFEST_BYTES = 64_000
_log = get_logger(__name__)


@dataclass(frozen=True)
class StylePack:
    """A style that can be served. `sha256` is that of everything in its folder."""

    manifest: StyleManifest
    folder: Path
    sha256: str

    @property
    def style_id(self) -> str:
        return self.manifest.style_id

    @property
    def revision(self) -> str:
        """The number a person counts and the hash nobody can forget to change: `1-0123456789`."""
        return f"{self.manifest.revision}-{self.sha256[:10]}"

    @property
    def adapter_name(self) -> str:
        """The name by which prompts call this pack's LoRA; with it two packs may have files of one name."""
        return f"style-{self.style_id}"


@dataclass(frozen=True)
class StyleProblem:
    """Why a folder is not served. `sentences` name the field and what is wrong with it."""

    folder: str
    sentences: tuple[str, ...]


class _BrokenPackError(Exception):
    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


class StyleCatalog:
    """The style packs in `folder` and those in `learnt`, which need not be there yet.

    A learnt pack is refused when `folder` has one of its name. Thread-safe; `reload` replaces all of them at once.
    """

    def __init__(self, folder: Path, learnt: Path | None = None) -> None:
        self._folder = folder
        self._learnt = learnt
        self._lock = threading.Lock()
        self._packs: dict[str, StylePack] = {}
        self._problems: tuple[StyleProblem, ...] = ()
        self.reload()

    def reload(self) -> None:
        """Read the folders again. A pack that is broken now is no longer served."""
        packs, problems = _load_folders(self._folder, self._learnt)
        for problem in problems:
            _log.warning(
                "A style pack is not served.", action="style.refused", folder=problem.folder, reasons=problem.sentences
            )
        with self._lock:
            self._packs = {pack.style_id: pack for pack in packs}
            self._problems = problems

    def list_packs(self) -> tuple[StylePack, ...]:
        """The served styles in the order in which they are offered."""
        with self._lock:
            return tuple(self._packs.values())

    def list_problems(self) -> tuple[StyleProblem, ...]:
        """Folders that are not served, with the reasons."""
        with self._lock:
            return self._problems

    def is_learnt(self, style_id: str) -> bool:
        """True for a served style that was learnt here."""
        with self._lock:
            pack = self._packs.get(style_id)
        return pack is not None and pack.folder.parent == self._learnt

    def get_pack(self, style_id: str) -> StylePack:
        """The style with this id. Raises StyleNotFoundError."""
        with self._lock:
            pack = self._packs.get(style_id)
        if pack is None:
            raise StyleNotFoundError(style_id=style_id)
        return pack


def open_catalog(settings: GeneratorSettings) -> StyleCatalog:
    """The shipped (or chosen) style packs, and those that were learnt here."""
    return StyleCatalog(settings.styles.folder, settings.store.learnt_styles)


def _load_folders(folder: Path, learnt: Path | None) -> tuple[list[StylePack], tuple[StyleProblem, ...]]:
    packs: dict[str, StylePack] = {}
    problems: list[StyleProblem] = []
    if not folder.is_dir():
        problems.append(StyleProblem(folder.name, (f"The folder of style packs {folder} is not there.",)))
    for entry in (*_list_entries(folder), *_list_entries(learnt)):
        try:
            pack = load_pack(entry)
        except _BrokenPackError as error:
            problems.append(StyleProblem(entry.name, error.sentences))
        else:
            if packs.setdefault(pack.style_id, pack) is not pack:
                problems.append(StyleProblem(entry.name, ("Another style has this name already.",)))
    in_order = sorted(packs.values(), key=lambda pack: (pack.manifest.position, pack.style_id))
    return in_order, tuple(problems)


def _list_entries(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def load_pack(folder: Path) -> StylePack:
    """Read and check one pack; what is wrong is raised as sentences, one per field."""
    manifest = _read_manifest(folder / MANIFEST_NAME)
    if manifest.style_id != folder.name:
        raise _BrokenPackError(f"style_id is {manifest.style_id!r} but the folder is called {folder.name!r}.")
    _check_painter_part(manifest, folder)
    _check_adapter(manifest, folder)
    return StylePack(manifest, folder, _hash_folder(folder))


def _read_manifest(path: Path) -> StyleManifest:
    try:
        if path.stat().st_size > MANIFEST_BYTES:
            raise _BrokenPackError(f"{MANIFEST_NAME} is larger than {MANIFEST_BYTES} bytes.")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return StyleManifest.model_validate(table)
    except OSError as error:
        raise _BrokenPackError(f"{MANIFEST_NAME} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _BrokenPackError(f"{MANIFEST_NAME} is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise _BrokenPackError(f"{MANIFEST_NAME} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise _BrokenPackError(*(_describe(wrong["loc"], wrong["msg"]) for wrong in error.errors())) from error


def _describe(place: tuple[int | str, ...], message: str) -> str:
    field = ".".join(str(part) for part in place) or MANIFEST_NAME
    sentence = message.removeprefix("Value error, ").rstrip(".")
    return f"{field}: {sentence[:1].lower()}{sentence[1:]}."


def _check_painter_part(manifest: StyleManifest, folder: Path) -> None:
    """The painter knows its own styles and their ranges; a mistake shows here and not before a visitor."""
    if manifest.painter is None:
        return
    if manifest.painter.style in LEARNT:
        _check_learnt_part(manifest.painter, folder)
        return
    known = {style.style_id: style for style in painter.list_styles()}
    style = known.get(manifest.painter.style)
    if style is None:
        raise _BrokenPackError(
            f"painter.style: the painter has no style {manifest.painter.style!r}; it has: {', '.join(known)}."
        )
    try:
        style.fill_parameters(manifest.painter.parameters)
    except painter.PainterError as error:
        raise _BrokenPackError(f"painter.parameters: {error}") from error


def _check_adapter(manifest: StyleManifest, folder: Path) -> None:
    """The adapter is there. What it holds is for the engine that loads it to judge."""
    adapter = manifest.diffusion.adapter if manifest.diffusion else None
    if adapter is not None and not (folder / adapter).is_file():
        raise _BrokenPackError(f"diffusion.adapter: the file {adapter} is not in the pack.")


def _check_learnt_part(part: PainterPart, folder: Path) -> None:
    missing = find_missing_file(folder, part.style)
    if missing is not None:
        raise _BrokenPackError(f"painter.style: {part.style!r} needs the file {missing} in the pack.")
    if part.parameters:
        raise _BrokenPackError(f"painter.parameters: {part.style!r} has none.")


def _hash_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of all files in the pack, in order."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix().encode()
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(len(name).to_bytes(4, "big") + name + content)
    return digest.hexdigest()
