"""A memorial service small enough to read: its documented contract and nothing else."""

from __future__ import annotations

import hashlib
import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

from tests.integration.service_bridge.peer_server import Call, PeerServer, Reply

MEMORIAL_ID = "0198c000-0000-7000-8000-000000000001"
TOKEN = "memorial-token-of-this-booth-0123456789"
MEMORIALS = [
    {
        "memorial_id": MEMORIAL_ID,
        "code": "K7F2-9QXM",
        "name": {"ko": "김영희 님을 기억하며", "en": "In memory of Kim Young-hee"},
        "deceased_name": "김영희",
        "style_ids": ["watercolour", "ink_wash"],
    }
]


class FakeMemorial(PeerServer):
    """Keeps memories in a dict: id -> revision -> (digest, metadata, files)."""

    def __init__(self, *, certificate: Path | None = None, key: Path | None = None) -> None:
        super().__init__(fault_path="/api/v1/memories/", certificate=certificate, key=key)
        self.memories: dict[str, dict[int, tuple[str, dict[str, Any], dict[str, bytes]]]] = {}
        self.memorials: list[dict[str, Any]] = MEMORIALS
        self.accepted_token = TOKEN

    def answer(self, call: Call) -> Reply:
        if call.path == "/health/ready":
            return Reply.of_json({"program": "memorial"})
        if call.path == "/api/v1/enrolments":
            return Reply.of_json({"booth_id": "booth-1", "token": TOKEN}, 201)
        if call.headers.get("Authorization") != f"Bearer {self.accepted_token}":
            return Reply.of_json({"code": "unauthorized"}, 401)
        if call.path == "/api/v1/memorials":
            return Reply.of_json(self.memorials)
        if call.method == "PUT" and call.path.startswith("/api/v1/memories/"):
            return self._keep(call.path.rsplit("/", 1)[1], call)
        return Reply.of_json({}, 404)

    def entries(self) -> dict[str, tuple[dict[str, Any], dict[str, bytes]]]:
        """What the family's page shows: the newest revision of each memory."""
        return {memory_id: kept[max(kept)][1:] for memory_id, kept in self.memories.items()}

    def _keep(self, memory_id: str, call: Call) -> Reply:
        parts = _split(call)
        metadata = json.loads(parts.pop("metadata"))
        digest = hashlib.sha256(
            json.dumps(metadata, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        ).hexdigest()
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
        if hashes != {name: facts["sha256"] for name, facts in metadata["files"].items()}:
            return Reply.of_json({"code": "hash_differs"}, 422)
        kept = self.memories.setdefault(memory_id, {})
        revision = metadata["revision"]
        if revision in kept and kept[revision][0] != digest:
            return Reply.of_json({"code": "conflict"}, 409)
        is_new = revision not in kept
        kept[revision] = (digest, metadata, parts)
        receipt = {
            "memory_id": memory_id,
            "revision": revision,
            "digest": digest,
            "stored": {"picture": None, "voice": None, **hashes},
            "received_at": "2026-11-21T00:00:00Z",
            "receipt": "memorial-intake-v1",
        }
        return Reply.of_json(receipt, 201 if is_new else 200)


def _split(call: Call) -> dict[str, bytes]:
    """The parts of a multipart body by form name, read by the standard library's own parser."""
    head = f"Content-Type: {call.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.body)
    return {_name_of(part): _content_of(part) for part in message.iter_parts()}


def _name_of(part: Any) -> str:
    return str(part.get_param("name", header="content-disposition"))


def _content_of(part: Any) -> bytes:
    return bytes(part.get_payload(decode=True))
