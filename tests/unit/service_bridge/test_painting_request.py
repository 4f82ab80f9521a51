"""What a generator is asked for one capture: the style's words, in a size that its model knows."""

from __future__ import annotations

from typing import Any

import pytest

from service_bridge.workflow.init_image import InitImage
from service_bridge.workflow.painting import build_request

TEMPLATE = {"prompt": "ink", "width": 528, "height": 704, "denoising_strength": 0.4}
IMAGE = InitImage("UE5H", 768, 1024)


def build(engine: str, image: InitImage = IMAGE, **fields: Any) -> dict[str, Any]:
    return build_request(engine, {**TEMPLATE, **fields}, image, 7)


def test_the_capture_and_the_seed_are_put_into_the_styles_request() -> None:
    body = build("painter")
    assert (body["init_images"], body["seed"], body["prompt"], body["denoising_strength"]) == (["UE5H"], 7, "ink", 0.4)


def test_the_painter_paints_in_the_size_of_the_capture() -> None:
    body = build("painter")
    assert (body["width"], body["height"]) == (768, 1024)


@pytest.mark.parametrize(
    ("image", "size"),
    [(IMAGE, (528, 704)), (InitImage("", 480, 640), (480, 640))],
    ids=["reduced", "never enlarged"],
)
def test_a_model_is_asked_for_no_wider_picture_than_the_style_names(image: InitImage, size: tuple[int, int]) -> None:
    body = build("diffusion", image)
    assert (body["width"], body["height"]) == size


def test_without_a_width_a_style_takes_the_captures() -> None:
    body = build_request("diffusion", {"prompt": "ink"}, IMAGE, 7)
    assert (body["width"], body["height"]) == (768, 1024)
