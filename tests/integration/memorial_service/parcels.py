"""Memories as a booth sends them, made small."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from typing import Any

import numpy as np
from PIL import Image

Files = dict[str, bytes]
Document = dict[str, Any]


def picture(seed: int = 0, *, width: int = 96, height: int = 128, form: str = "JPEG", **options: Any) -> bytes:
    """An encoded picture of smooth colours; another seed is another picture."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 255, (2, 2, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(corners).resize((width, height), Image.Resampling.BICUBIC).save(file, form, **options)
    return file.getvalue()


def wav(seconds: float = 1.0, *, rate: int = 8000, claimed_bytes: int | None = None) -> bytes:
    """A WAV file of silence; its header may claim another length."""
    sound = bytes(2 * round(seconds * rate))
    size = len(sound) if claimed_bytes is None else claimed_bytes
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36, b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", size
    )
    return head + sound


def metadata(memorial_id: str, files: Files, **changes: Any) -> Document:
    """Complete metadata for these files; `changes` replace whole fields."""
    return {
        "revision": 1,
        "memorial_id": memorial_id,
        "captured_at": "2026-03-01T05:20:00Z",
        "language": "ko",
        "sender_name": "박민준",
        "relation": "손자",
        "letter": "할머니, 보고 싶습니다.\n편히 쉬세요.",
        "receipt_code": "K7F2-9QXM-4T",
        "files": {role: entry(role, data) for role, data in files.items()},
        "chosen": "picture",
        "consents": {"family_page": True, "ai_restyle": True, "voice": True, "online_voice": False, "keep_until": None},
        **changes,
    }


def entry(role: str, data: bytes, **changes: Any) -> Document:
    """What the metadata says about one file."""
    described: Document = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "media_type": {"picture": "image/png", "voice": "audio/wav"}.get(role, "image/jpeg"),
    }
    if role == "picture":
        described |= {"style_id": "watercolour", "style_name": {"ko": "수채화", "en": "Watercolour"}}
        described |= {"engine": "painter", "seed": 4, "is_ai_generated": False}
    if role == "voice":
        described |= {"duration_s": 1.0, "made_by": "visitor"}
    return described | changes


def files(seed: int = 0) -> Files:
    """An original, a picture and a voice."""
    return {"original": picture(seed), "picture": picture(seed + 1000, form="PNG"), "voice": wav()}


def as_form(document: Document | bytes, content: Files) -> dict[str, Any]:
    """The `files=` argument of a client for a memory."""
    text = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    parts: dict[str, Any] = {"metadata": ("metadata.json", text, "application/json")}
    return parts | {role: (f"{role}.bin", data, "application/octet-stream") for role, data in content.items()}


def digest(document: Document) -> str:
    """SHA-256 of the canonical metadata, written here a second time on purpose."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
