"""What strangers send: letters, sounds and requests. The pictures are those of the image intake's own tests."""

from __future__ import annotations

import hashlib
import math
import struct
from functools import cache
from typing import Any

from tests.unit.boothkit import pictures

GOOD = pictures.encode(pictures.portrait(), "JPEG")
MEBIBYTE = 2**20
HALF_A_PAIR = "\ud83d"

# Each must arrive at the family as these very signs. Only spaces at the ends are not part of a letter.
LETTERS = {
    "joined_emoji": "할머니 👩‍👩‍👧‍👦🕯️ 편히 쉬세요 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "right_to_left": "שלום ‮gnos‬ مع السلامة",
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)></p></div><h1>제목</h1><!--",
    "entities": "&lt;b&gt; &amp;amp; &#60;script&#62; &quot;'\"`",
    "sql": "'); DROP TABLE memory; -- \" OR 1=1 /* %s %(x)s ? :id */",
    "templates": "{{ 7*7 }} {% for x in y %} ${7*7} #{7*7} <%= 7*7 %> {0} %(name)s \\u0041 \\x41",
    "addresses": "javascript:alert(1) data:text/html,<script> https://example.org/?a=1&b=2 //evil",
    "lines": "첫 줄\n둘째 줄\n\n\n새 문단\t탭",
    "stacked_marks": "Z̸̢̛a̷l̵g̶o̴ ﷽ ꧅ 𒐫",
}


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def refused_picture(name: str) -> bytes:
    """One of the pictures that the intake refuses, made once."""
    make, _ = pictures.REFUSED[name]
    return make()


def make_finish(**changes: Any) -> dict[str, Any]:
    """A good body of `finish`, changed."""
    consents = {"family_page": True, "ai_restyle": False, "voice": False, "online_voice": False, "keep_until": None}
    body = {
        "letter": "고마웠습니다.",
        "sender_name": "김하늘",
        "relation": "친구",
        "language": "ko",
        "voice": "none",
        "chosen": "original",
        "consents": consents,
    }
    return {**body, **changes}


def make_finish_with_consents(**changes: Any) -> dict[str, Any]:
    """A good body of `finish` with other consents."""
    return make_finish(consents={**make_finish()["consents"], **changes})


def nest(levels: int, inner: str = "1") -> str:
    """JSON lists in each other."""
    return "[" * levels + inner + "]" * levels


def make_wav(seconds: float = 2.0, *, claimed_bytes: int | None = None, claimed_rate: int | None = None) -> bytes:
    """A tone as WAV, 8 kHz mono, whose header may claim what it likes."""
    rate = 8000
    samples = (int(9000 * math.sin(number * 440 * math.tau / rate)) for number in range(int(seconds * rate)))
    sound = b"".join(struct.pack("<h", sample) for sample in samples)
    length = len(sound) if claimed_bytes is None else claimed_bytes
    shown_rate = rate if claimed_rate is None else claimed_rate
    form = struct.pack("<IHHIIHH", 16, 1, 1, shown_rate, shown_rate * 2 % 2**32, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", min(length + 36, 2**32 - 1))
        + b"WAVEfmt "
        + form
        + (b"data" + struct.pack("<I", length) + sound)
    )


def make_metadata(site_memorial_id: str, original: bytes = GOOD, **changes: Any) -> dict[str, Any]:
    """Good metadata of a memory with one original, changed."""
    entry = {"sha256": sha256_of(original), "media_type": "image/jpeg", "bytes": len(original)}
    document = {
        "revision": 1,
        "memorial_id": site_memorial_id,
        "language": "ko",
        "letter": "안녕히 가세요.",
        "files": {"original": entry},
        "chosen": "original",
        "consents": {"family_page": True},
    }
    return {**document, **changes}
