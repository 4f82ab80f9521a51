"""Every endpoint of the web UI's API that is served, in the web UI's shapes."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
import requests

from generator_server.http.bodies import Img2ImgBody
from tests.integration.generator_server.server import RunningGenerator, make_body, make_photo, read_picture

INFO_KEYS = {
    "prompt",
    "all_prompts",
    "negative_prompt",
    "all_negative_prompts",
    "seed",
    "all_seeds",
    "subseed",
    "all_subseeds",
    "subseed_strength",
    "width",
    "height",
    "sampler_name",
    "cfg_scale",
    "steps",
    "batch_size",
    "restore_faces",
    "face_restoration_model",
    "sd_model_name",
    "sd_model_hash",
    "sd_vae_name",
    "sd_vae_hash",
    "seed_resize_from_w",
    "seed_resize_from_h",
    "denoising_strength",
    "extra_generation_params",
    "index_of_first_image",
    "infotexts",
    "styles",
    "job_timestamp",
    "clip_skip",
    "is_using_inpainting_conditioning",
}
ERROR_KEYS = {"error", "detail", "body", "errors"}


def make(generator: RunningGenerator, **fields: Any) -> dict[str, Any]:
    answer = generator.post("/sdapi/v1/img2img", make_body(**fields))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("style_id", ["watercolour", "oil", "stained_glass"])
def test_img2img_paints_every_shipped_style(generator: RunningGenerator, style_id: str) -> None:
    answer = make(generator, override_settings={"sd_model_checkpoint": f"painter/{style_id}"})
    (image,) = [read_picture(text) for text in answer["images"]]
    assert (image.format, image.size, image.mode) == ("PNG", (192, 256), "RGB")
    info = json.loads(answer["info"])
    assert set(info) == INFO_KEYS
    assert info["sd_model_name"] == f"painter/{style_id}"
    assert (info["seed"], info["all_seeds"], info["width"], info["height"]) == (3, [3], 192, 256)
    assert info["extra_generation_params"]["Engine"] == "painter"
    assert image.info["parameters"] == info["infotexts"][0]


def test_parameters_echo_the_request_without_its_pictures(generator: RunningGenerator) -> None:
    answer = make(generator, prompt="quiet", force_task_id="echo")
    assert answer["parameters"]["init_images"] is None
    assert answer["parameters"]["prompt"] == "quiet"
    assert answer["parameters"]["force_task_id"] == "echo"
    assert set(answer["parameters"]) >= set(Img2ImgBody.model_fields) - {"alwayson_scripts"}
    with_images = make(generator, include_init_images=True)
    assert len(with_images["parameters"]["init_images"]) == 1


def test_batch_has_one_seed_each_and_send_images_can_be_declined(generator: RunningGenerator) -> None:
    answer = make(generator, batch_size=2, n_iter=1)
    assert json.loads(answer["info"])["all_seeds"] == [3, 4]
    first, second = (np.asarray(read_picture(text)) for text in answer["images"])
    assert not np.array_equal(first, second)
    assert make(generator, send_images=False)["images"] == []


def test_same_request_gives_the_same_picture(generator: RunningGenerator) -> None:
    first, second = (np.asarray(read_picture(make(generator)["images"][0])) for _ in range(2))
    assert np.array_equal(first, second)


def test_png_info_round_trip(generator: RunningGenerator) -> None:
    image = make(generator, prompt="조용한 얼굴", negative_prompt="noise")["images"][0]
    for text in (image, f"data:image/png;base64,{image}"):
        answer = generator.post("/sdapi/v1/png-info", {"image": text}).json()
        assert answer["items"]["parameters"] == answer["info"]
        assert answer["parameters"]["Prompt"] == "조용한 얼굴"
        assert answer["parameters"]["Negative prompt"] == "noise"
        assert answer["parameters"]["Model"].startswith("painter/")
        assert (answer["parameters"]["Seed"], answer["parameters"]["Size-1"]) == ("3", "192")
    plain = base64.b64encode(make_photo()).decode()
    assert generator.post("/sdapi/v1/png-info", {"image": plain}).json() == {"info": "", "items": {}, "parameters": {}}


def test_idle_progress(generator: RunningGenerator) -> None:
    for path in ("/sdapi/v1/progress", "/sdapi/v1/progress?skip_current_image=true"):
        answer = generator.get(path).json()
        assert (answer["progress"], answer["eta_relative"], answer["current_image"]) == (0.0, 0.0, None)
        assert answer["state"]["job_count"] == 0
        assert set(answer["state"]) == {
            "skipped",
            "interrupted",
            "stopping_generation",
            "job",
            "job_count",
            "job_timestamp",
            "job_no",
            "sampling_step",
            "sampling_steps",
        }


@pytest.mark.parametrize("path", ["interrupt", "skip", "refresh-checkpoints", "refresh-loras"])
def test_actions_answer_a_json_object(generator: RunningGenerator, path: str) -> None:
    answer = generator.post(f"/sdapi/v1/{path}")
    assert (answer.status_code, answer.json()) == (200, {})


def test_models_options_and_choosing(generator: RunningGenerator) -> None:
    models = generator.get("/sdapi/v1/sd-models").json()
    assert {"title", "model_name", "hash", "sha256", "filename", "config"} == set(models[0])
    assert models[0]["title"] == f"{models[0]['model_name']} [{models[0]['hash']}]"
    assert generator.get("/sdapi/v1/options").json()["sd_model_checkpoint"] == models[0]["title"]
    other = models[1]["title"]
    assert generator.post("/sdapi/v1/options", {"sd_model_checkpoint": other, "unknown": 1}).json() == {}
    try:
        assert generator.get("/sdapi/v1/options").json()["sd_model_checkpoint"] == other
        assert json.loads(make(generator)["info"])["sd_model_name"] == models[1]["model_name"]
    finally:
        generator.post("/sdapi/v1/options", {"sd_model_checkpoint": models[0]["title"]})
    refused = generator.post("/sdapi/v1/options", {"sd_model_checkpoint": "v1-5-pruned"})
    assert (refused.status_code, set(refused.json())) == (404, ERROR_KEYS)


@pytest.mark.parametrize(
    "path",
    [
        "loras",
        "sd-vae",
        "hypernetworks",
        "face-restorers",
        "realesrgan-models",
    ],
)
def test_empty_lists(generator: RunningGenerator, path: str) -> None:
    assert generator.get(f"/sdapi/v1/{path}").json() == []


def test_small_lists_and_objects(generator: RunningGenerator) -> None:
    assert generator.get("/sdapi/v1/samplers").json() == [{"name": "Painter", "aliases": ["painter"], "options": {}}]
    assert [item["name"] for item in generator.get("/sdapi/v1/schedulers").json()] == ["automatic"]
    assert [item["name"] for item in generator.get("/sdapi/v1/upscalers").json()] == ["None", "Lanczos", "Nearest"]
    assert generator.get("/sdapi/v1/embeddings").json() == {"loaded": {}, "skipped": {}}
    assert generator.get("/sdapi/v1/scripts").json() == {"txt2img": ["controlnet m2m"], "img2img": ["likeness"]}
    assert generator.get("/sdapi/v1/cmd-flags").json()["api"] is True
    memory = generator.get("/sdapi/v1/memory").json()
    assert memory["ram"]["total"] > memory["ram"]["free"] > 0
    assert "cuda" in memory


def test_prompt_styles_are_the_packs_with_a_prompt(generator: RunningGenerator) -> None:
    styles = {style["name"]: style for style in generator.get("/sdapi/v1/prompt-styles").json()}
    assert {"watercolour", "ink_wash"} <= set(styles)
    assert all(set(style) == {"name", "prompt", "negative_prompt"} and style["prompt"] for style in styles.values())


@pytest.mark.parametrize("path", ["/sdapi/v1/artist", "/controlnet/none", "/internal/none", "/sdapi/v1/img2img/more"])
def test_paths_that_are_not_there_are_answered_in_the_web_uis_shape(generator: RunningGenerator, path: str) -> None:
    check_error(generator.get(path), 404, "Not Found")
    check_error(generator.post(path, {}), 404, "Not Found")


def test_controlnet_lists_are_empty_and_honest(generator: RunningGenerator) -> None:
    assert generator.get("/controlnet/version").json() == {"version": 3}
    assert generator.get("/controlnet/model_list?update=true").json() == {"model_list": []}
    assert generator.get("/controlnet/module_list?alias_names=true").json() == {"module_list": [], "module_detail": {}}


def check_error(answer: requests.Response, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == ERROR_KEYS
    assert words in json.dumps(answer.json(), ensure_ascii=False)


def test_errors_have_the_web_uis_shape(generator: RunningGenerator) -> None:
    post = generator.post
    check_error(post("/sdapi/v1/txt2img", {"prompt": "a calm face"}), 422, "needs an init image")
    check_error(post("/sdapi/v1/img2img", {"prompt": "a"}), 404, "Init image not found")
    check_error(post("/sdapi/v1/img2img", make_body(width=10)), 422, "greater than or equal to 64")
    check_error(post("/sdapi/v1/img2img", make_body(script_name="loopback")), 422, "Script 'loopback' not found")
    check_error(post("/sdapi/v1/img2img", make_body(mask=make_body()["init_images"][0])), 422, "mask")
    check_error(post("/sdapi/v1/img2img", []), 422, "dictionary")
    unknown = {"sd_model_checkpoint": "other.safetensors"}
    check_error(post("/sdapi/v1/img2img", make_body(override_settings=unknown)), 404, "no model other")
    headers = {"Content-Type": "application/json"}
    check_error(requests.post(f"{generator.url}/sdapi/v1/img2img", data="{", headers=headers, timeout=9), 422, "JSON")
    deep = "[" * 200_000
    check_error(requests.post(f"{generator.url}/sdapi/v1/img2img", data=deep, headers=headers, timeout=9), 400, "body")


def test_what_was_sent_is_not_repeated_in_errors(generator: RunningGenerator) -> None:
    """The framework's own answer would carry the picture back."""
    body = make_body(width="wide")
    answer = generator.post("/sdapi/v1/img2img", body)
    assert answer.status_code == 422
    assert len(answer.content) < 1000


