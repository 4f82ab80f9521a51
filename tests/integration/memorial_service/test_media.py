"""Pictures and voices: clean, sized, private, resumable. Fault ids F43, F44."""

from __future__ import annotations

import hashlib
import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import delete, func, select

from boothkit.ids import new_id
from memorial_service.app import build_app
from memorial_service.db.tables import Derivative
from memorial_service.media.schemas import LARGE, SMALL, size_of
from tests.integration.memorial_service import parcels
from tests.integration.memorial_service.conftest import House, TestClient, open_house

GPS = 0x8825


def count_derivatives(house: House) -> int:
    with house.site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Derivative)) or 0


def wait_for_derivatives(house: House, number: int) -> None:
    ends_at = time.monotonic() + 10
    while count_derivatives(house) < number:
        assert time.monotonic() < ends_at, f"{count_derivatives(house)} of {number}"
        time.sleep(0.02)


def tainted_jpeg() -> bytes:
    """A photograph with a place, a camera's name, a comment, a profile, a turned sensor and a script behind it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(GPS)[2] = (37.0, 33.0, 59.0)
    plain = parcels.picture(5, width=800, height=600, exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile")
    return plain + b"<script>SecretTail</script>PK\x03\x04"


def test_f43_f44_what_is_shown_is_rebuilt_from_pixels_and_upright(house: House) -> None:
    content = {"original": tainted_jpeg()}
    memory_id = new_id()
    assert house.put(memory_id, parcels.metadata(house.memorial_id, content), content).status_code == 201
    family = house.family()
    for name, variant in (("original_small", SMALL), ("original_large", LARGE)):
        shown = family.get(f"/media/{memory_id}/{name}")
        assert shown.headers["content-type"] == "image/webp"
        assert b"Secret" not in shown.content
        picture = Image.open(io.BytesIO(shown.content))
        assert picture.size == size_of(600, 800, variant), "upright, and as large as the page announced"
        assert not picture.getexif()
        assert b"digitalCapture" in picture.info["xmp"]


def test_the_untouched_original_is_saved_never_shown(house: House) -> None:
    content = {"original": tainted_jpeg()}
    memory_id = new_id()
    house.put(memory_id, parcels.metadata(house.memorial_id, content), content)
    answer = house.family().get(f"/media/{memory_id}/original")
    assert answer.content == content["original"]
    assert answer.headers["content-disposition"] == 'attachment; filename="memory-2026-03-01-original.jpg"'
    assert "sandbox" in answer.headers["content-security-policy"]


def test_the_saved_picture_is_the_file_that_the_booth_sealed(house: House) -> None:
    memory_id = house.add_memory(3)
    answer = house.family().get(f"/media/{memory_id}/picture")
    assert answer.content == parcels.files(3)["picture"]
    assert answer.headers["content-disposition"] == 'attachment; filename="memory-2026-03-01-picture.png"'


@pytest.mark.parametrize(
    ("is_ai_generated", "word"),
    [(True, b"compositeWithTrainedAlgorithmicMedia"), (False, b"algorithmicallyEnhanced")],
)
def test_the_label_travels_in_the_shown_file(house: House, is_ai_generated: bool, word: bytes) -> None:
    content = parcels.files(4)
    document = parcels.metadata(house.memorial_id, content)
    document["files"]["picture"]["is_ai_generated"] = is_ai_generated
    memory_id = new_id()
    house.put(memory_id, document, content)
    assert word in house.family().get(f"/media/{memory_id}/picture_large").content


def test_a_voice_can_be_played_from_the_middle(house: House) -> None:
    memory_id = house.add_memory(1)
    family = house.family()
    whole = family.get(f"/media/{memory_id}/voice")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.headers["content-disposition"] == "inline"
    part = family.get(f"/media/{memory_id}/voice", headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"


def test_addresses_on_the_page_are_kept_by_the_browser_others_are_asked_again(house: House) -> None:
    memory_id = house.add_memory(1)
    family = house.family()
    page = family.get(f"/m/{house.memorial_id}/memory/{memory_id}").text
    address = page.partition('<img src="')[2].partition('"')[0]
    kept = family.get(address)
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    asked = family.get(address.partition("?")[0])
    assert asked.headers["cache-control"] == "private, no-cache"
    again = family.get(address.partition("?")[0], headers={"If-None-Match": asked.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["", "picture_huge", "metadata", "..", "voice.mp3"])
def test_other_names_do_not_exist(shared_house: House, name: str) -> None:
    memory_id = shared_house.add_memory(hash(name) % 100)
    assert shared_house.family().get(f"/media/{memory_id}/{name}").status_code == 404


def test_nginx_sends_the_file_when_it_is_there(tmp_path: Path) -> None:
    with open_house(tmp_path / "site", media={"accel": True, "image_workers": 1}) as house:
        content = {"original": parcels.picture(1)}
        memory_id = new_id()
        receipt = house.put(memory_id, parcels.metadata(house.memorial_id, content), content).json()
        sha256 = receipt["stored"]["original"]
        answer = house.family().get(f"/media/{memory_id}/original")
        assert answer.headers["x-accel-redirect"] == f"/_media/{sha256[:2]}/{sha256}"
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.content == b""
        assert (house.site.blobs.root / sha256[:2] / sha256).read_bytes() == content["original"]


def test_smaller_pictures_are_made_soon_after_arrival_and_once(house: House) -> None:
    memory_id = house.add_memory(1)
    wait_for_derivatives(house, 4)
    family = house.family()
    for name in ("picture_small", "picture_large", "original_small", "original_large"):
        assert family.get(f"/media/{memory_id}/{name}").status_code == 200
    assert count_derivatives(house) == 4


def test_what_a_killed_service_left_undone_is_made_at_the_next_start(house: House) -> None:
    house.add_memory(1)
    wait_for_derivatives(house, 4)
    with house.site.database.writing() as session:
        session.execute(delete(Derivative))
    with TestClient(build_app(house.site.settings)):
        wait_for_derivatives(house, 4)


def test_f13_one_damaged_file_does_not_keep_the_others_from_being_made(house: House) -> None:
    damaged, sound = house.add_memory(1), house.add_memory(2)
    wait_for_derivatives(house, 8)
    for seed in (1, 2):
        path = house.site.blobs.path_of(hashlib.sha256(parcels.files(seed)["original"]).hexdigest())
        path.write_bytes(b"flipped" if seed == 1 else path.read_bytes())
    with house.site.database.writing() as session:
        session.execute(delete(Derivative))
    with TestClient(build_app(house.site.settings)):
        wait_for_derivatives(house, 4)
    family = house.family()
    assert family.get(f"/media/{damaged}/original_small").status_code == 500
    assert family.get(f"/media/{sound}/original_small").status_code == 200


def test_a_lost_derivative_is_made_again_when_it_is_asked_for(house: House) -> None:
    memory_id = house.add_memory(1)
    wait_for_derivatives(house, 4)
    family = house.family()
    first = family.get(f"/media/{memory_id}/picture_small")
    house.site.blobs.delete(first.headers["etag"].strip('"'))
    assert family.get(f"/media/{memory_id}/picture_small").content == first.content


def test_a_lost_original_is_an_honest_error_page_and_the_others_stay(house: House) -> None:
    lost, kept = house.add_memory(1), house.add_memory(2)
    wait_for_derivatives(house, 8)
    family = house.family()
    house.site.blobs.delete(family.get(f"/media/{lost}/original").headers["etag"].strip('"'))
    assert family.get(f"/media/{lost}/original").status_code == 500
    assert family.get(f"/media/{kept}/original").status_code == 200
    assert family.get(f"/m/{house.memorial_id}").status_code == 200


@pytest.mark.parametrize(
    "size", [(64, 64), (480, 300), (481, 700), (1201, 801), (300, 3000), (3000, 300), (1999, 3001)]
)
def test_pages_announce_the_size_that_the_file_will_have(shared_house: House, size: tuple[int, int]) -> None:
    content = {"original": parcels.picture(9, width=size[0], height=size[1])}
    memory_id = new_id()
    shared_house.put(memory_id, parcels.metadata(shared_house.memorial_id, content), content)
    family = shared_house.family()
    for variant in (SMALL, LARGE):
        shown = Image.open(io.BytesIO(family.get(f"/media/{memory_id}/original_{variant.name}").content))
        announced = size_of(*size, variant)
        assert shown.size == announced
        assert shown.width <= variant.width_px


def test_a_photograph_of_nearly_the_largest_size_is_taken(house: House) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1900, 1900, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG", compress_level=0)
    content = {"original": file.getvalue()}
    assert 10_000_000 < len(content["original"]) < 12 << 20
    document = parcels.metadata(house.memorial_id, content)
    document["files"]["original"]["media_type"] = "image/png"
    assert house.put(new_id(), document, content).status_code == 201
