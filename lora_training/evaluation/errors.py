"""Why a run cannot be evaluated, in words for the staff of the hall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


class EvaluationMemoryError(BoothError):
    """The device's memory did not suffice. Nothing was written."""

    status = 507
    code = "evaluation_memory"
    title: ClassVar[Mapping[str, str]] = {"ko": "메모리가 부족합니다", "en": "There is not enough memory"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "평가하는 동안 장치 메모리가 부족합니다. 메모리를 쓰는 다른 프로그램을 닫고 같은 명령을 다시 실행해"
        " 주세요. 학습 결과는 그대로입니다.",
        "en": "Memory did not suffice to evaluate. Close what else uses it and give the same command again."
        " What was learnt is untouched.",
    }


class EvaluationDeviceLostError(BoothError):
    """The GPU failed, and nothing can be reckoned in this process any more. Nothing was written."""

    status = 500
    code = "evaluation_device_lost"
    title: ClassVar[Mapping[str, str]] = {"ko": "그래픽 카드 오류", "en": "The graphics card failed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "평가하는 동안 그래픽 카드가 멈췄습니다. 같은 명령을 다시 실행해 주세요. 되풀이되면 컴퓨터를 다시 시작해"
        " 주세요. 학습 결과는 그대로입니다.",
        "en": "The graphics card failed while evaluating. Give the same command again; if it fails again, restart the"
        " machine. What was learnt is untouched.",
    }


@contextmanager
def explaining_device_troubles() -> Iterator[None]:
    """Raises EvaluationMemoryError or EvaluationDeviceLostError for what torch says of the device."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        from lora_training.device_errors import tell_trouble

        trouble = tell_trouble(error)
        if trouble is None:
            raise
        raise (EvaluationMemoryError if trouble == "full" else EvaluationDeviceLostError) from error