def test_controlnet_units_are_refused_in_words_while_no_net_is_there(generator: RunningGenerator) -> None:
    unit = {"enabled": True, "module": "depth", "model": "depth"}
    scripts = {"ControlNet": {"args": [unit]}}
    check_error(generator.post("/sdapi/v1/img2img", make_body(alwayson_scripts=scripts)), 422, "ControlNet")
    make(generator, alwayson_scripts={"controlnet": {"args": [{**unit, "enabled": False}]}})


def test_task_that_nobody_knows_and_one_that_is_done(generator: RunningGenerator) -> None:
    unknown = generator.post("/internal/progress", {"id_task": "never"}).json()
    assert (unknown["active"], unknown["queued"], unknown["completed"]) == (False, False, False)
    make(generator, force_task_id="done-one")
    done = generator.post("/internal/progress", {"id_task": "done-one", "id_live_preview": -1}).json()
    assert set(done) == {
        "active",
        "queued",
        "completed",
        "progress",
        "eta",
        "live_preview",
        "id_live_preview",
        "textinfo",
    }
    assert done["completed"] is True
    assert generator.get("/internal/pendingTasks").json() == {"size": 0, "tasks": []}


def test_body_larger_than_allowed_is_refused(generator: RunningGenerator) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{generator.url}/sdapi/v1/img2img"
    declared = requests.post(url, data=bytes(65 * 2**20), headers=headers, timeout=30)
    check_error(declared, 413, "too large")
    chunked = requests.post(url, data=(bytes(2**20) for _ in range(66)), headers=headers, timeout=30)
    check_error(chunked, 413, "too large")


def test_openapi_is_complete(generator: RunningGenerator) -> None:
    document = generator.get("/openapi.json").json()
    named = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert {"POST /sdapi/v1/img2img", "POST /internal/progress", "GET /v1/styles", "GET /health/ready"} <= named
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation.get("description") or path == "/health/live", f"{method} {path} has no description"
            assert any(code.startswith("2") for code in operation["responses"])
            is_guarded = path.startswith(("/sdapi", "/v1", "/internal", "/controlnet", "/promptgen", "/rembg"))
            assert bool(operation.get("security")) is is_guarded, f"{method} {path}"
