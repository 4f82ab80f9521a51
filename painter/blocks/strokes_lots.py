"""What a hand leaves to chance, stroke by stroke.

Lots are drawn for every place where a stroke could be laid, whether one is laid there or not. So a picture that changes
a little, as from one frame of a clip to the next, gets the same strokes at the same places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE_RANGE = (0.75, 1.25)
STREAK_RANGE = (0.5, 1.5)


@dataclass(frozen=True)
class Lots:
    """The lots of N strokes."""

    size: NDArray[np.float32]  # (N,) factor around 1 on the width
    length: NDArray[np.float32]  # (N,) 0-1: how long a stroke may become
    heading: NDArray[np.float32]  # (N,) -1 or 1
    shade: NDArray[np.float32]  # (N, 3) standard normal: lightness, warmth, greenness of the colour
    streak: NDArray[np.float32]  # (N,) factor around 1 on the streaks of the colour
    hairs: NDArray[np.int32]  # (N,) which part of which brush

    def take(self, chosen: NDArray[np.intp]) -> Lots:
        """The lots of some of the strokes, by their numbers and in that order."""
        return Lots(
            self.size[chosen],
            self.length[chosen],
            self.heading[chosen],
            self.shade[chosen],
            self.streak[chosen],
            self.hairs[chosen],
        )


def draw_lots(count: int, generator: np.random.Generator) -> Lots:
    """Lots for `count` strokes."""
    size, length, heading, streak = generator.random((4, count), dtype=np.float32)
    return Lots(
        size=SIZE_RANGE[0] + np.float32(SIZE_RANGE[1] - SIZE_RANGE[0]) * size,
        length=length,
        heading=np.where(heading < 0.5, -1.0, 1.0).astype(np.float32),
        shade=generator.standard_normal((count, 3), dtype=np.float32),
        streak=STREAK_RANGE[0] + np.float32(STREAK_RANGE[1] - STREAK_RANGE[0]) * streak,
        hairs=generator.integers(0, 1 << 20, count, dtype=np.int32),
    )
