"""The pictures of a look that was learnt without a model: the painter's, by strength."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

import painter
from lora_training.evaluation.counting import describe_look
from lora_training.evaluation.errors import EvaluationRefusedError
from lora_training.sampling import Photo
from lora_training.weightless.look import ATLAS_NAME, EXEMPLAR_NAME


class WeightlessRun:
    """A learnt look; its weight is the painter's strength, and it has one checkpoint: all its pictures."""

    def __init__(self, folder: Path, steps: int) -> None:
        """Raises EvaluationRefusedError when the run has not come so far."""
        learnt = folder / "learnt"
        self._steps = steps
        self._atlas: painter.Atlas | None = None
        self._exemplar: Photo | None = None
        try:
            if (learnt / EXEMPLAR_NAME).is_file():
                with Image.open(learnt / EXEMPLAR_NAME, formats=("PNG",)) as picture:
                    self._exemplar = np.asarray(picture.convert("RGB"), dtype=np.uint8)
            else:
                self._atlas = painter.Atlas.load(learnt / ATLAS_NAME)
        except (OSError, painter.InvalidAtlasError) as error:
            raise EvaluationRefusedError(folder=folder, reason="Nothing was learnt there yet.") from error

    @property
    def steps(self) -> Sequence[int]:
        return [self._steps]

    def draw(self, step: int, weight: float, photos: Sequence[Photo]) -> list[Photo]:
        return [self._paint(photo, weight) for photo in photos]

    def measure_loss(self, step: int, weight: float) -> float | None:
        return None

    def describe(self, pictures: Sequence[Photo]) -> Tensor:
        return describe_look(pictures)

    def _paint(self, photo: Photo, strength: float) -> Photo:
        if strength == 0:
            return photo
        if self._atlas is not None:
            return painter.paint_atlas(photo, self._atlas, strength=strength)
        if self._exemplar is None:
            raise RuntimeError("a look is an atlas or an exemplar")
        return painter.transfer_style(photo, self._exemplar, strength=strength)
