"""Annotators through the web UI's API, asked by the widespread Python client: lists, detection, drawn units."""

from __future__ import annotations

import base64
import io
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import webuiapi
from PIL import Image

from tests.integration.generator_server.server import RunningGenerator, make_photo, read_picture

WEIGHTLESS = ["canny", "lineart_standard", "scribble_xdog", "softedge_gradient", "invert"]


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.open(io.BytesIO(make_photo(96, 128, "PNG"))).convert("RGB")


def ask_to_detect(tiny: RunningGenerator, **fields: Any) -> Any:
    return tiny.post("/controlnet/detect", fields)


def test_what_is_ready_is_listed_and_nothing_else(tiny: RunningGenerator, api: webuiapi.WebUIApi) -> None:
    assert api.controlnet_module_list() == ["none", *WEIGHTLESS, "vitpose"]
    details = tiny.get("/controlnet/module_list").json()["module_detail"]
    resolution, low, high = details["canny"]["sliders"]
    assert (resolution["value"], low["name"], high["value"], high["max"]) == (512, "Low Threshold", 200, 255)
    assert details["vitpose"]["licence"] == "Apache-2.0"
    assert details["none"]["sliders"] == []


@pytest.mark.parametrize("module", [*WEIGHTLESS, "vitpose"])
def test_the_client_gets_each_map(module: str, api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    result = api.controlnet_detect([photo], module=module, processor_res=96)
    assert result.info == "Success"
    assert result.image.size == (96, 128)
    assert np.ptp(np.asarray(result.image)) > 100


def test_both_names_of_the_pictures_are_understood_and_prefixes_too(tiny: RunningGenerator) -> None:
    encoded = base64.b64encode(make_photo(96, 96, "PNG")).decode()
    answers = [
        ask_to_detect(tiny, controlnet_module="canny", **{name: [prefix + encoded] * 2}).json()
        for name, prefix in (("controlnet_images", ""), ("controlnet_input_images", "data:image/png;base64,"))
    ]
    assert answers[0] == answers[1]
    assert answers[0]["info"] == "Success"
    assert [read_picture(image).size for image in answers[0]["images"]] == [(512, 512)] * 2
    assert answers[0]["remarks"] == ["", ""]


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"controlnet_module": "canny"}, "No image selected"),
        (
            {"controlnet_module": "fancy", "controlnet_images": ["x"]},
            "Module not available: There is no annotator fancy",
        ),
        ({"controlnet_module": "openpose", "controlnet_images": ["x"]}, "non-commercial research only"),
        ({"controlnet_module": "depth_leres", "controlnet_images": ["x"]}, "depth_leres needs"),
        ({"controlnet_module": "canny", "controlnet_images": ["not a picture"]}, "Invalid encoded image"),
        ({"controlnet_module": "canny", "controlnet_images": ["http://x/y.png"]}, "not fetched"),
        ({"controlnet_module": "canny", "controlnet_images": ["x"] * 9}, "At most 8 pictures"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(fields: dict[str, Any], detail: str, tiny: RunningGenerator) -> None:
    answer = ask_to_detect(tiny, **fields)
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]


def test_pose_annotators_tell_whom_they_found_and_others_do_not(tiny: RunningGenerator) -> None:
    encoded = base64.b64encode(make_photo(96, 128, "PNG")).decode()
    wish = {"controlnet_input_images": [encoded, encoded], "controlnet_processor_res": 96}
    answer = ask_to_detect(tiny, controlnet_module="vitpose", **wish).json()
    first, second = answer["poses"]
    assert first == second
    assert (first["canvas_width"], first["canvas_height"]) == (96, 128)
    assert [len(person["pose_keypoints_2d"]) for person in first["people"]] == [54] * len(first["people"])
    assert len(first["people"]) >= 1
    assert "poses" not in ask_to_detect(tiny, controlnet_module="canny", **wish).json()
    drawn = tiny.post("/controlnet/render_openpose_json", [first]).json()
    assert drawn["info"] == "Success"
    assert np.array_equal(np.asarray(read_picture(drawn["images"][0])), np.asarray(read_picture(answer["images"][0])))


def test_poses_that_cannot_be_drawn_are_refused_in_the_web_uis_shape(tiny: RunningGenerator) -> None:
    assert tiny.post("/controlnet/render_openpose_json", []).json()["info"] == "No pose data detected."
    person = {"pose_keypoints_2d": [1, 2, 1]}
    for wrong in ({"people": [person], "canvas_width": 64, "canvas_height": 64}, {"people": []}):
        answer = tiny.post("/controlnet/render_openpose_json", [wrong])
        assert answer.status_code == 422
        assert set(answer.json()) == {"error", "detail", "body", "errors"}


def test_control_types_and_settings_are_told(tiny: RunningGenerator) -> None:
    types = tiny.get("/controlnet/control_types").json()["control_types"]
    assert types["All"]["module_list"] == ["none", *WEIGHTLESS, "vitpose"]
    assert types["All"]["model_list"][0] == "None"
    assert tiny.get("/controlnet/settings").json() == {"control_net_unit_count": 10}


def test_a_blank_picture_is_no_black_map(api: webuiapi.WebUIApi) -> None:
    with pytest.raises(RuntimeError, match="control_map_empty"):
        api.controlnet_detect([Image.new("RGB", (96, 96), "white")], module="canny")


def test_units_are_drawn_by_their_annotators(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    """A unit with a module makes the same picture as one with that module's map made before."""

    def paint(module: str, image: Image.Image) -> np.ndarray[Any, Any]:
        unit = webuiapi.ControlNetUnit(image=image, module=module, model="first", processor_res=64)
        made = api.img2img(
            images=[photo], prompt="a portrait", seed=3, width=96, height=128, controlnet_units=[unit], steps=3
        )
        return np.asarray(made.image)

    drawn = api.controlnet_detect([photo], module="softedge_gradient", processor_res=64).image
    assert np.array_equal(paint("softedge_gradient", photo), paint("none", drawn))
    assert not np.array_equal(paint("softedge_gradient", photo), paint("none", photo))


def test_three_units_with_three_annotators_in_one_request(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    units = [
        webuiapi.ControlNetUnit(module=module, model=model, processor_res=96)
        for module, model in (("vitpose", "first"), ("lineart_standard", "second"), ("canny", "third"))
    ]
    pictures = [
        np.asarray(
            api.img2img(images=[photo], seed=3, width=96, height=128, controlnet_units=units[:count], steps=3).image
        )
        for count in (1, 2, 3)
    ]
    assert not any(np.array_equal(first, second) for first, second in pairwise(pictures))


def test_a_unit_with_a_module_that_is_not_ready_is_refused_with_the_reason(
    api: webuiapi.WebUIApi, photo: Image.Image
) -> None:
    unit = webuiapi.ControlNetUnit(image=photo, module="mlsd", model="first")
    with pytest.raises(RuntimeError, match="mlsd needs"):
        api.img2img(images=[photo], width=96, height=128, controlnet_units=[unit])


def test_without_such_an_engine_there_are_no_annotators(generator: RunningGenerator) -> None:
    answer = generator.post("/controlnet/detect", {"controlnet_module": "canny", "controlnet_images": ["x"]})
    assert answer.status_code == 422
    assert "Module not available" in answer.json()["detail"]
