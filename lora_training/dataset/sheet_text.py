"""Letters for the contact sheet: a Korean font where the machine has one, else Latin letters only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

KOREAN_FONTS = (
    "/usr/share/fonts/truetype/nanum/NanumBarunGothic.ttf",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/usr/share/fonts/truetype/nanum/NanumSquareRoundR.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/unfonts-core/UnDotum.ttf",
)
_TITLE_PX, _HEAD_PX, _SMALL_PX = 32, 18, 15


@dataclass(frozen=True)
class Lettering:
    """The sheet's three sizes of one font."""

    title: Font
    head: Font
    small: Font
    has_korean: bool

    def fit(self, text: str, font: Font, width_px: int) -> str:
        """The text, shortened with an ellipsis where it is too long."""
        if font.getlength(text) <= width_px:
            return text
        while text and font.getlength(f"{text}…") > width_px:
            text = text[:-1]
        return f"{text}…"


def load_lettering(fonts: tuple[str, ...] = KOREAN_FONTS) -> Lettering:
    """From the first font file that is there; Pillow's own letters when none is."""
    file = next((font for font in fonts if Path(font).is_file()), None)
    title, head, small = (_load(file, size) for size in (_TITLE_PX, _HEAD_PX, _SMALL_PX))
    return Lettering(title, head, small, has_korean=file is not None)


def _load(file: str | None, size_px: int) -> Font:
    return ImageFont.truetype(file, size_px) if file else ImageFont.load_default(size_px)
