"""The numbers of an evaluation: one cell for each checkpoint and weight, and which of them is suggested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

LOSS_SLACK = 1.05
"""A checkpoint counts while its loss on held-out pictures is at most this many times the lowest."""
LEAST_LIKENESS_SHARE = 0.8
"""A cell counts while it keeps this share of the likeness that the base's own pictures have."""
SAME_DISTANCE = 0.02
"""Distances to the style that differ by less look the same."""


@dataclass(frozen=True)
class Cell:
    """One checkpoint at one weight (at 0 the base itself).

    `validation_loss` is None where there is no model or nothing is held out. Distances: 1 is from base to style.
    `likeness` of the shapes to the photograph: 1 is the same lines in the same places, 0 no relation.
    """

    step: int
    weight: float
    validation_loss: float | None
    distance_to_style: float
    distance_to_base: float
    likeness: float


REASONS = {
    "nearest": (
        "화풍에 가장 가깝고 사진의 형태를 지킵니다.",
        "Nearest to the style, and keeps the photograph's shapes.",
    ),
    "keeps_shapes": (
        "사진의 형태를 충분히 지킨 것이 없어 가장 나은 것을 골랐습니다. 가중치를 낮추면 나아질 수 있습니다.",
        "None keeps the photograph's shapes well; this one keeps them best. Try smaller weights.",
    ),
    "no_nearer": (
        "배우기 전보다 화풍에 가까워지지 않았습니다. 더 오래 배우거나 그림을 확인해 주세요.",
        "Not nearer to the style than before the training. Train longer, or look at the pictures of the set.",
    ),
}


@dataclass(frozen=True)
class Evaluation:
    """All cells, the base's own numbers, the one to use, and why (a word of `REASONS`)."""

    base: Cell
    cells: tuple[Cell, ...]
    suggested: Cell
    reason: str

    def describe(self, *, is_weightless: bool) -> tuple[str, str]:
        """The suggestion as a sentence in Korean and in English."""
        korean, english = REASONS[self.reason]
        step, weight = self.suggested.step, f"{self.suggested.weight:g}"
        if is_weightless:
            return f"제안: 강도 {weight}. {korean}", f"Suggested: strength {weight}. {english}"
        return f"제안: {step}단계, 가중치 {weight}. {korean}", f"Suggested: step {step}, weight {weight}. {english}"

    def pack(self, **about: object) -> bytes:
        """As JSON, for programs."""
        record: dict[str, Any] = {
            "suggested": {"step": self.suggested.step, "weight": self.suggested.weight},
            "reason": self.reason,
            "base": asdict(self.base),
            "checkpoints": [asdict(cell) for cell in self.cells],
        }
        return (json.dumps(record | about, ensure_ascii=False, indent=1) + "\n").encode()


def judge(base: Cell, cells: Sequence[Cell]) -> Evaluation:
    """Suggest a cell: of those whose loss is near the lowest and that keep the likeness, the nearest to the style.

    Where the nearest ones look the same, the smaller weight is suggested, and then the earlier step.
    """
    losses = [cell.validation_loss for cell in cells if cell.validation_loss is not None]
    sound = [cell for cell in cells if cell.validation_loss is None or cell.validation_loss <= LOSS_SLACK * min(losses)]
    alike = [cell for cell in sound if cell.likeness >= LEAST_LIKENESS_SHARE * base.likeness]
    if not alike:
        return Evaluation(base, tuple(cells), max(sound, key=lambda cell: cell.likeness), "keeps_shapes")
    nearest = min(cell.distance_to_style for cell in alike)
    same = [cell for cell in alike if cell.distance_to_style < nearest + SAME_DISTANCE]
    suggested = min(same, key=lambda cell: (cell.weight, cell.step))
    is_nearer = suggested.distance_to_style < base.distance_to_style - SAME_DISTANCE
    return Evaluation(base, tuple(cells), suggested, "nearest" if is_nearer else "no_nearer")
