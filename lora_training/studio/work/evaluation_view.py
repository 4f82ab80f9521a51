"""What a comparison found, from `run/evaluation/`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

GRID_NAME = "evaluation/grid.png"
RECORD_NAME = "evaluation/evaluation.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Choice(_Part):
    """A checkpoint at a weight."""

    step: int
    weight: float


class Candidate(Choice):
    """What was measured of one checkpoint at one weight. Distances: less is nearer; likeness: 1 is the same pose."""

    validation_loss: float | None = None
    distance_to_style: float | None = None
    distance_to_base: float | None = None
    likeness: float | None = None


class EvaluationView(_Part):
    """All candidates, and the one that is suggested."""

    suggested: Choice | None = None
    reason: str = ""
    checkpoints: tuple[Candidate, ...] = ()

    @property
    def is_good(self) -> bool:
        """True when the suggestion is nearer to the style than before the learning and keeps the pose."""
        return self.reason not in ("no_nearer", "keeps_shapes")

    def is_suggested(self, candidate: Candidate) -> bool:
        """True for the row of the suggestion."""
        return self.suggested == Choice(step=candidate.step, weight=candidate.weight)


def find_evaluation(run: Path) -> EvaluationView | None:
    """None when nothing was compared yet."""
    try:
        return EvaluationView.model_validate_json((run / RECORD_NAME).read_bytes())
    except (OSError, ValidationError):
        return None
