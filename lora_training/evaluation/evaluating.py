"""One evaluation from beginning to end: draw all cells, measure them, write the grid and the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from boothkit.files import publish_file
from lora_training.evaluation.cells import Cell, Evaluation, judge
from lora_training.evaluation.features import Road, lay_road
from lora_training.evaluation.grid import FaceRow, draw_grid
from lora_training.evaluation.likeness import measure_likeness
from lora_training.evaluation.sources import PictureSource
from lora_training.pictures import TrainingPicture
from lora_training.sampling import Photo

MAX_SET_PICTURES = 64
GRID_NAME, NUMBERS_NAME = "grid.png", "evaluation.json"

OnProgress = Callable[[str, int, int], None]


class EvaluationStoppedError(Exception):
    """Somebody asked to stop. Nothing was written."""


@dataclass(frozen=True)
class Result:
    """The numbers, and the pictures of each face."""

    evaluation: Evaluation
    faces: tuple[FaceRow, ...]

    def save(self, folder: Path, style_id: str, *, is_weightless: bool, **about: object) -> None:
        """Write the grid, then the numbers, each whole or not at all. Raises StorageFullError or StorageError."""
        grid = draw_grid(style_id, self.evaluation, self.faces, is_weightless=is_weightless)
        publish_file(folder / GRID_NAME, grid, mode=0o644)
        publish_file(
            folder / NUMBERS_NAME,
            self.evaluation.pack(style_id=style_id, faces=[row.name for row in self.faces], **about),
        )


class Evaluator:
    """Asks one source for pictures of the same faces, cell by cell."""

    def __init__(
        self,
        source: PictureSource,
        faces: Mapping[str, Photo],
        style: Sequence[TrainingPicture],
        on_progress: OnProgress,
    ) -> None:
        self._source = source
        self._faces = faces
        self._photos = list(faces.values())
        self._style = source.describe(read_style(style))
        self._on_progress = on_progress

    def evaluate(self, weights: Sequence[float], is_stop_asked: Callable[[], bool] = lambda: False) -> Result:
        """All checkpoints at all `weights` (above 0). Raises EvaluationStoppedError."""
        places = [(step, weight) for step in self._source.steps for weight in sorted(set(weights))]
        before = self._source.draw(places[0][0], 0.0, self._photos)
        road = lay_road(self._source.describe(before), self._style)
        base = self._measure(0, 0.0, before, road)
        cells, drawn = [], {}
        for number, (step, weight) in enumerate(places, start=1):
            if is_stop_asked():
                raise EvaluationStoppedError
            drawn[step, weight] = self._source.draw(step, weight, self._photos)
            cells.append(self._measure(step, weight, drawn[step, weight], road))
            self._on_progress("draw", number, len(places))
        rows = [
            FaceRow(name, photo, before[place], {cell: pictures[place] for cell, pictures in drawn.items()})
            for place, (name, photo) in enumerate(self._faces.items())
        ]
        return Result(judge(base, cells), tuple(rows))

    def _measure(self, step: int, weight: float, pictures: Sequence[Photo], road: Road) -> Cell:
        features = self._source.describe(pictures)
        likeness = [measure_likeness(photo, picture) for photo, picture in zip(self._photos, pictures, strict=True)]
        return Cell(
            step=step,
            weight=weight,
            validation_loss=self._source.measure_loss(step or self._source.steps[0], weight),
            distance_to_style=road.measure_to_style(features),
            distance_to_base=road.measure_to_base(features),
            likeness=float(np.mean(likeness)),
        )


def read_style(pictures: Sequence[TrainingPicture]) -> list[Photo]:
    """At most 64 pictures of the set, spread evenly over it."""
    count = min(len(pictures), MAX_SET_PICTURES)
    return [_read(pictures[number * len(pictures) // count].path) for number in range(count)]


def _read(path: Path) -> Photo:
    with Image.open(path, formats=("PNG",)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
