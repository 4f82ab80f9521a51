"""What the widespread client asks beside pictures: words, cut-outs, ControlNet's old paths; and every path it knows."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import webuiapi
from PIL import Image

import painter
from tests.integration.generator_server.server import RunningGenerator, read_picture
from tests.integration.generator_server.tiny_requests import differ, make_units, small
from tests.unit.generator_server.diffusion.words.tiny_gpt import WORDS
from tests.unit.lora_training.dataset.tiny_blip import WORDS as CAPTION_WORDS

ERROR_KEYS = {"error", "detail", "body", "errors"}
# Paths of extensions that are not here: as with a web UI without them, the answer is a 404.
NOT_HERE = {
    ("GET", "/model_keyword/get_keywords"),
    ("POST", "/instruct-pix2pix/img2img"),
    ("GET", "/sam/heartbeat"),
    ("GET", "/sam/sam-model"),
    ("POST", "/sam/sam-predict"),
    ("POST", "/sam/dino-predict"),
    ("POST", "/sam/dilate-mask"),
    ("POST", "/sam/controlnet-seg"),
    ("POST", "/sam/category-mask"),
    ("POST", "/tagger/v1/interrogate"),
    ("GET", "/tagger/v1/interrogators"),
}
# The client's functions that are given a whole address, and those that are given a path; with the method that follows.
BY_ADDRESS = {"get": "GET", "post": "POST", "post_and_get_api_result": "POST"}
BY_PATH = {"custom_get": "GET", "custom_post": "POST", "get_endpoint": "POST"}
BASE = "{self.baseurl}/"


def read_source() -> str:
    return inspect.getsource(sys.modules[webuiapi.WebUIApi.__module__])


def list_calls() -> list[tuple[str, str]]:
    """Method and path of every request that the client's source sends, as often as it is written there."""
    functions = [node for node in ast.walk(ast.parse(read_source())) if isinstance(node, ast.FunctionDef)]
    return [call for function in functions if function.name not in BY_PATH for call in read_calls(function)]


def read_calls(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "url")]
        if name in BY_PATH:
            yield BY_PATH[name], f"/{ast.literal_eval(given[0])}"
        elif name in BY_ADDRESS and given and BASE in ast.unparse(given[0]):
            yield BY_ADDRESS[name], "/sdapi/v1/" + ast.unparse(given[0]).partition(BASE)[2].strip("'\"")


def test_the_clients_source_is_read_in_full() -> None:
    """Where the client comes to write its requests in another way, they have to be read here in another way."""
    calls, source = list_calls(), read_source()
    by_address = [path for _, path in calls if path.startswith("/sdapi/")]
    # The last one puts together what its callers name.
    assert len(by_address) == source.count(BASE) - 1 == 30
    names = re.findall(r"\.(custom_get|custom_post|get_endpoint)\(", source)
    passed_on = re.findall(r"\.get_endpoint\(endpoint, ", source)
    assert len(calls) - len(by_address) == len(names) - len(passed_on)


def test_every_path_of_the_client_is_served_or_known_not_to_be(tiny: RunningGenerator) -> None:
    served = {
        (method.upper(), path)
        for path, methods in tiny.get("/openapi.json").json()["paths"].items()
        for method in methods
    }
    calls = set(list_calls())
    assert calls - served == NOT_HERE
    for method, path in sorted(NOT_HERE):
        answer = tiny.post(path, {}) if method == "POST" else tiny.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, "Not Found"), path
        assert set(answer.json()) == ERROR_KEYS


def test_artists_are_none(api: webuiapi.WebUIApi) -> None:
    assert (api.get_artists(), api.get_artist_categories()) == ([], [])


