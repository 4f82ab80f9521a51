"""F41-F47, F50: memories that the memorial service must refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from boothkit.ids import new_id
from tests.integration.bad_input.answers import check_problem
from tests.integration.bad_input.materials import (
    GOOD,
    HALF_A_PAIR,
    MEBIBYTE,
    make_metadata,
    make_wav,
    nest,
    refused_picture,
    sha256_of,
)
from tests.integration.bad_input.site import Caller
from tests.unit.boothkit import pictures

Parts = list[tuple[str, tuple[str | None, bytes | str, str]]]
STATUS_OF = {"too_many_pixels": 413, "image_too_large": 413, "unsupported_image": 415}


def build_parts(metadata: Any, original: bytes | None = GOOD, *more: tuple[str, bytes]) -> Parts:
    """The parts of one memory; a file's name is always a bad one, because names are not asked."""
    text = metadata if isinstance(metadata, bytes | str) else json.dumps(metadata)
    parts: Parts = [("metadata", (None, text, "application/json"))]
    files = ([] if original is None else [("original", original)]) + list(more)
    return parts + [(role, ("../../etc/cron.d/x\x07.php", data, "text/html")) for role, data in files]


def send(caller: Caller, parts: Parts, memory_id: str | None = None) -> requests.Response:
    return caller.ask("public", "PUT", f"/api/v1/memories/{memory_id or new_id()}", files=parts)


@pytest.fixture
def memorial_id(caller: Caller) -> str:
    return caller.site.demonstration.memorial_id


@pytest.mark.parametrize("name", pictures.REFUSED)
def test_a_bad_picture_is_refused(korean: Caller, name: str) -> None:
    """F41, F42, F43. A file of no bytes is refused by its description already."""
    data = refused_picture(name)
    codes = pictures.REFUSED[name][1] | ({"payload_too_large"} if len(data) > 12 * MEBIBYTE else set())
    codes = codes if data else {"invalid_request"}
    metadata = make_metadata(korean.site.demonstration.memorial_id, data)
    answer = send(korean, build_parts(metadata, data))
    check_problem(answer, "ko", {STATUS_OF.get(code, 422) for code in codes} | {413}, codes)


