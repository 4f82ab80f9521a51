"""Why a run cannot be evaluated, in words for the staff of the hall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class EvaluationRefusedError(BoothError):
    """There is nothing to look at, or something is missing to look with. Details: `folder`, `reason` (English)."""

    status = 422
    code = "evaluation_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "평가할 수 없습니다", "en": "This cannot be evaluated"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 학습을 평가할 수 없습니다. ({reason})",
        "en": "The training in {folder} cannot be evaluated. {reason}",
    }