def test_a_picture_is_described(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    said = api.interrogate(photo)
    assert said.info == said.json["caption"]
    assert set(said.info.split()) <= set(CAPTION_WORDS)
    assert api.interrogate(photo).info == said.info
    with pytest.raises(RuntimeError, match=r"deepdanbooru\. Pictures are described by clip"):
        api.interrogate(photo, model="deepdanbooru")
    with pytest.raises(RuntimeError, match="Invalid encoded image"):
        api.interrogate("no picture")


def test_prompts_are_written_and_listed(api: webuiapi.WebUIApi, tiny: RunningGenerator) -> None:
    assert api.list_prompt_gen_models() == ["tiny"]
    prompts = api.prompt_gen("AUTOMATIC/tiny", 2, 3, "calm light", min_length=4, max_length=10, sampling_mode="Top P")
    assert len(prompts) == 6
    assert all(prompt.startswith("calm light") and set(prompt.split()) <= set(WORDS) for prompt in prompts)
    wish = {"model_name": "tiny", "max_length": 30, "batch_size": 2}
    first = tiny.post("/promptgen/generate", wish).json()
    assert first != tiny.post("/promptgen/generate", wish).json()
    assert first == tiny.post("/promptgen/generate", {**wish, "seed": first["seed"]}).json()


@pytest.mark.parametrize(
    ("wish", "status", "words"),
    [
        ({"model_name": "AUTOMATIC/promptgen-lexart"}, 404, "There are tiny"),
        ({"num_beams": 2}, 422, "no beam search"),
        ({"batch_count": 11, "batch_size": 10}, 422, "One request may ask for 100 prompts"),
        ({"min_length": 60, "max_length": 50}, 422, "min_length is larger"),
        ({"max_length": 4000}, 422, "max_length"),
        ({"sampling_mode": "Top Z"}, 422, "Top K"),
    ],
)
def test_prompts_that_cannot_be_written_are_refused(
    wish: dict[str, Any], status: int, words: str, api: webuiapi.WebUIApi
) -> None:
    with pytest.raises(RuntimeError, match=words) as caught:
        api.prompt_gen(**{"model_name": "tiny", **wish})
    assert caught.value.args[0] == status


def test_without_a_folder_of_models_the_operator_is_told(generator: RunningGenerator) -> None:
    assert generator.get("/promptgen/list_models").json() == {"available_models": []}
    for path, body in (("/sdapi/v1/interrogate", {"image": "x"}), ("/promptgen/generate", {})):
        answer = generator.post(path, body)
        assert (answer.status_code, set(answer.json())) == (404, ERROR_KEYS)
        assert "[generator.diffusion] models" in answer.json()["detail"]


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return Image.fromarray(painter.sample_portrait()).resize((192, 256))


@pytest.fixture
def rembg(api: webuiapi.WebUIApi) -> webuiapi.RemBGInterface:
    return webuiapi.RemBGInterface(api)


def test_people_are_freed_from_their_background(rembg: webuiapi.RemBGInterface, portrait: Image.Image) -> None:
    cut = rembg.rembg(portrait).image
    assert (cut.mode, cut.size) == ("RGBA", portrait.size)
    alpha = np.asarray(cut)[..., 3]
    matte = painter.cut_out(np.asarray(portrait))
    assert np.array_equal(alpha, np.rint(matte.alpha * 255).astype(np.uint8))
    mask = rembg.rembg(portrait, model="isnet-general-use", return_mask=True, alpha_matting=True).image
    assert mask.mode == "L"
    assert np.array_equal(np.asarray(mask), alpha)


def test_the_model_none_changes_nothing(rembg: webuiapi.RemBGInterface, portrait: Image.Image) -> None:
    for name in ("None", ""):
        assert not differ(rembg.rembg(portrait, model=name).image, portrait)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"model": "isnet-anime"}, "no model isnet-anime"),
        ({"alpha_matting": True, "alpha_matting_erode_size": 3}, "cannot be set"),
        ({"input_image": Image.new("RGB", (96, 128), "grey")}, "a face is needed"),
    ],
)
def test_what_cannot_be_freed_is_refused(
    wish: dict[str, Any], words: str, rembg: webuiapi.RemBGInterface, portrait: Image.Image
) -> None:
    with pytest.raises(RuntimeError, match=words) as caught:
        rembg.rembg(**{"input_image": portrait, **wish})
    assert caught.value.args[0] == 422