# Each is no metadata: what replaces the text.
NO_METADATA: dict[str, bytes | str] = {
    "words": "hello",
    "nothing": "",
    "list": "[]",
    "null": "null",
    "number": "1e999",
    "not_utf8": b'{"letter": "\xff"}',
    "cut": '{"revision": 1, ',
    "lists_in_lists": nest(30_000),
    "number_of_5000_digits": '{"revision": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("name", NO_METADATA)
def test_metadata_that_is_none(caller: Caller, name: str) -> None:
    check_problem(send(caller, build_parts(NO_METADATA[name])), caller.language, {422}, {"invalid_request"})


CHANGES: dict[str, dict[str, Any]] = {
    "revision_zero": {"revision": 0},
    "revision_negative": {"revision": -1},
    "revision_huge": {"revision": 2**70},
    "revision_not_a_number": {"revision": float("nan")},
    "language": {"language": "xx"},
    "letter_too_long": {"letter": "x" * 5001},
    "letter_with_half_a_pair": {"letter": HALF_A_PAIR},
    "unknown_name_with_half_a_pair": {HALF_A_PAIR: 1},
    "letter_is_an_object": {"letter": {"a": 1}},
    "name_too_long": {"sender_name": "x" * 81},
    "no_files": {"files": {}},
    "files_are_text": {"files": "original"},
    "no_consent": {"consents": {"family_page": False}},
    "consents_missing": {"consents": {}},
    "captured_before_calendars": {"captured_at": "0001-01-01T00:00:00+14:00"},
    "captured_after_calendars": {"captured_at": "9999-12-31T23:59:59-14:00"},
    "captured_without_zone": {"captured_at": "2026-01-01T00:00:00"},
    "captured_never": {"captured_at": "yesterday"},
    "memorial_is_a_path": {"memorial_id": "../" * 20},
    "chosen": {"chosen": "both"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_metadata_with_one_wrong_value(caller: Caller, memorial_id: str, name: str) -> None:
    answer = send(caller, build_parts(make_metadata(memorial_id, **CHANGES[name])))
    check_problem(answer, caller.language, {422}, {"invalid_request"})
    assert HALF_A_PAIR not in json.dumps(answer.json(), ensure_ascii=False)


def test_metadata_of_1_mb(caller: Caller, memorial_id: str) -> None:
    parts = build_parts(make_metadata(memorial_id, letter="x" * MEBIBYTE))
    check_problem(send(caller, parts), caller.language, {413}, {"payload_too_large"})


def test_parts_that_do_not_fit_the_metadata(caller: Caller, memorial_id: str) -> None:
    metadata = make_metadata(memorial_id)
    voice = {"sha256": sha256_of(b"x"), "media_type": "audio/wav", "bytes": 1, "made_by": "visitor", "duration_s": 1}
    announced = {**metadata, "files": {**metadata["files"], "voice": voice}}
    for parts in (
        build_parts(metadata, None),
        build_parts(metadata, GOOD, ("original", GOOD)),
        build_parts(metadata, GOOD, ("picture", GOOD)),
        build_parts(metadata, GOOD, ("shell", b"x")),
        build_parts(metadata)[1:],
        build_parts(metadata) + build_parts(metadata)[:1],
        build_parts(announced),
    ):
        check_problem(send(caller, parts), caller.language, {422}, {"invalid_request"})


@pytest.mark.parametrize(
    "entry",
    [
        {"sha256": sha256_of(b"other")},
        {"sha256": sha256_of(GOOD).upper()},
        {"sha256": "../" * 20},
        {"bytes": len(GOOD) + 1},
        {"bytes": 0},
        {"media_type": "image/png"},
        {"media_type": "text/html"},
    ],
    ids=lambda entry: "_".join(map(str, entry.items()))[:40],
)
def test_a_file_that_is_not_the_one_described(caller: Caller, memorial_id: str, entry: dict[str, Any]) -> None:
    metadata = make_metadata(memorial_id)
    metadata["files"]["original"] |= entry
    check_problem(send(caller, build_parts(metadata)), caller.language, {422}, {"file_mismatch", "invalid_request"})


@pytest.mark.parametrize(
    ("voice", "entry", "statuses"),
    [
        (b"<html><script>alert(1)</script>", {}, {415}),
        (make_wav(claimed_bytes=2**32 - 50), {}, {422}),
        (make_wav(claimed_rate=0), {}, {422}),
        (make_wav(), {"duration_s": 30}, {422}),
        (make_wav(), {"duration_s": 1e9}, {422}),
        (make_wav(), {"media_type": "audio/mpeg"}, {422}),
        (make_wav(), {"made_by": "robot"}, {422}),
    ],
    ids=["html", "4_gigabytes", "rate_zero", "duration", "endless", "type", "maker"],
)
def test_f45_a_bad_voice(
    caller: Caller, memorial_id: str, voice: bytes, entry: dict[str, Any], statuses: set[int]
) -> None:
    metadata = make_metadata(memorial_id)
    described = {"sha256": sha256_of(voice), "media_type": "audio/wav", "bytes": len(voice)}
    metadata["files"]["voice"] = {**described, "made_by": "visitor", "duration_s": 2.0, **entry}
    check_problem(send(caller, build_parts(metadata, GOOD, ("voice", voice))), caller.language, statuses)


def test_f30_other_content_under_a_known_id(caller: Caller, memorial_id: str) -> None:
    memory_id = new_id()
    assert send(caller, build_parts(make_metadata(memorial_id)), memory_id).status_code == 201
    assert send(caller, build_parts(make_metadata(memorial_id)), memory_id).status_code == 200
    other = make_metadata(memorial_id, letter="Another letter")
    check_problem(send(caller, build_parts(other), memory_id), caller.language, {409}, {"memory_conflict"})


def test_f50_memorials_that_are_not_this_booths(caller: Caller) -> None:
    theirs = make_metadata(caller.site.other_hall_memorial_id)
    check_problem(send(caller, build_parts(theirs)), caller.language, {403}, {"forbidden"})
    nobodys = make_metadata(new_id())
    check_problem(send(caller, build_parts(nobodys)), caller.language, {422}, {"unknown_memorial"})


@pytest.mark.parametrize("memory_id", ["x", "..%2f..%2fetc", "%ff", "01890A5D-AC96-774B-BCCE-B302099A8057", "a" * 300])
def test_f46_a_wrong_id_names_nothing(caller: Caller, memorial_id: str, memory_id: str) -> None:
    answer = send(caller, build_parts(make_metadata(memorial_id)), memory_id)
    check_problem(answer, caller.language, {404, 405}, {"not_found", "method_not_allowed"})


FORM = "multipart/form-data; boundary=abc"
BODIES: dict[str, tuple[str, bytes, set[int]]] = {
    "json": ("application/json", b"{}", {415}),
    "no_boundary": ("multipart/form-data", b"x", {415}),
    "boundary_too_long": (f"multipart/form-data; boundary={'a' * 300}", b"x", {415}),
    "no_parts": (FORM, b"x" * 100, {422}),
    "nothing": (FORM, b"", {422}),
    "never_ends": (FORM, b'--abc\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{', {422}),
    "head_of_200_kb": (FORM, b"--abc\r\nX: " + b"a" * 200_000 + b"\r\n\r\n\r\n--abc--\r\n", {413, 422}),
    "name_missing": (FORM, b"--abc\r\nContent-Disposition: form-data\r\n\r\nx\r\n--abc--\r\n", {422}),
    "name_no_text": (FORM, b'--abc\r\nContent-Disposition: form-data; name="\xff\0"\r\n\r\nx\r\n--abc--\r\n', {422}),
    "10000_parts": (
        FORM,
        b'--abc\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' * 10_000 + b"--abc--",
        {422},
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_form(caller: Caller, name: str) -> None:
    content_type, body, statuses = BODIES[name]
    headers: dict[str, str | bytes] = {"Content-Type": content_type}
    answer = caller.ask("public", "PUT", f"/api/v1/memories/{new_id()}", data=body, headers=headers)
    check_problem(answer, caller.language, statuses)


@pytest.mark.parametrize(
    ("fields", "files", "statuses"),
    [
        ({}, {"image": GOOD}, {422}),
        ({"memorial_code": "DEMO-2026"}, {"voice": make_wav()}, {422}),
        ({"memorial_code": "NO-SUCH"}, {"image": GOOD}, {422}),
        ({"memorial_code": b"\xff\0"}, {"image": GOOD}, {422}),
        ({"memorial_code": "DEMO-2026", "memory_id": "../x"}, {"image": GOOD}, {422}),
        ({"memorial_code": "DEMO-2026", "text": "x" * 5001}, {"image": GOOD}, {422}),
        ({"memorial_code": "DEMO-2026", "text": "x" * 100_000}, {"image": GOOD}, {413}),
        ({"memorial_code": "DEMO-2026", "language": "xx"}, {"image": GOOD}, {422}),
        ({"memorial_code": "DEMO-2026", "image_url": "http://127.0.0.1/"}, {"image": GOOD}, {422}),
        ({"memorial_code": "DEMO-2026"}, {"image": b"<svg/>"}, {415}),
        ({"memorial_code": "DEMO-2026"}, {"image": GOOD, "voice": b"<html>"}, {415}),
    ],
    ids=[
        "no_memorial",
        "no_image",
        "unknown_code",
        "code_no_text",
        "id",
        "text",
        "long_text",
        "language",
        "unknown_part",
        "svg",
        "html_voice",
    ],
)
def test_the_short_form_is_as_strict(caller: Caller, fields: Any, files: Any, statuses: set[int]) -> None:
    answer = caller.ask("public", "POST", "/api/v1/p_image", data=fields, files=files)
    check_problem(answer, caller.language, statuses)
