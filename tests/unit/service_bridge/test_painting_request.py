"""What a generator is asked for one capture: the style's words, in a size that its model knows, by which engine."""

from __future__ import annotations

import pytest

from service_bridge.workflow.init_image import InitImage
from service_bridge.workflow.painting import build_request, leave_broken

FREE = {"prompt": "ink", "denoising_strength": 0.4}
LIMITED = {**FREE, "width": 528, "height": 704}
IMAGE = InitImage("UE5H", 768, 1024)


def test_the_capture_and_the_seed_are_put_into_the_styles_request() -> None:
    body = build_request(FREE, IMAGE, 7)
    assert (body["init_images"], body["seed"], body["prompt"], body["denoising_strength"]) == (["UE5H"], 7, "ink", 0.4)


def test_without_a_width_a_style_takes_the_captures() -> None:
    body = build_request(FREE, IMAGE, 7)
    assert (body["width"], body["height"]) == (768, 1024)


@pytest.mark.parametrize(
    ("image", "size"),
    [(IMAGE, (528, 704)), (InitImage("", 480, 640), (480, 640))],
    ids=["reduced", "never enlarged"],
)
def test_no_wider_picture_is_asked_for_than_the_style_names(image: InitImage, size: tuple[int, int]) -> None:
    body = build_request(LIMITED, image, 7)
    assert (body["width"], body["height"]) == size


@pytest.mark.parametrize(
    ("broken", "left"),
    [(None, ["diffusion", "painter"]), ("diffusion", ["painter"]), ("painter", ["diffusion", "painter"])],
)
def test_an_engine_whose_program_ended_is_left_for_the_next_one_as_long_as_there_is_one(
    broken: str | None, left: list[str]
) -> None:
    assert leave_broken(["diffusion", "painter"], broken) == left
    assert leave_broken(["diffusion"], broken) == ["diffusion"]