def test_thresholds_of_an_edge_that_was_not_asked_for_change_nothing(
    rembg: webuiapi.RemBGInterface, portrait: Image.Image
) -> None:
    assert not differ(rembg.rembg(portrait).image, rembg.rembg(portrait, alpha_matting_erode_size=3).image)


def test_the_old_paths_of_controlnet_make_the_same_pictures(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    old = webuiapi.ControlNetInterface(api, show_deprecation_warning=False)
    assert old.model_list() == api.controlnet_model_list()
    wish = small(steps=3, sampler_index="Euler a", controlnet_image=[photo], controlnet_model="first")
    unit = make_units(photo, resize_mode="Crop and Resize", control_mode=2, weight=0.5)[0]
    today = api.txt2img(**small(), controlnet_units=[unit])
    assert not differ(old.txt2img(**wish).image, today.image)
    assert differ(old.txt2img(**{**wish, "controlnet_model": ""}).image, today.image)
    again = api.img2img([photo], **small(), denoising_strength=0.7, controlnet_units=[unit])
    assert not differ(old.img2img([photo], **wish, controlnet_weight=0.5).image, again.image)
    with pytest.raises(RuntimeError, match="have no masks"):
        old.txt2img(**wish, controlnet_mask=[photo])


def test_the_old_paths_take_lists_of_units(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    wish = {**small(), "controlnet_units": make_units(photo)[:2]}
    for ask in (api.txt2img, functools.partial(api.img2img, [photo])):
        old, today = (ask(**wish, alwayson_scripts={}, use_deprecated_controlnet=is_old) for is_old in (True, False))
        assert len(old.images) == 3
        assert not any(differ(*pair) for pair in zip(old.images, today.images, strict=True))


def test_units_of_the_first_api_are_read_in_its_own_words(tiny: RunningGenerator, photo: Image.Image) -> None:
    picture = make_units(photo)[0].to_dict()["image"]
    body = small(steps=3, sampler_name="Euler a")
    old = {
        "input_image": picture,
        "model": "first",
        "guidance": 0.5,
        "guessmode": True,
        "resize_mode": "Envelope (Outer Fit)",
    }
    new = {
        "image": picture,
        "model": "first",
        "guidance_end": 0.5,
        "control_mode": 2,
        "resize_mode": 2,
        "enabled": True,
    }
    made = tiny.post("/controlnet/txt2img", {**body, "controlnet_units": [old, {"model": "None"}]}).json()["images"]
    today = tiny.post("/sdapi/v1/txt2img", {**body, "alwayson_scripts": {"controlnet": {"args": [new]}}}).json()[
        "images"
    ]
    assert not any(differ(*map(read_picture, pair)) for pair in zip(made, today, strict=True))
    assert len(made) == 2


def test_other_extensions_are_refused_on_the_old_paths_too(tiny: RunningGenerator) -> None:
    answer = tiny.post("/controlnet/txt2img", small(alwayson_scripts={"ControlNet": {}, "sag": {}}))
    assert (answer.status_code, set(answer.json())) == (422, ERROR_KEYS)
    assert "sag not found" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"controlnet_units": [{"model": ["first"]}]},
        {"controlnet_units": [{"model": "first", "resize_mode": {}}]},
        {"controlnet_units": [{"model": "first", "input_image": 5}]},
        {"controlnet_model": "first", "controlnet_image": {"a": 1}},
        {"alwayson_scripts": ["sag"]},
    ],
)
def test_odd_units_are_refused_in_the_web_uis_shape(fields: dict[str, Any], tiny: RunningGenerator) -> None:
    answer = tiny.post("/controlnet/txt2img", small(sampler_name="Euler a", **fields))
    assert (answer.status_code, set(answer.json())) == (422, ERROR_KEYS)
