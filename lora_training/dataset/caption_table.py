"""Captions as a table (CSV) that any spreadsheet opens and saves."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from boothkit.files import publish_file
from lora_training.dataset.manifest import Manifest
from lora_training.errors import CaptionTableError

FILE, CAPTION = "file", "caption"
_COLUMNS = (FILE, "original", CAPTION, "caption_from")
_MAX_BYTES = 16 << 20


def decode_text(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, else cp949 (Korean Windows), else what can be read of it."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8-sig", errors="replace")


def write_table(manifest: Manifest, file: Path) -> None:
    """Write all captions, with a byte order mark: without it Excel shows Korean as rubbish."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for entry in manifest.pictures:
        table.writerow((entry.file, entry.original_file, entry.caption, entry.caption_from))
    publish_file(file, text.getvalue().encode("utf-8-sig"), mode=0o644)


def read_table(file: Path) -> dict[str, str]:
    """Captions by picture, from the columns `file` and `caption` in any order. Raises CaptionTableError."""
    rows = csv.DictReader(io.StringIO(_read_text(file), newline=""), strict=True)
    try:
        columns = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = columns
        if FILE not in columns or CAPTION not in columns:
            raise CaptionTableError(
                file=file,
                why_ko="첫 줄에 file과 caption 열이 있어야 합니다.",
                why_en="the first line must name the columns file and caption.",
            )
        return _collect(file, rows)
    except csv.Error as error:
        raise CaptionTableError(
            file=file, why_ko="CSV 표로 읽을 수 없습니다.", why_en=f"cannot be read as a CSV table: {error}."
        ) from error


def _collect(file: Path, rows: csv.DictReader[str]) -> dict[str, str]:
    captions: dict[str, str] = {}
    for row in rows:
        name, caption = _get_cell(row, FILE), _get_cell(row, CAPTION)
        if name in captions and captions[name] != caption:
            raise CaptionTableError(
                file=file, why_ko=f"{name}이(가) 두 번 나옵니다.", why_en=f"{name} stands there twice."
            )
        if name and caption:
            captions[name] = caption
    return captions


def _get_cell(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()


def _read_text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CaptionTableError(file=file, why_ko="파일을 읽을 수 없습니다.", why_en="cannot be read.") from error
    if len(data) > _MAX_BYTES:
        raise CaptionTableError(file=file, why_ko="파일이 너무 큽니다.", why_en="is too large.")
    return decode_text(data)
