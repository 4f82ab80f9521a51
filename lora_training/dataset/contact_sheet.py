"""The contact sheet: every picture of a data set small, with its crop, bucket and remarks, to be looked at by staff."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lora_training.dataset.manifest import Manifest, PictureEntry
from lora_training.dataset.remarks import SENTENCES, SHORT
from lora_training.dataset.sheet_text import Lettering, load_lettering

COLUMNS = 6
THUMBNAIL_PX = 240
_GAP_PX, _MARGIN_PX, _LINE_PX = 24, 48, 22
_CONTENT_PX = COLUMNS * THUMBNAIL_PX + (COLUMNS - 1) * _GAP_PX
_CELL_HEIGHT_PX = THUMBNAIL_PX + 4 * _LINE_PX + 14
_PAPER, _INK, _GREY, _WARNING, _FRAME = "#f6f4ef", "#22201c", "#6c675e", "#a3330a", "#1f7ae0"
_DIMMED = 0.35
"""Brightness of what the crop leaves out."""
# Agreements that have no name outside the hall; other licences are shown by their own.
_AGREEMENTS = {
    "LicenseRef-permission": ("허락을 받아 사용", "used with permission"),
    "LicenseRef-own-work": ("추모관이 직접 제작", "the hall's own work"),
}


@dataclass(frozen=True)
class Thumbnail:
    """A picture reduced into a square of 240 px, and by how much."""

    pixels: NDArray[np.uint8]
    scale: float


def make_thumbnail(picture: NDArray[np.uint8]) -> Thumbnail:
    """Of a picture (H, W, 3; RGB 0-255)."""
    height, width = picture.shape[:2]
    scale = THUMBNAIL_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return Thumbnail(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale)


def draw_contact_sheet(manifest: Manifest, thumbnails: Sequence[Thumbnail]) -> bytes:
    """A PNG. `thumbnails` are of the originals, in the manifest's order."""
    lettering = load_lettering()
    head = _list_head_lines(manifest, lettering)
    rows = -(-len(thumbnails) // COLUMNS)
    top = _MARGIN_PX + 46 + len(head) * 26 + 20
    sheet = Image.new(
        "RGB", (2 * _MARGIN_PX + _CONTENT_PX, top + rows * (_CELL_HEIGHT_PX + _GAP_PX) + _MARGIN_PX - _GAP_PX), _PAPER
    )
    pen = ImageDraw.Draw(sheet)
    pen.text((_MARGIN_PX, _MARGIN_PX - 8), manifest.style_id, _INK, lettering.title)
    for index, (line, colour) in enumerate(head):
        pen.text((_MARGIN_PX, _MARGIN_PX + 46 + index * 26), line, colour, lettering.head)
    for index, (entry, thumbnail) in enumerate(zip(manifest.pictures, thumbnails, strict=True)):
        row, column = divmod(index, COLUMNS)
        corner = (_MARGIN_PX + column * (THUMBNAIL_PX + _GAP_PX), top + row * (_CELL_HEIGHT_PX + _GAP_PX))
        _draw_cell(sheet, corner, entry, thumbnail, lettering)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _list_head_lines(manifest: Manifest, lettering: Lettering) -> list[tuple[str, str]]:
    count, left_out = len(manifest.pictures), len(manifest.left_out)
    korean = f"그림 {count}장 · 제외 {left_out}장 · " if lettering.has_korean else ""
    lines = [
        (f"{korean}{count} pictures · {left_out} left out · {manifest.resolution} px · {manifest.trigger}", _INK),
        (f"{manifest.source} · {manifest.author} · {_name_licence(manifest.licence, lettering)}", _GREY),
    ]
    for code in manifest.warnings:
        words = SENTENCES[code]
        lines.append((f"{words['ko']} / {words['en']}" if lettering.has_korean else words["en"], _WARNING))
    return [(lettering.fit(line, lettering.head, _CONTENT_PX), colour) for line, colour in lines]


def _name_licence(licence: str, lettering: Lettering) -> str:
    if licence not in _AGREEMENTS:
        return licence
    korean, english = _AGREEMENTS[licence]
    return f"{korean} / {english}" if lettering.has_korean else english


def _draw_cell(
    sheet: Image.Image, corner: tuple[int, int], entry: PictureEntry, thumbnail: Thumbnail, lettering: Lettering
) -> None:
    pen = ImageDraw.Draw(sheet)
    picture = _show_crop(entry, thumbnail)
    sheet.paste(picture, (corner[0], corner[1] + THUMBNAIL_PX - picture.height))
    line_y = corner[1] + THUMBNAIL_PX + 8
    number = entry.file.removeprefix("pictures/").removesuffix(".png")
    pen.text((corner[0], line_y), f"{number}  {entry.width_px}×{entry.height_px}", _INK, lettering.small)
    name = lettering.fit(entry.original_file, lettering.small, THUMBNAIL_PX)
    pen.text((corner[0], line_y + _LINE_PX), name, _GREY, lettering.small)
    for index, line in enumerate(_list_remarks(entry, lettering), start=2):
        pen.text((corner[0], line_y + index * _LINE_PX), line, _WARNING, lettering.small)


def _list_remarks(entry: PictureEntry, lettering: Lettering) -> list[str]:
    languages = ("ko", "en") if lettering.has_korean else ("en",)
    lines = [" · ".join(SHORT[code][language] for code in entry.warnings) for language in languages]
    return [lettering.fit(line, lettering.small, THUMBNAIL_PX) for line in lines]


def _show_crop(entry: PictureEntry, thumbnail: Thumbnail) -> Image.Image:
    """What training sees at full brightness in a blue frame, the rest dimmed."""
    left, top, width, height = (round(value * thumbnail.scale) for value in entry.crop)
    pixels = (thumbnail.pixels * _DIMMED).astype(np.uint8)
    part = (slice(top, top + height), slice(left, left + width))
    pixels[part] = thumbnail.pixels[part]
    picture = Image.fromarray(pixels)
    if (width, height) != picture.size:
        right, bottom = min(left + width, picture.width) - 1, min(top + height, picture.height) - 1
        ImageDraw.Draw(picture).rectangle((left, top, right, bottom), outline=_FRAME, width=2)
    return picture
