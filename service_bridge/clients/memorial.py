"""The memorial service as the bridge sees it: where memories go and memorials come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from service_bridge.clients.multipart import FilePart, MultipartBody
from service_bridge.clients.outcomes import Outcome, Verdict, outcome_of_cause, outcome_of_status
from service_bridge.clients.transport import SEND_BUFFER_BYTES, Answer, ServiceError, Transport
from service_bridge.clients.wire import EnrolmentAnswer, MemorialAnswer, ReceiptAnswer
from service_bridge.settings import MemorialSettings
from service_bridge.visits.states import Cause

RECEIPT_KIND = "memorial-intake-v1"
_RECEIPT = TypeAdapter(ReceiptAnswer)
_MEMORIALS = TypeAdapter(list[MemorialAnswer])
_ENROLMENT = TypeAdapter(EnrolmentAnswer)


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """One spelling for equal content: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of what is delivered."""
    return hashlib.sha256(canonical_json(manifest)).hexdigest()


class MemorialClient:
    """Talks to the memorial service with the booth's token. Thread-safe."""

    def __init__(self, settings: MemorialSettings, token_file: Path) -> None:
        self._settings = settings
        self._token_file = token_file
        self._transport = Transport(
            settings.url,
            connect_timeout_s=settings.connect_timeout_s,
            find_token=self._find_token,
            ca_file=settings.ca_file,
        )

    def deliver(self, memory_id: str, manifest: Mapping[str, Any], files: list[FilePart]) -> Outcome:
        """Send one revision, once. Never raises for what the network or the receiver does."""
        if self._find_token() is None:
            return outcome_of_cause(Cause.NOT_ENROLLED)
        body = MultipartBody(canonical_json(manifest), files)
        try:
            answer = self._transport.request(
                "PUT",
                f"/api/v1/memories/{memory_id}",
                timeout_s=self._answer_timeout_s(len(body)),
                headers={"Content-Type": body.content_type},
                data=body,
            )
            return _judge(answer, memory_id, manifest)
        except ServiceError as error:
            return outcome_of_cause(error.cause)

    def list_memorials(self, *, timeout_s: float) -> list[MemorialAnswer]:
        """Memorials of the booth's hall. Raises ServiceError."""
        answer = self._transport.request("GET", "/api/v1/memorials", timeout_s=timeout_s)
        _check_success(answer)
        return answer.parse(_MEMORIALS)

    def enrol(self, code: str, name: str) -> EnrolmentAnswer:
        """Exchange a code for the booth's token. Raises ServiceError."""
        answer = self._transport.request(
            "POST",
            "/api/v1/enrolments",
            timeout_s=self._settings.read_timeout_s,
            json={"code": code, "name": name},
        )
        _check_success(answer)
        return answer.parse(_ENROLMENT)

    def is_reachable(self, *, timeout_s: float) -> bool:
        """True when the service says that it is ready."""
        try:
            return self._transport.request("GET", "/health/ready", timeout_s=timeout_s).status == 200
        except ServiceError:
            return False

    def _answer_timeout_s(self, length: int) -> float:
        """Wait for an answer after the last byte left: on a slow link the kernel's buffer is still on its way then."""
        buffered_bytes = min(length, SEND_BUFFER_BYTES)
        return self._settings.read_timeout_s + buffered_bytes / self._settings.slowest_link_bytes_per_s

    def _find_token(self) -> str | None:
        """The token as it lies on disk now: a new enrolment takes effect without a restart."""
        try:
            return self._token_file.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None


def _check_success(answer: Answer) -> None:
    if answer.status not in (200, 201):
        outcome = outcome_of_status(answer.status)
        raise ServiceError(outcome.cause or Cause.SERVICE_FAILED, status=answer.status)


def _judge(answer: Answer, memory_id: str, manifest: Mapping[str, Any]) -> Outcome:
    if answer.status not in (200, 201):
        return outcome_of_status(answer.status, retry_after_s=answer.retry_after_s)
    receipt = answer.parse(_RECEIPT)
    if not _confirms(receipt, memory_id, manifest):
        return outcome_of_cause(Cause.NOT_THE_SERVICE)
    return Outcome(Verdict.DELIVERED)


def _confirms(receipt: ReceiptAnswer, memory_id: str, manifest: Mapping[str, Any]) -> bool:
    """True when the receipt names this very memory, revision, digest and every file's hash."""
    sent = {name: file["sha256"] for name, file in manifest["files"].items()}
    stored = {name: sha256 for name, sha256 in receipt.stored if sha256 is not None}
    return (
        receipt.receipt == RECEIPT_KIND
        and receipt.memory_id == memory_id
        and receipt.revision == manifest["revision"]
        and receipt.digest == digest_of(manifest)
        and stored == sent
    )
