"""The picture that staff look at."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor

from lora_training.dataset import sheet_text
from lora_training.evaluation import grid
from lora_training.evaluation.cells import Evaluation, judge
from lora_training.evaluation.grid import FaceRow, draw_grid
from lora_training.sampling import Photo
from tests.unit.lora_training.evaluation.test_cells import BASE, GOOD

PLACES = ((200, 0.8), (200, 1.0), (400, 0.8), (400, 1.0))
FRAME = ImageColor.getrgb("#1f7ae0")


def fill(colour: tuple[int, int, int], size: tuple[int, int] = (96, 128)) -> Photo:
    return np.full((size[1], size[0], 3), colour, np.uint8)


def make_evaluation(steps: tuple[int, ...] = (200, 400)) -> Evaluation:
    cells = [
        replace(GOOD, step=step, weight=weight, distance_to_style=1 - step / 1000 - weight / 10)
        for step, weight in PLACES
        if step in steps
    ]
    return judge(BASE, cells)


def make_faces(count: int, places: tuple[tuple[int, float], ...] = PLACES) -> list[FaceRow]:
    pictures = {place: fill((10 * number + 40, 200, 40)) for number, place in enumerate(places)}
    return [FaceRow(f"face {number}", fill((250, 0, 0)), fill((0, 0, 250)), pictures) for number in range(count)]


def draw(evaluation: Evaluation, faces: list[FaceRow], *, is_weightless: bool = False) -> Photo:
    data = draw_grid("ink_wash", evaluation, faces, is_weightless=is_weightless)
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGB"), dtype=np.uint8)


def find(sheet: Photo, colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Where a flat picture of this colour is: left, top, and how many pixels it has."""
    rows, columns = np.nonzero((sheet == colour).all(axis=2))
    return (int(columns.min()), int(rows.min()), len(rows)) if len(rows) else (-1, -1, 0)


def test_checkpoints_run_downwards_and_weights_to_the_right() -> None:
    sheet = draw(make_evaluation(), make_faces(1))
    corners = [find(sheet, (10 * number + 40, 200, 40))[:2] for number in range(4)]
    assert corners[0][1] == corners[1][1] < corners[2][1] == corners[3][1]
    assert corners[0][0] == corners[2][0] < corners[1][0] == corners[3][0]
    photo, before = find(sheet, (250, 0, 0)), find(sheet, (0, 0, 250))
    assert photo[0] == before[0] < corners[0][0]
    assert (photo[1], before[1]) == (corners[0][1], corners[2][1])


def test_all_pictures_are_shown_in_one_size_and_whole() -> None:
    sheet = draw(make_evaluation(), make_faces(1))
    sizes = {find(sheet, (10 * number + 40, 200, 40))[2] for number in range(4)} | {find(sheet, (250, 0, 0))[2]}
    assert len(sizes) == 1
    assert sizes.pop() > 80_000


def test_the_suggested_picture_alone_has_a_frame() -> None:
    evaluation = make_evaluation()
    sheet = draw(evaluation, make_faces(1))
    place = (evaluation.suggested.step, evaluation.suggested.weight)
    for number, each in enumerate(PLACES):
        left, top, _ = find(sheet, (10 * number + 40, 200, 40))
        has_frame = tuple(sheet[top + 40, left - 3]) == FRAME
        assert has_frame == (each == place)


def test_each_face_has_a_block_of_its_own() -> None:
    one, three = (draw(make_evaluation(), make_faces(count)) for count in (1, 3))
    assert find(three, (250, 0, 0))[2] == 3 * find(one, (250, 0, 0))[2]
    assert three.shape[0] > one.shape[0] + 1200


def test_one_checkpoint_alone_shows_photograph_and_before_side_by_side() -> None:
    sheet = draw(make_evaluation((200,)), make_faces(1, PLACES[:2]))
    photo, before = find(sheet, (250, 0, 0)), find(sheet, (0, 0, 250))
    assert photo[1] == before[1]
    assert photo[0] < before[0]


def test_a_look_without_a_model_shows_the_photograph_once() -> None:
    sheet = draw(make_evaluation((200,)), make_faces(1, PLACES[:2]), is_weightless=True)
    assert find(sheet, (250, 0, 0))[2] > 0
    assert find(sheet, (0, 0, 250))[2] == 0


def test_without_a_korean_font_the_words_are_english(monkeypatch: pytest.MonkeyPatch) -> None:
    with_korean = draw(make_evaluation(), make_faces(1))
    monkeypatch.setattr(grid, "load_lettering", lambda: sheet_text.load_lettering(fonts=()))
    english = draw(make_evaluation(), make_faces(1))
    assert english.shape[0] < with_korean.shape[0] or not sheet_text.load_lettering().has_korean
