"""F41, F43, F53: requests that the generator must refuse, in the shape that web-UI clients read."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from tests.integration.bad_input.answers import check_problem, check_web_ui_error
from tests.integration.bad_input.materials import GOOD, HALF_A_PAIR, nest, refused_picture
from tests.integration.bad_input.site import Caller
from tests.unit.boothkit import pictures

PHOTOGRAPH = base64.b64encode(GOOD).decode()
BODY = {"init_images": [PHOTOGRAPH], "width": 64, "height": 64, "seed": 1}
UNIT = {"enabled": True, "module": "none", "model": "None"}
PAINT = "/sdapi/v1/img2img"


def paint(caller: Caller, body: Any) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return caller.ask("generator", "POST", PAINT, data=data, headers={"Content-Type": "application/json"})


# Each is no request: what changes in a good body, the status, and a word of the reason.
CHANGES: dict[str, tuple[dict[str, Any], int, str]] = {
    "no_picture": ({"init_images": []}, 404, "Init image not found"),
    "picture_is_null": ({"init_images": [None]}, 422, "init_images"),
    "picture_is_text": ({"init_images": PHOTOGRAPH}, 422, "init_images"),
    "picture_address": ({"init_images": ["http://127.0.0.1:1/a.png"]}, 422, "not fetched"),
    "picture_address_in_capitals": ({"init_images": ["HTTPS://example.org/a.png"]}, 422, "not fetched"),
    "picture_local_file": ({"init_images": ["file:///etc/passwd"]}, 422, "not fetched"),
    "picture_path": ({"init_images": ["/etc/passwd"]}, 422, ""),
    "broken_base64": ({"init_images": ["!!!"]}, 422, "Invalid encoded image"),
    "korean_base64": ({"init_images": ["사진"]}, 422, "Invalid encoded image"),
    "cut_base64": ({"init_images": [PHOTOGRAPH[:-7]]}, 422, ""),
    "base64_of_nothing": ({"init_images": [""]}, 415, "unsupported_image"),
    "data_address_of_html": ({"init_images": ["data:text/html,<script>"]}, 422, ""),
    "100_pictures": ({"init_images": [PHOTOGRAPH] * 100}, 422, "init images"),
    "mask_address": ({"mask": "http://127.0.0.1:1/a.png"}, 422, "not fetched"),
    "prompt_of_20_kb": ({"prompt": "x" * 20_001}, 422, "prompt"),
    "prompt_is_a_list": ({"prompt": ["x"]}, 422, "prompt"),
    "width_negative": ({"width": -64}, 422, "width"),
    "width_zero": ({"width": 0}, 422, "width"),
    "width_huge": ({"width": 10**9}, 422, "width"),
    "width_beyond_our_limit": ({"width": 4096}, 422, "2048"),
    "height_is_text": ({"height": "tall"}, 422, "height"),
    "strength_nan": ({"denoising_strength": float("nan")}, 422, "denoising_strength"),
    "strength_endless": ({"denoising_strength": float("inf")}, 422, "denoising_strength"),
    "strength_negative": ({"denoising_strength": -0.1}, 422, "denoising_strength"),
    "steps_huge": ({"steps": 10**6}, 422, "steps"),
    "seed_huge": ({"seed": 2**64}, 422, "seed"),
    "seed_is_a_fraction": ({"seed": 0.5}, 422, "seed"),
    "too_many_pictures": ({"batch_size": 64, "n_iter": 64}, 422, "at most"),
    "unknown_script": ({"script_name": "nobody knows it"}, 422, "not found"),
    "unknown_always_on_script": ({"alwayson_scripts": {"shell": {"args": ["id"]}}}, 422, "not found"),
    "unknown_model": ({"override_settings": {"sd_model_checkpoint": "../../etc/passwd"}}, 404, "model"),
    "control_net": ({"alwayson_scripts": {"controlnet": {"args": [{**UNIT, "model": "x"}]}}}, 422, ""),
    "control_net_weight": ({"alwayson_scripts": {"controlnet": {"args": [{**UNIT, "weight": 99}]}}}, 422, ""),
    "control_net_mode": ({"alwayson_scripts": {"controlnet": {"args": [{**UNIT, "control_mode": "x"}]}}}, 422, ""),
    "control_net_image_a_number": (
        {"alwayson_scripts": {"controlnet": {"args": [{**UNIT, "image": {"image": 5}}]}}},
        422,
        "",
    ),
    "half_a_pair_as_a_model": ({"override_settings": {"sd_model_checkpoint": HALF_A_PAIR}}, 422, "surrogate"),
    "half_a_pair_in_a_setting": ({"override_settings": {"x": HALF_A_PAIR}}, 422, "surrogate"),
    "half_a_pair_in_an_argument": ({"script_args": [HALF_A_PAIR]}, 422, "surrogate"),
    "half_a_pair_as_a_sampler": ({"sampler_name": HALF_A_PAIR}, 422, "surrogate"),
    "half_a_pair_as_a_name": ({"alwayson_scripts": {HALF_A_PAIR: {}}}, 422, "surrogate"),
    "half_a_pair_in_the_prompt": ({"prompt": f"a{HALF_A_PAIR}"}, 422, "surrogate"),
    "400_lists_in_a_setting": ({"override_settings": {"x": json.loads(nest(400))}}, 422, "nested"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_bad_request_is_refused(caller: Caller, name: str) -> None:
    changes, status, words = CHANGES[name]
    check_web_ui_error(paint(caller, {**BODY, **changes}), {status}, words)


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b"", {422}),
        (b"[]", {422}),
        (b"null", {422}),
        (b'"init_images"', {422}),
        (b'{"init_images": [', {422}),
        (b'{"prompt": "\xff"}', {400}),
        (nest(100_000).encode(), {400}),
        (b'{"a":' * 100_000, {400}),
        (b'{"seed": ' + b"9" * 5000 + b"}", {400}),
    ],
    ids=["nothing", "list", "null", "text", "cut", "not_utf8", "lists_in_lists", "objects_in_objects", "digits"],
)
def test_what_is_no_json_object(caller: Caller, body: bytes, statuses: set[int]) -> None:
    check_web_ui_error(paint(caller, body), statuses)


@pytest.mark.parametrize("name", [name for name in pictures.REFUSED if name.startswith(("f41", "f43"))])
def test_a_bad_picture_is_refused(korean: Caller, name: str) -> None:
    body = {**BODY, "init_images": [base64.b64encode(refused_picture(name)).decode()]}
    check_web_ui_error(paint(korean, body), {413, 415, 422})


@pytest.mark.parametrize("path", ["/sdapi/v1/txt2img", PAINT, "/sdapi/v1/options", "/sdapi/v1/sd-models"])
def test_without_the_token_nothing_opens(korean: Caller, path: str) -> None:
    method = "GET" if path.endswith("models") else "POST"
    for token in (None, "wrong", "é".encode().decode("latin-1")):
        check_web_ui_error(korean.ask("generator", method, path, token=token, data=b"{}"), {401}, "unauthorized")


def test_no_engine_here_follows_prompts(caller: Caller) -> None:
    answer = caller.ask("generator", "POST", "/sdapi/v1/txt2img", json={"prompt": "a portrait"})
    check_web_ui_error(answer, {422}, "cannot_generate")


@pytest.mark.parametrize("style_id", ["nobody_knows_it", "..%2f..%2fetc%2fpasswd", "%ff", "a" * 300])
def test_an_unknown_style_has_no_sample(caller: Caller, style_id: str) -> None:
    answer = caller.ask("generator", "GET", f"/v1/styles/{style_id}/sample")
    check_problem(answer, caller.language, {404}, {"style_not_found", "not_found"})


def test_an_unknown_generation_cannot_be_stopped(caller: Caller) -> None:
    answer = caller.ask("generator", "DELETE", "/v1/generations/nobody-knows-it")
    check_problem(answer, caller.language, {404}, {"generation_not_found"})


@pytest.mark.parametrize(
    ("path", "body", "statuses"),
    [
        ("/sdapi/v1/options", {"sd_model_checkpoint": "../../x"}, {404}),
        ("/sdapi/v1/options", {"sd_model_checkpoint": HALF_A_PAIR}, {422}),
        ("/sdapi/v1/png-info", {"image": "http://127.0.0.1:1/"}, {422}),
        ("/sdapi/v1/png-info", {"image": HALF_A_PAIR}, {422}),
        ("/sdapi/v1/png-info", {}, {422}),
        ("/internal/progress", {"id_task": HALF_A_PAIR}, {422}),
        ("/internal/progress", {"id_task": "x" * 201}, {422}),
    ],
    ids=lambda value: str(value)[:20].replace(HALF_A_PAIR, "half"),
)
def test_the_other_questions_are_as_strict(korean: Caller, path: str, body: object, statuses: set[int]) -> None:
    check_web_ui_error(korean.ask("generator", "POST", path, json=body), statuses)


def test_what_is_strange_but_harmless_is_answered(korean: Caller) -> None:
    """A sampler or a key that nobody knows is passed over, as clients in use expect; markup is only text."""
    strange = {"sampler_name": "nobody knows it", "prompt": "<script>\0‮{{7*7}}", "unknown": {"a": [1]}}
    answer = paint(korean, {**BODY, **strange})
    assert answer.status_code == 200
    picture = base64.b64decode(answer.json()["images"][0])
    assert picture.startswith(pictures.PNG_SIGNATURE)
