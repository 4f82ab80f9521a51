"""Metadata in its one canonical form."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boothkit.errors import InvalidRequestError
from memorial_service.intake.multipart import Part
from memorial_service.intake.schemas import digest_of, parse_metadata, to_canonical

FILE = {"sha256": "0" * 64, "media_type": "image/jpeg", "bytes": 3}
DOCUMENT: dict[str, Any] = {
    "revision": 1,
    "memorial_id": "m",
    "language": "ko",
    "files": {"original": FILE},
    "consents": {"family_page": True},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def part(document: Any) -> Part:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Part(data, hashlib.sha256(data).hexdigest())


@given(JSON)
def test_the_canonical_form_keeps_the_meaning_and_is_one(document: Any) -> None:
    try:
        canonical = to_canonical(document)
    except UnicodeEncodeError:
        return
    assert json.loads(canonical) == document
    assert to_canonical(json.loads(canonical)) == canonical


def test_order_and_spaces_do_not_change_the_digest() -> None:
    turned = dict(reversed(DOCUMENT.items()))
    first = parse_metadata(part(DOCUMENT))[1]
    second = parse_metadata(part(json.dumps(turned, indent=4, ensure_ascii=False).encode()))[1]
    assert digest_of(first) == digest_of(second)


def test_defaults_are_the_quiet_ones() -> None:
    metadata, _ = parse_metadata(part(DOCUMENT))
    assert (metadata.letter, metadata.sender_name, metadata.chosen, metadata.captured_at) == ("", "", "picture", None)
    assert list(metadata.files.by_role()) == ["original"]


@pytest.mark.parametrize("field", sorted(DOCUMENT))
def test_what_is_needed_is_named_when_it_is_missing(field: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_metadata(part({name: value for name, value in DOCUMENT.items() if name != field}))
    assert caught.value.details["errors"][0].field == f"metadata.{field}"  # type: ignore[index]


@pytest.mark.parametrize("change", [{"sha256": "0" * 63}, {"sha256": "G" * 64}, {"bytes": 0}, {"media_type": "x" * 81}])
def test_files_are_described_exactly(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        parse_metadata(part(DOCUMENT | {"files": {"original": FILE | change}}))


def test_errors_never_repeat_what_was_sent() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_metadata(part(DOCUMENT | {"letter": "geheim" * 1000}))
    assert "geheim" not in str(caught.value.details)
