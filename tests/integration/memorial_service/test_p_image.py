"""The short form: image, text and voice, with nothing else needed."""

from __future__ import annotations

from typing import Any

import pytest

from boothkit.ids import is_id, new_id
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House


def send(house: House, **parts: Any) -> Any:
    form = {name: (name, value) if isinstance(value, bytes) else (None, value) for name, value in parts.items()}
    return house.client.post("/api/v1/p_image", files=form, headers=house.booth.headers)


def test_image_text_and_voice_become_one_memory(house: House) -> None:
    image, voice = parcels.picture(1), parcels.wav(2.0)
    answer = send(
        house,
        image=image,
        text="보고 싶습니다",
        voice=voice,
        memorial_code="kim-2026",
        sender_name="박민준",
        language="ko",
    )
    assert answer.status_code == 201
    memory_id = answer.json()["memory_id"]
    assert is_id(memory_id) and memory_id[14] == "8"
    family = house.family()
    page = family.get(f"/m/{house.memorial_id}/memory/{memory_id}").text
    assert "보고 싶습니다" in page and "박민준" in page
    assert family.get(f"/media/{memory_id}/original").content == image
    assert family.get(f"/media/{memory_id}/voice").content == voice


def test_the_same_again_is_the_same_memory_and_other_content_another(house: House) -> None:
    image = parcels.picture(1)
    first = send(house, image=image, text="하나", memorial_id=house.memorial_id)
    again = send(house, image=image, text="하나", memorial_id=house.memorial_id)
    assert (again.status_code, again.json()) == (200, first.json())
    other = send(house, image=image, text="둘", memorial_id=house.memorial_id)
    assert other.status_code == 201
    assert other.json()["memory_id"] != first.json()["memory_id"]


def test_an_own_id_is_kept_and_guarded(house: House) -> None:
    memory_id = new_id()
    image = parcels.picture(2)
    assert send(house, image=image, memorial_id=house.memorial_id, memory_id=memory_id).json()["memory_id"] == memory_id
    assert send(house, image=image, memorial_id=house.memorial_id, memory_id=memory_id).status_code == 200
    assert send(house, image=image, text="x", memorial_id=house.memorial_id, memory_id=memory_id).status_code == 409


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"text": "ohne Bild"}, 422),
        ({"image": b"GIF89a"}, 415),
        ({"image": parcels.picture(1), "voice": b"fLaC"}, 415),
        ({"image": parcels.picture(1), "memory_id": "../x"}, 422),
        ({"image": parcels.picture(1), "language": "xx"}, 422),
        ({"image": parcels.picture(1), "text": "가" * 5001}, 422),
        ({"image": parcels.picture(1), "text": b"\xff\xfe"}, 422),
        ({"image": parcels.picture(1), "url": "http://169.254.169.254/"}, 422),
        ({"image": parcels.picture(1), "memorial_id": "nothing"}, 422),
    ],
    ids=["no_image", "gif", "flac", "id", "language", "long", "utf16", "unknown_part", "memorial"],
)
def test_what_the_short_form_refuses(shared_house: House, parts: dict[str, Any], status: int) -> None:
    assert send(shared_house, **({"memorial_id": shared_house.memorial_id} | parts)).status_code == status


def test_a_memorial_must_be_named(shared_house: House) -> None:
    assert send(shared_house, image=parcels.picture(1)).status_code == 422
    assert send(shared_house, image=parcels.picture(1), memorial_code="NOBODY").status_code == 422
