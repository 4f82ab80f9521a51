"""Why a generator did not do it: words for every known cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from boothkit.errors import BoothError
from lora_training.publishing.wire import Fault, Problem


class GeneratorRefusedError(BoothError):
    """One generator refused or could not be reached. Details: `why_ko`, `why_en`; `faults` name single fields.

    `cause` is a word of the table below, or the generator's own code.
    """

    status = 502
    code = "generator_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "생성 서버가 거절함", "en": "The generator refused"}
    message: ClassVar[Mapping[str, str]] = {"ko": "{why_ko}", "en": "{why_en}"}

    def __init__(self, cause: str, why_ko: str, why_en: str, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(why_ko=why_ko, why_en=why_en)
        self.cause = cause
        self.faults = tuple(faults)


WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "unauthorized": ("게시 토큰이 맞지 않습니다.", "The publish token is not right."),
        "forbidden": ("이 토큰으로는 게시할 수 없습니다.", "This token may not publish."),
        "publishing_off": (
            "이 서버는 게시를 받지 않습니다. 설정 [generator.server] publish_token을 정해 주세요.",
            "Publishing is off there. Set publish_token in its settings, [generator.server].",
        ),
        "revision_taken": (
            "같은 번호의 개정판이 이미 있습니다. 명령을 다시 실행해 주세요.",
            "This revision is taken there already. Run the command again.",
        ),
        "style_exists": (
            "같은 이름의 기본 화풍이 이미 있습니다. 다른 --name으로 준비해 주세요.",
            "A style of this name is there already. Prepare the set under another --name.",
        ),
        "revision_not_found": ("그런 개정판이 없습니다.", "There is no such revision."),
        "style_not_found": ("그런 화풍이 게시되어 있지 않습니다.", "No such style is published there."),
        "not_found": ("그런 화풍이나 개정판이 없습니다.", "There is no such style or revision."),
        "invalid_request": ("요청을 받지 않았습니다.", "The request was not accepted."),
        "style_pack_refused": ("화풍 묶음을 받지 않았습니다.", "The style pack was not accepted."),
        "payload_too_large": ("화풍 묶음이 너무 큽니다.", "The style pack is too large."),
        "storage_full": ("서버의 저장 공간이 부족합니다.", "There is no room left on the server."),
        "storage_error": ("서버의 저장 장치에 오류가 있습니다.", "The server's storage reported an error."),
        "not_ready": (
            "서버가 준비 중입니다. 잠시 후 다시 실행해 주세요.",
            "The server is not ready. Run it again later.",
        ),
        "too_many_requests": (
            "요청이 너무 많습니다. 잠시 후 다시 실행해 주세요.",
            "Too many requests. Run it again later.",
        ),
        "network": ("서버에 연결할 수 없습니다.", "The server cannot be reached."),
        "timeout": ("서버가 제때 대답하지 않았습니다.", "The server did not answer in time."),
        "certificate": (
            "서버의 인증서를 믿을 수 없습니다. 자체 인증서라면 --ca-file로 알려 주세요.",
            "The server's certificate is not trusted. For one of your own use --ca-file.",
        ),
        "not_a_generator": (
            "이 주소에는 게시를 받는 생성 서버가 없습니다.",
            "There is no generator at this address that takes styles.",
        ),
    }
)


def refuse(cause: str) -> GeneratorRefusedError:
    """The error for a cause of the table."""
    return GeneratorRefusedError(cause, *WORDS[cause])


def explain(problem: Problem, status: int) -> GeneratorRefusedError:
    """The error for a generator's problem; for one without words of ours the generator's own sentence stands."""
    if problem.code in WORDS:
        korean, english = WORDS[problem.code]
    else:
        korean = problem.detail
        english = f"The generator refused: {problem.code}, status {status}."
    return GeneratorRefusedError(problem.code, korean, english, faults=problem.errors)
