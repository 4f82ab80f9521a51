"""What nginx itself says when it refuses or cannot reach a program: the same problem details as the programs'."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass

from boothkit import errors
from boothkit.errors import BoothError

# Filled in by nginx when it answers; see the map in nginx.conf.
REQUEST_ID = "$public_request_id"


@dataclass(frozen=True)
class Problem:
    """One refusal: HTTP status, stable code, title and sentence in `ko` and `en`, and when to come back."""

    status: int
    code: str
    title: Mapping[str, str]
    message: Mapping[str, str]
    retry_after_s: int | None = None

    def to_json(self, language: str) -> str:
        """The RFC 9457 document."""
        document = {
            "type": f"urn:memorial-booth:problem:{self.code}",
            "title": self.title[language],
            "status": self.status,
            "detail": self.message[language],
            "request_id": REQUEST_ID,
        }
        return json.dumps(document, ensure_ascii=False)

    def to_html(self) -> str:
        """A page for browsers, in both languages."""
        parts = "".join(
            f'<section lang="{language}"><h1>{html.escape(self.title[language])}</h1>'
            f"<p>{html.escape(self.message[language])}</p></section>"
            for language in ("ko", "en")
        )
        style = "body{font:1.1rem/1.7 sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#333}"
        return (
            f'<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>{self.status}</title>'
            f'<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
            f"<style>{style} h1{{font-size:1.2rem}}</style></head><body>{parts}</body></html>"
        )


def _from_error(kind: type[BoothError], retry_after_s: int | None = None) -> Problem:
    return Problem(kind.status, kind.code, kind.title, kind.message, retry_after_s)


PROBLEMS = (
    Problem(
        400,
        "bad_request",
        {"ko": "잘못된 요청", "en": "Bad request"},
        {"ko": "요청을 이해할 수 없습니다.", "en": "The request could not be understood."},
    ),
    _from_error(errors.NotFoundError),
    _from_error(errors.MethodNotAllowedError),
    Problem(
        408,
        "request_timeout",
        {"ko": "요청 시간 초과", "en": "Request timed out"},
        {
            "ko": "연결이 느려 요청을 받지 못했습니다. 다시 시도해 주세요.",
            "en": "The request arrived too slowly. Please try again.",
        },
    ),
    _from_error(errors.PayloadTooLargeError),
    Problem(
        414,
        "address_too_long",
        {"ko": "너무 긴 주소", "en": "Address too long"},
        {"ko": "요청한 주소가 너무 깁니다.", "en": "The address of the request is too long."},
    ),
    _from_error(errors.TooManyRequestsError, retry_after_s=5),
    _from_error(BoothError, retry_after_s=5),
    Problem(
        502,
        "program_unreachable",
        {"ko": "연결할 수 없음", "en": "Not reachable"},
        {
            "ko": "지금은 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.",
            "en": "The service is not reachable for the moment. Please try again shortly.",
        },
        retry_after_s=2,
    ),
    _from_error(errors.NotReadyError, retry_after_s=2),
    Problem(
        504,
        "program_too_slow",
        {"ko": "응답 시간 초과", "en": "No answer in time"},
        {
            "ko": "응답이 늦어지고 있습니다. 잠시 후 다시 시도해 주세요.",
            "en": "The service did not answer in time. Please try again shortly.",
        },
        retry_after_s=5,
    ),
)
