"""Visits that a campaign wants to happen, made from a seed, and the photographs that belong to them."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np
from PIL import Image

from boothkit.ids import new_id

Ending = Literal["finish", "leave", "erase"]
Language = Literal["ko", "en"]
STYLES = ("watercolour", "ink_wash", "colour_pencil")
LETTERS: dict[Language, str] = {
    "ko": "할머니, 마당의 감나무가 올해도 열매를 맺었습니다. 늘 고맙습니다.",
    "en": "Grandmother, the persimmon tree in the yard bore fruit again this year. Thank you for everything.",
}
_SIDES_PX = (384, 512)


@dataclass(frozen=True)
class Wish:
    """One visit to be made.

    `ending`: the visitor finishes, leaves after the capture without a word, or has everything erased.
    `style_id` None keeps the original alone. `has_voice`: the letter is read aloud; `is_heard`: the visitor listens
    to it before finishing.
    """

    visit_id: str
    number: int
    ending: Ending
    language: Language
    style_id: str | None
    has_voice: bool
    is_heard: bool

    @property
    def letter(self) -> str:
        return f"{LETTERS[self.language]} {self.number}"


def make_wish(number: int, random: Random, *, picture_share: float = 0.35, voice_share: float = 0.2) -> Wish:
    """The visit of a number; what it holds follows from `random` alone, its id is new."""
    endings: tuple[Ending, ...] = ("finish", "leave", "erase")
    ending = random.choices(endings, (0.8, 0.12, 0.08))[0]
    has_voice = random.random() < voice_share
    return Wish(
        visit_id=new_id(),
        number=number,
        ending=ending,
        language=random.choice(("ko", "en")),
        style_id=random.choice(STYLES) if random.random() < picture_share else None,
        has_voice=has_voice,
        is_heard=has_voice and random.random() < 0.5,
    )


def make_photo(number: int) -> bytes:
    """A small JPEG that differs for each number (in a comment, so that it costs nothing to make)."""
    comment = f"photograph {number}".encode()
    plain = _plain_photo()
    return plain[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + plain[2:]


def hash_photo(number: int) -> str:
    """SHA-256 of a number's photograph, hex."""
    return hashlib.sha256(make_photo(number)).hexdigest()


def add_wish(file: Path, wish: Wish) -> None:
    """Append a wish to the file that the kiosk core reads."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(wish), ensure_ascii=False) + "\n")


def read_wishes(file: Path) -> list[Wish]:
    """All whole lines of the file."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return [Wish(**json.loads(line)) for line in text.splitlines(keepends=True) if line.endswith("\n")]


@functools.cache
def _plain_photo() -> bytes:
    width, height = _SIDES_PX
    rng = np.random.default_rng(20)
    coarse = Image.fromarray(rng.integers(0, 256, (6, 5, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    noisy = np.clip(soft + rng.integers(-6, 7, soft.shape), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noisy).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
