"""What a request says: its language, its token, its body (never more than allowed) and the body's digest."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from starlette.requests import Request

from boothkit.digests import find_sha256
from boothkit.errors import BoothError, PayloadTooLargeError, UnauthorizedError

Language = Literal["ko", "en"]
_LANGUAGES: Mapping[str, Language] = {"ko": "ko", "en": "en"}


class DigestRequiredError(BoothError):
    """The Content-Digest header is missing or cannot be read."""

    status = 400
    code = "digest_required"
    title: ClassVar[Mapping[str, str]] = {"ko": "해시값 필요", "en": "Digest required"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "Content-Digest 헤더에 본문의 SHA-256 해시값이 필요합니다.",
        "en": "The Content-Digest header must carry the SHA-256 of the body.",
    }


class DigestMismatchError(BoothError):
    """The body is not what the sender hashed: it was changed or cut on the way."""

    status = 422
    code = "digest_mismatch"
    title: ClassVar[Mapping[str, str]] = {"ko": "해시값 불일치", "en": "Digest mismatch"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "보내는 중에 내용이 바뀌어 받지 못했습니다. 다시 보내 주세요.",
        "en": "The content changed on the way and was not kept. Please send it again.",
    }


def preferred_language(request: Request) -> Language:
    """`?lang=`, then Accept-Language by its weights, else Korean."""
    asked = _LANGUAGES.get(request.query_params.get("lang", ""))
    return asked or _best_language(request.headers.get("accept-language", ""))


def _best_language(header: str) -> Language:
    best: Language = "ko"
    best_weight = 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        language = _LANGUAGES.get(tag.lower().partition("-")[0])
        if language and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    """The q value of one language, 0-1; what cannot be read counts as 0."""
    if not parameter:
        return 1.0
    match = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameter)
    return float(match[1]) if match else 0.0


def bearer_token(request: Request) -> str:
    """The token of `Authorization: Bearer <token>`. Raises UnauthorizedError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError
    return token.strip()


async def read_body(request: Request, *, max_bytes: int) -> bytes:
    """The whole body, refused with PayloadTooLargeError as soon as it is known to be too long."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise PayloadTooLargeError(max_bytes=max_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise PayloadTooLargeError(max_bytes=max_bytes)
    return bytes(body)


def verify_content_digest(request: Request, body: bytes) -> str:
    """Compare the body with `Content-Digest: sha-256=:<base64>:` (RFC 9530); returns its SHA-256 in hex.

    Raises DigestRequiredError or DigestMismatchError.
    """
    declared = find_sha256(request.headers.get("content-digest", ""))
    if declared is None:
        raise DigestRequiredError
    digest = hashlib.sha256(body)
    if not hmac.compare_digest(declared, digest.digest()):
        raise DigestMismatchError
    return digest.hexdigest()
