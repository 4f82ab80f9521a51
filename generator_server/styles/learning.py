"""Learning a look from pictures: after one picture the photograph is painted like it, after more from all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import painter
from generator_server.styles.learnt import ATLAS, EXEMPLAR, save_exemplar
from generator_server.styles.manifest import FORMAT, NameInBoth, PainterPart, SourcePart, StyleManifest, TextInBoth

POSITION = 500
"""Learnt styles are offered after the shipped ones."""


@dataclass(frozen=True)
class LearntLook:
    """What was learnt; `exemplar` is the picture (H, W, 3; RGB 0-255) when there was one only."""

    atlas: painter.Atlas
    exemplar: NDArray[np.uint8] | None

    @property
    def palette(self) -> tuple[str, ...]:
        """Main colours, #rrggbb."""
        return tuple(self.atlas.palette)

    @property
    def remarks(self) -> tuple[Mapping[str, str], ...]:
        """What staff should know about the pictures, each by language."""
        return tuple(note.text for note in self.atlas.notes)

    def describe(self, style_id: str, name: NameInBoth, description: TextInBoth, source: SourcePart) -> StyleManifest:
        """The manifest of a pack that holds this look."""
        return StyleManifest(
            format=FORMAT,
            style_id=style_id,
            revision=1,
            position=POSITION,
            name=name,
            description=description,
            painter=PainterPart(style=ATLAS if self.exemplar is None else EXEMPLAR, strength=1.0),
            source=source,
        )

    def save(self, folder: Path) -> None:
        """Put the pack's pictures into its folder."""
        if self.exemplar is None:
            self.atlas.save(folder / ATLAS)
        else:
            save_exemplar(self.exemplar, folder)


def learn_look(
    pictures: Iterable[NDArray[np.uint8]], *, on_progress: Callable[[float], None] | None = None
) -> LearntLook:
    """Learn from 1 to 200 pictures (H, W, 3; RGB 0-255). Raises PainterError."""
    kept = list(pictures)
    atlas = painter.learn_atlas(kept, on_progress=on_progress)
    return LearntLook(atlas, kept[0] if len(kept) == 1 else None)
