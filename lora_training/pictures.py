"""What the training reads of a prepared set of pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class TrainingPicture(Protocol):
    """One picture of the set."""

    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...
    @property
    def caption(self) -> str: ...


class TrainingSet(Protocol):
    """The set: pictures of one look, and where they come from."""

    @property
    def folder(self) -> Path: ...
    @property
    def style_id(self) -> str: ...
    @property
    def trigger(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def licence(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def pictures(self) -> Sequence[TrainingPicture]: ...


def compute_set_digest(pictures: Sequence[TrainingPicture]) -> str:
    """SHA-256 (hex) over what is learnt: the pictures' hashes and captions, in order."""
    digest = hashlib.sha256()
    for picture in pictures:
        caption = hashlib.sha256(picture.caption.encode()).hexdigest()
        digest.update(f"{picture.sha256} {caption}\n".encode())
    return digest.hexdigest()


def split_held_out(
    pictures: Sequence[TrainingPicture], share: float
) -> tuple[list[TrainingPicture], list[TrainingPicture]]:
    """Pictures to learn from, and pictures to measure with: the lowest hashes, so that more pictures move few.

    At least one is held out when `share` is above 0, and at least one is left to learn from.
    """
    count = min(max(1, round(share * len(pictures))), len(pictures) - 1) if share > 0 and pictures else 0
    held_out = {picture.sha256 for picture in sorted(pictures, key=lambda picture: picture.sha256)[:count]}
    learnt = [picture for picture in pictures if picture.sha256 not in held_out]
    return learnt, [picture for picture in pictures if picture.sha256 in held_out]
