"""What every refusal has to look like, whoever gave it."""

from __future__ import annotations

import re

import requests

from tests.integration.bad_input.site import Language

# A refusal is quick; only what has to be decoded first may take longer.
QUICK_S = 8.0
_HANGUL = re.compile(r"[가-힣]")
# File names, module names and words of Python that would tell a stranger how this is built.
_INSIDES = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|sqlalchemy|sqlite|/data/|/run/|<class |at 0x[0-9a-f]", re.IGNORECASE
)


def check_problem(
    answer: requests.Response, language: Language, statuses: set[int], codes: set[str] | None = None
) -> None:
    """RFC 9457 in the reader's language, with one of the expected statuses and codes."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == language
    problem = answer.json()
    assert problem["status"] == answer.status_code
    prefix, _, code = problem["type"].rpartition(":")
    assert prefix == "urn:memorial-booth:problem"
    assert codes is None or code in codes, problem
    assert problem["request_id"]
    _check_sentence(problem["title"], language)
    _check_sentence(problem["detail"], language)
    check_nothing_told(answer)


def check_web_ui_error(answer: requests.Response, statuses: set[int], words: str = "") -> None:
    """The shape that web-UI clients read; its language is that of their developers."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    document = answer.json()
    assert set(document) == {"error", "detail", "body", "errors"}
    assert words in str(document)
    assert document["detail"]
    check_nothing_told(answer)


def check_page(answer: requests.Response, language: Language, statuses: set[int]) -> None:
    """A calm page for a person, which no search engine keeps and which runs nothing."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in answer.text
    assert "script" not in answer.headers["Content-Security-Policy"].replace("default-src 'none'", "")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    check_nothing_told(answer)


def check_nothing_told(answer: requests.Response) -> None:
    """No stack, no path, no library name; and an answer that did not take long."""
    assert not _INSIDES.search(answer.text), answer.text[:500]
    assert "uvicorn" not in answer.headers.get("Server", "")
    assert answer.elapsed.total_seconds() < QUICK_S


def _check_sentence(text: str, language: Language) -> None:
    assert text.strip()
    assert "{" not in text
    assert bool(_HANGUL.search(text)) == (language == "ko"), text
