"""One style pack: what can be served of a folder, or sentences that say why it cannot."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

import painter
from boothkit.faults import FieldFault, read_fault
from generator_server.styles.learnt import LEARNT, find_missing_file, read_live_lut
from generator_server.styles.manifest import PainterPart, StyleManifest

MANIFEST_NAME = "style.toml"
MANIFEST_BYTES = 64_000


@dataclass(frozen=True)
class StylePack:
    """A style that can be served. `sha256` is that of everything in its folder.

    `memorial_ids` are those that it is offered at, all when there are none. `live_lut` is the look's table of colours
    for a live picture, 17 x 17 x 17 x 3 bytes by red, green and blue, where the pack has one.
    """

    manifest: StyleManifest
    folder: Path
    sha256: str
    memorial_ids: tuple[str, ...] = ()
    live_lut: bytes | None = field(default=None, repr=False)

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


class BrokenPackError(Exception):
    """A pack cannot be served; `faults` name each field, or file, and what is wrong with it."""

    def __init__(self, *faults: FieldFault) -> None:
        self.faults = faults
        super().__init__(*self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The faults in English, each with the name of its field."""
        return tuple(
            fault.en if fault.en.startswith(fault.field) else f"{fault.field}: {fault.en}" for fault in self.faults
        )


def load_pack(folder: Path) -> StylePack:
    """Read and check one pack. Raises BrokenPackError."""
    manifest = _read_manifest(folder / MANIFEST_NAME)
    if manifest.style_id != folder.name:
        raise BrokenPackError(
            FieldFault(
                "style_id",
                f"화풍 이름 {manifest.style_id!r}이(가) 폴더 이름 {folder.name!r}와(과) 다릅니다.",
                f"style_id is {manifest.style_id!r} but the folder is called {folder.name!r}.",
            )
        )
    _check_painter_part(manifest, folder)
    _check_adapter(manifest, folder)
    try:
        return StylePack(manifest, folder, _hash_folder(folder), live_lut=read_live_lut(folder))
    except OSError as error:
        en = f"one of its files cannot be read: {error.strerror}."
        raise BrokenPackError(FieldFault("pack", "읽을 수 없는 파일이 있습니다.", en)) from error


def load_kept_pack(folder: Path, sha256: str) -> StylePack:
    """Read a pack that was published, when it is still the same. Raises BrokenPackError."""
    pack = load_pack(folder)
    if pack.sha256 != sha256:
        en = "its files are no longer those that were published."
        raise BrokenPackError(FieldFault("pack", "파일이 게시된 내용과 다릅니다.", en))
    return pack


def parse_manifest(data: bytes) -> StyleManifest:
    """The manifest out of a file's bytes. Raises BrokenPackError."""
    if len(data) > MANIFEST_BYTES:
        en = f"{MANIFEST_NAME} is larger than {MANIFEST_BYTES} bytes."
        raise BrokenPackError(FieldFault(MANIFEST_NAME, f"{MANIFEST_BYTES}바이트보다 큽니다.", en))
    try:
        return StyleManifest.model_validate(tomllib.loads(data.decode()))
    except UnicodeDecodeError as error:
        en = f"{MANIFEST_NAME} is not UTF-8 text."
        raise BrokenPackError(FieldFault(MANIFEST_NAME, "UTF-8 글이 아닙니다.", en)) from error
    except tomllib.TOMLDecodeError as error:
        en = f"{MANIFEST_NAME} is not valid TOML: {error}."
        raise BrokenPackError(FieldFault(MANIFEST_NAME, "TOML 문법이 맞지 않습니다.", en)) from error
    except RecursionError as error:
        en = f"{MANIFEST_NAME} is nested too deeply."
        raise BrokenPackError(FieldFault(MANIFEST_NAME, "너무 깊이 중첩되어 있습니다.", en)) from error
    except ValidationError as error:
        raise BrokenPackError(
            *(_describe(wrong["loc"], wrong["type"], wrong["msg"]) for wrong in error.errors())
        ) from error


def _read_manifest(path: Path) -> StyleManifest:
    try:
        with path.open("rb") as file:
            return parse_manifest(file.read(MANIFEST_BYTES + 1))
    except OSError as error:
        en = f"{MANIFEST_NAME} cannot be read: {error.strerror}."
        raise BrokenPackError(FieldFault(MANIFEST_NAME, "읽을 수 없습니다.", en)) from error


def _describe(place: tuple[int | str, ...], kind: str, message: str) -> FieldFault:
    name = ".".join(str(part) for part in place) or MANIFEST_NAME
    sentence = message.removeprefix("Value error, ").rstrip(".")
    korean = read_fault({"type": kind, "loc": place, "msg": message}).ko
    return FieldFault(name, korean, f"{sentence[:1].lower()}{sentence[1:]}.", kind)


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
        en = f"the painter has no style {manifest.painter.style!r}; it has: {', '.join(known)}."
        raise BrokenPackError(FieldFault("painter.style", "없는 화풍입니다.", en))
    try:
        style.fill_parameters(manifest.painter.parameters)
    except painter.PainterError as error:
        raise BrokenPackError(FieldFault("painter.parameters", "값이 올바르지 않습니다.", str(error))) from error


def _check_adapter(manifest: StyleManifest, folder: Path) -> None:
    """The adapter is there. What it holds is for the engine that loads it to judge."""
    adapter = manifest.diffusion.adapter if manifest.diffusion else None
    if adapter is not None and not (folder / adapter).is_file():
        en = f"the file {adapter} is not in the pack."
        raise BrokenPackError(FieldFault("diffusion.adapter", f"{adapter} 파일이 없습니다.", en))


def _check_learnt_part(part: PainterPart, folder: Path) -> None:
    missing = find_missing_file(folder, part.style)
    if missing is not None:
        en = f"{part.style!r} needs the file {missing} in the pack."
        raise BrokenPackError(FieldFault("painter.style", f"{missing} 파일이 있어야 합니다.", en))
    if part.parameters:
        raise BrokenPackError(FieldFault("painter.parameters", "쓸 수 없습니다.", f"{part.style!r} has none."))


def _hash_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of all files in the pack, in order."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix().encode()
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(len(name).to_bytes(4, "big") + name + content)
    return digest.hexdigest()
