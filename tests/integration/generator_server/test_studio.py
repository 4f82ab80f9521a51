"""/v1: transfers, cut-outs, scenes, learnt styles and clips, as a client sees them."""

from __future__ import annotations

import base64
import io
import subprocess
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from PIL import Image

import painter
from boothkit.waiting import wait_until
from tests.integration.generator_server.server import RunningGenerator, make_body, make_photo, read_picture

IN_ENGLISH = {"Accept-Language": "en"}


def encode(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def make_exemplars(number: int) -> list[str]:
    """Pictures of blotches in reds and blues, each another one."""
    generator = np.random.default_rng(4)
    pictures = []
    for _ in range(number):
        small = generator.integers(0, 255, (12, 12, 3), dtype=np.uint8)
        small[..., 1] //= 3
        pictures.append(encode(np.asarray(Image.fromarray(small).resize((160, 200), Image.Resampling.BICUBIC))))
    return pictures


PHOTO = base64.b64encode(make_photo()).decode()
NAMES = {
    "name": {"ko": "얼룩", "en": "Blotches"},
    "description": {"ko": "붉고 푸른 얼룩", "en": "Blotches in red and blue"},
    "source": {"author": "The test", "licence": "CC0-1.0", "training_data": "Made by a program."},
}


def expect_problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert problem["type"].endswith(code)
    return problem


def test_a_photograph_is_painted_after_another_picture(generator: RunningGenerator) -> None:
    body = {"photo": PHOTO, "exemplar": make_exemplars(1)[0], "strength": 1.0, "seed": 5}
    answers = [generator.post("/v1/transfers", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text[:300]
    pictures = [np.asarray(read_picture(answer.json()["image"])) for answer in answers]
    assert pictures[0].shape == (256, 192, 3)
    assert np.array_equal(*pictures)
    untouched = generator.post("/v1/transfers", {**body, "strength": 0.0}).json()["image"]
    original = np.asarray(Image.open(io.BytesIO(make_photo())))
    far, near = (np.abs(np.asarray(p, float) - original).mean() for p in (pictures[0], read_picture(untouched)))
    assert near < far / 3


def test_a_landscape_comes_from_words_and_says_which_it_read(generator: RunningGenerator) -> None:
    body = {"description": "눈이 내리는 밤바다 with a moon and xylophones", "width": 256, "height": 192, "seed": 1}
    answer = generator.post("/v1/scenes", body)
    assert answer.status_code == 200, answer.text[:300]
    scene = answer.json()
    assert read_picture(scene["image"]).size == (256, 192)
    assert scene["scene"]["place"] == "sea"
    assert scene["scene"]["time"] == "night"
    assert scene["scene"]["weather"] == "snow"
    assert "xylophones" in scene["unknown"]
    assert scene["understood"]


def test_a_letter_gets_a_landscape_that_suits_it(generator: RunningGenerator) -> None:
    body = {"letter": "엄마, 벚꽃이 필 때마다 함께 걷던 길이 생각나요.", "width": 128, "height": 128}
    scene = generator.post("/v1/scenes", body).json()
    assert scene["scene"]["season"] == "spring"
    assert (scene["understood"], scene["unknown"]) == ([], [])


def make_booth() -> tuple[list[str], str]:
    """Pictures of an empty booth and one with the sample visitor's head before the same backdrop."""
    generator = np.random.default_rng(2)
    ramp = np.linspace(120, 150, 256)[:, None, None] * np.array([1.0, 0.98, 0.94])
    empty = np.broadcast_to(ramp, (256, 192, 3))
    frames = [np.clip(empty + generator.normal(0, 2, empty.shape), 0, 255).astype(np.uint8) for _ in range(6)]
    person = np.asarray(Image.open(io.BytesIO(make_photo())), float)
    y, x = np.mgrid[:256, :192]
    inside = ((((x - 96) / 60) ** 2 + ((y - 150) / 105) ** 2) < 1)[..., None]
    visit = np.where(inside, person, empty) + generator.normal(0, 2, empty.shape)
    return [encode(frame) for frame in frames], encode(np.clip(visit, 0, 255).astype(np.uint8))


def test_a_visitor_is_cut_out_of_the_booth_and_set_elsewhere(generator: RunningGenerator) -> None:
    frames, visit = make_booth()
    cut = generator.post("/v1/cut-outs", {"photo": visit, "empty_frames": frames})
    assert cut.status_code == 200, cut.text[:300]
    assert (cut.json()["method"], cut.json()["is_rough"]) == ("reference", False)
    alpha = np.asarray(read_picture(cut.json()["image"]))[..., 3]
    assert alpha[150, 96] > 240
    assert alpha[5, 5] < 10
    backdrop = np.zeros((256, 192, 3), np.uint8)
    backdrop[..., 1] = 90
    placed = generator.post("/v1/cut-outs", {"photo": visit, "empty_frames": frames, "backdrop": encode(backdrop)})
    picture = np.asarray(read_picture(placed.json()["image"]), int)
    assert picture.shape == (256, 192, 3)
    assert abs(picture[5, 5] - (0, 90, 0)).max() < 12


def test_an_empty_booth_has_nobody_to_cut_out(generator: RunningGenerator) -> None:
    frames, _ = make_booth()
    answer = generator.post("/v1/cut-outs", {"photo": frames[0], "empty_frames": frames}, headers=IN_ENGLISH)
    assert expect_problem(answer, 422, "cannot_generate")["detail"]


@pytest.mark.parametrize("number", [1, 4])
def test_a_style_is_learnt_offered_painted_and_forgotten(generator: RunningGenerator, number: int) -> None:
    style_id = f"blotches_{number}"
    body = {**NAMES, "style_id": style_id, "pictures": make_exemplars(number)}
    learnt = generator.post("/v1/learnt-styles", body)
    assert learnt.status_code == 201, learnt.text[:400]
    assert all(colour.startswith("#") and len(colour) == 7 for colour in learnt.json()["palette"])
    offered = {style["style_id"]: style for style in generator.get("/v1/styles").json()}
    request = {**offered[style_id]["requests"]["painter"], **make_body(), "override_settings": {}}
    request["override_settings"] = offered[style_id]["requests"]["painter"]["override_settings"]
    painted = generator.post("/sdapi/v1/img2img", request)
    assert painted.status_code == 200, painted.text[:400]
    assert read_picture(painted.json()["images"][0]).size == (192, 256)
    assert generator.get(f"/v1/styles/{style_id}/sample").status_code == 200
    expect_problem(generator.post("/v1/learnt-styles", body), 409, "style_exists")
    assert requests.delete(f"{generator.url}/v1/learnt-styles/{style_id}", timeout=9).status_code == 204
    assert style_id not in {style["style_id"] for style in generator.get("/v1/styles").json()}


def test_shipped_styles_stay(generator: RunningGenerator) -> None:
    answer = requests.delete(f"{generator.url}/v1/learnt-styles/watercolour", timeout=9)
    expect_problem(answer, 404, "style_not_found")
    body = {**NAMES, "style_id": "watercolour", "pictures": make_exemplars(1)}
    expect_problem(generator.post("/v1/learnt-styles", body), 409, "style_exists")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/transfers", {"photo": PHOTO}),
        ("/v1/transfers", {"photo": PHOTO, "exemplar": PHOTO, "strength": 2}),
        ("/v1/transfers", {"photo": PHOTO, "exemplar": PHOTO, "strenght": 0.5}),
        ("/v1/scenes", {}),
        ("/v1/scenes", {"description": "sea", "letter": "too"}),
        ("/v1/scenes", {"description": "sea", "style": "crayon"}),
        ("/v1/scenes", {"description": "sea", "width": 9000}),
        ("/v1/learnt-styles", {**NAMES, "style_id": "../etc", "pictures": [PHOTO]}),
        ("/v1/learnt-styles", {**NAMES, "style_id": "nothing", "pictures": []}),
        ("/v1/cut-outs", {"photo": "aGVsbG8="}),
        ("/v1/cut-outs", {"photo": "https://example.org/photo.jpg"}),
        ("/v1/clips?style=watercolour", None),
    ],
)
def test_bad_input_is_a_problem_in_words(generator: RunningGenerator, path: str, body: Any) -> None:
    answer = generator.post(path, body, headers=IN_ENGLISH)
    assert answer.status_code in {404, 415, 422}, answer.text[:300]
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["title"]


def make_gif(frames: int = 6) -> bytes:
    photo = painter.sample_portrait()[200:700, 100:600]
    pictures = [Image.fromarray(photo[shift : shift + 400, :400]).resize((96, 96)) for shift in range(0, frames * 4, 4)]
    buffer = io.BytesIO()
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return buffer.getvalue()


def test_an_animated_picture_is_painted_frame_by_frame(generator: RunningGenerator) -> None:
    query = {"style": "watercolour", "format": "webp"}
    answer = requests.post(f"{generator.url}/v1/clips", params=query, data=make_gif(), timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["Content-Type"] == "image/webp"
    clip = Image.open(io.BytesIO(answer.content))
    assert (clip.size, clip.n_frames) == ((96, 96), 6)  # type: ignore[attr-defined]


def test_a_video_comes_back_as_a_video(generator: RunningGenerator, tmp_path: Path) -> None:
    (tmp_path / "in.gif").write_bytes(make_gif())
    made = ["ffmpeg", "-v", "error", "-i", "in.gif", "-f", "lavfi", "-i", "sine=440:d=0.6", "-shortest", "in.mp4"]
    subprocess.run(made, cwd=tmp_path, check=True)
    query = {"style": "watercolour", "format": "mp4"}
    data = (tmp_path / "in.mp4").read_bytes()
    answer = requests.post(f"{generator.url}/v1/clips", params=query, data=data, timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    (tmp_path / "out.mp4").write_bytes(answer.content)
    probe = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", "out.mp4"]
    kinds = subprocess.run(probe, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(kinds) == ["audio", "video"]


def test_a_long_clip_keeps_no_visitor_waiting_and_can_be_stopped(generator: RunningGenerator) -> None:
    answers: list[requests.Response] = []

    def ask() -> None:
        query = {"style": "watercolour", "format": "webp", "task_id": "long-clip"}
        answers.append(requests.post(f"{generator.url}/v1/clips", params=query, data=make_gif(60), timeout=120))

    asking = threading.Thread(target=ask)
    asking.start()
    body = {"id_task": "long-clip"}
    wait_until(lambda: generator.post("/internal/progress", body).json()["progress"], "progress")
    assert generator.post("/sdapi/v1/img2img", make_body()).status_code == 200
    assert generator.post("/internal/progress", body).json()["active"]
    assert requests.delete(f"{generator.url}/v1/generations/long-clip", timeout=9).status_code == 204
    asking.join(60)
    expect_problem(answers[0], 409, "generation_cancelled")
