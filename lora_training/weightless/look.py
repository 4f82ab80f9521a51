"""What is learnt without a model, and its files: one exemplar picture, or an atlas of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import painter
from boothkit.files import translate_disk_errors
from lora_training.pictures import TrainingPicture

MAX_PICTURES = 200
EXEMPLAR_NAME, ATLAS_NAME = "exemplar.png", "atlas"

Kind = Literal["atlas", "exemplar"]
Photo = NDArray[np.uint8]
"""(height, width, 3), RGB, 0-255."""


@dataclass(frozen=True)
class Look:
    """The atlas that was learnt, and the picture itself when it was learnt from one only."""

    atlas: painter.Atlas
    exemplar: Photo | None

    @property
    def kind(self) -> Kind:
        """The word by which a style pack tells the painter what to paint after."""
        return "atlas" if self.exemplar is None else "exemplar"

    def paint(self, photo: Photo, *, seed: int = 0, on_progress: Callable[[float], None] | None = None) -> Photo:
        """The photo in this look, of the same size."""
        if self.exemplar is None:
            return painter.paint_atlas(photo, self.atlas, seed=seed, on_progress=on_progress)
        return painter.transfer_style(photo, self.exemplar, seed=seed, on_progress=on_progress)

    def save(self, folder: Path) -> None:
        """Put the files into a folder. Raises StorageFullError or StorageError."""
        with translate_disk_errors():
            if self.exemplar is None:
                self.atlas.save(folder / ATLAS_NAME)
            else:
                Image.fromarray(self.exemplar).save(folder / EXEMPLAR_NAME, "PNG")


def learn_look(pictures: Sequence[TrainingPicture], on_learnt: Callable[[int], None] = lambda number: None) -> Look:
    """Learn from 1 to 200 pictures, which are in memory one at a time; `on_learnt` hears how many are done.

    An exception from `on_learnt` ends the learning and passes through.
    """
    atlas = painter.learn_atlas(_read_each(pictures, on_learnt))
    return Look(atlas, _read(pictures[0].path) if len(pictures) == 1 else None)


def choose_pictures(pictures: Sequence[TrainingPicture]) -> list[TrainingPicture]:
    """At most 200, spread evenly over the set."""
    count = min(len(pictures), MAX_PICTURES)
    return [pictures[number * len(pictures) // count] for number in range(count)]


def _read_each(pictures: Sequence[TrainingPicture], on_learnt: Callable[[int], None]) -> Iterator[Photo]:
    for number, picture in enumerate(pictures, start=1):
        yield _read(picture.path)
        on_learnt(number)


def _read(path: Path) -> Photo:
    with translate_disk_errors(), Image.open(path, formats=("PNG",)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
