"""The grid: every test face at every checkpoint and weight, to be looked at by staff, with the numbers below."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from lora_training.dataset.sheet_text import Lettering, load_lettering
from lora_training.evaluation.cells import Cell, Evaluation
from lora_training.sampling import Photo

PICTURE_PX = (256, 340)
"""Width and height that a picture may take."""
_GAP_PX, _MARGIN_PX, _LINE_PX = 20, 48, 22
_HEAD_LINE_PX = 28
_PAPER, _INK, _GREY, _FRAME = "#f6f4ef", "#22201c", "#6c675e", "#1f7ae0"
_FRAME_PX = 5
_MEASURES = (("화풍", "style"), ("변화", "change"), ("형태", "shape"), ("손실", "loss"))
_LEGEND = (
    (
        "화풍: 화풍까지의 거리, 0이 가장 가까움 · 변화: 배우기 전과 달라진 정도 (배우기 전부터 화풍까지가 1)",
        "style: distance to the style, 0 is best · change: distance to before (1 is the way from before to the style)",
    ),
    (
        "형태: 사진의 형태를 지킨 정도, 1이 가장 좋음",
        "shape: how well the photograph's shapes are kept, 1 is best",
    ),
    ("손실: 따로 둔 그림의 오차, 낮을수록 좋음", "loss: error on held-out pictures, lower is better"),
)


@dataclass(frozen=True)
class FaceRow:
    """One test face: the photograph, how it looked before anything was learnt, and its pictures cell by cell."""

    name: str
    photo: Photo
    before: Photo
    pictures: Mapping[tuple[int, float], Photo]


def draw_grid(style_id: str, evaluation: Evaluation, faces: Sequence[FaceRow], *, is_weightless: bool = False) -> bytes:
    """A PNG. Each face has a block: checkpoints downwards, weights to the right, the suggested one framed."""
    sheet = _Sheet(evaluation, faces, is_weightless=is_weightless)
    file = io.BytesIO()
    sheet.draw(style_id).save(file, "PNG")
    return file.getvalue()


class _Sheet:
    """Places and words of one grid."""

    def __init__(self, evaluation: Evaluation, faces: Sequence[FaceRow], *, is_weightless: bool) -> None:
        self._evaluation = evaluation
        self._faces = faces
        self._is_weightless = is_weightless
        self._lettering: Lettering = load_lettering()
        self._steps = sorted({cell.step for cell in evaluation.cells})
        self._weights = sorted({cell.weight for cell in evaluation.cells})
        self._by_place = {(cell.step, cell.weight): cell for cell in evaluation.cells}
        self._left_columns = 1 if len(self._steps) > 1 or is_weightless else 2
        self._cell_height_px = max(_fit(face.photo)[1] for face in faces) + 3 * _LINE_PX + 10

    def draw(self, style_id: str) -> Image.Image:
        columns = self._left_columns + len(self._weights)
        width = max(2 * _MARGIN_PX + columns * (PICTURE_PX[0] + _GAP_PX) + _GAP_PX, 1180)
        head = self._list_head_lines(width - 2 * _MARGIN_PX)
        top = _MARGIN_PX + 50 + len(head) * _HEAD_LINE_PX + _GAP_PX
        block_px = _HEAD_LINE_PX + len(self._steps) * (self._cell_height_px + _GAP_PX)
        sheet = Image.new("RGB", (width, top + len(self._faces) * block_px + _MARGIN_PX - _GAP_PX), _PAPER)
        pen = ImageDraw.Draw(sheet)
        pen.text((_MARGIN_PX, _MARGIN_PX - 10), style_id, _INK, self._lettering.title)
        for index, (line, colour) in enumerate(head):
            pen.text((_MARGIN_PX, _MARGIN_PX + 44 + index * _HEAD_LINE_PX), line, colour, self._lettering.head)
        for index, face in enumerate(self._faces):
            self._draw_block(sheet, top + index * block_px, face)
        return sheet

    def _draw_block(self, sheet: Image.Image, top: int, face: FaceRow) -> None:
        pen = ImageDraw.Draw(sheet)
        name = self._lettering.fit(face.name, self._lettering.head, self._left_columns * (PICTURE_PX[0] + _GAP_PX))
        pen.text((_MARGIN_PX, top), name, _INK, self._lettering.head)
        for column, weight in enumerate(self._weights, start=self._left_columns):
            pen.text((self._find_x(column), top), self._name_weight(weight), _INK, self._lettering.head)
        top += _HEAD_LINE_PX
        shown = ((face.photo, ("사진", "photograph")), (face.before, ("배우기 전", "before")))
        for place, (picture, words) in enumerate(shown if not self._is_weightless else shown[:1]):
            row, column = (place, 0) if self._left_columns == 1 else (0, place)
            self._draw_picture(sheet, (self._find_x(column), self._find_y(top, row)), picture, [self._say(words)])
        for (step, weight), picture in face.pictures.items():
            column = self._left_columns + self._weights.index(weight)
            corner = (self._find_x(column), self._find_y(top, self._steps.index(step)))
            cell = self._by_place[step, weight]
            self._draw_picture(sheet, corner, picture, self._list_numbers(cell), is_framed=cell == self._suggested)

    @property
    def _suggested(self) -> Cell:
        return self._evaluation.suggested

    def _draw_picture(
        self, sheet: Image.Image, corner: tuple[int, int], picture: Photo, lines: list[str], *, is_framed: bool = False
    ) -> None:
        small = Image.fromarray(picture).resize(_fit(picture), Image.Resampling.LANCZOS)
        sheet.paste(small, corner)
        pen = ImageDraw.Draw(sheet)
        if is_framed:
            left, top = corner[0] - _FRAME_PX, corner[1] - _FRAME_PX
            box = (left, top, corner[0] + small.width + _FRAME_PX - 1, corner[1] + small.height + _FRAME_PX - 1)
            pen.rectangle(box, outline=_FRAME, width=_FRAME_PX)
        for index, line in enumerate(lines):
            place = (corner[0], corner[1] + small.height + 8 + index * _LINE_PX)
            colour = _FRAME if is_framed and index == 0 else _INK if index == 0 else _GREY
            pen.text(place, line, colour, self._lettering.small)

    def _list_numbers(self, cell: Cell) -> list[str]:
        style, change, shape, loss = (self._say(words) for words in _MEASURES)
        first = self._name_step(cell.step)
        if cell == self._suggested:
            first += f" · {self._say(('제안', 'suggested'))}"
        second = f"{style} {cell.distance_to_style:.2f} · {change} {cell.distance_to_base:.2f}"
        third = f"{shape} {cell.likeness:.2f}"
        if cell.validation_loss is not None:
            third += f" · {loss} {cell.validation_loss:.4f}"
        return [
            self._lettering.fit(line, self._lettering.small, PICTURE_PX[0] + _GAP_PX) for line in (first, second, third)
        ]

    def _list_head_lines(self, width_px: int) -> list[tuple[str, str]]:
        font = self._lettering.head
        legend = _LEGEND[:-1] if self._is_weightless else _LEGEND
        suggestion = self._evaluation.describe(is_weightless=self._is_weightless)
        pairs = [(suggestion, _FRAME), *((words, _GREY) for words in legend)]
        shown = slice(0, 2) if self._lettering.has_korean else slice(1, 2)
        lines = [(text, colour) for words, colour in pairs for text in words[shown]]
        return [(self._lettering.fit(text, font, width_px), colour) for text, colour in lines]

    def _name_weight(self, weight: float) -> str:
        words = ("강도", "strength") if self._is_weightless else ("가중치", "weight")
        return f"{self._say(words)} {weight:g}"

    def _name_step(self, step: int) -> str:
        words = (f"그림 {step}장", f"{step} pictures") if self._is_weightless else (f"{step}단계", f"step {step}")
        return self._say(words)

    def _say(self, words: tuple[str, str]) -> str:
        return " ".join(words) if self._lettering.has_korean else words[1]

    def _find_x(self, column: int) -> int:
        is_matrix = column >= self._left_columns
        return _MARGIN_PX + column * (PICTURE_PX[0] + _GAP_PX) + (_GAP_PX if is_matrix else 0)

    def _find_y(self, top: int, row: int) -> int:
        return top + row * (self._cell_height_px + _GAP_PX)


def _fit(picture: Photo) -> tuple[int, int]:
    height, width = picture.shape[:2]
    scale = min(PICTURE_PX[0] / width, PICTURE_PX[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
