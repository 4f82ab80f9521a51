"""A client written for the web UI works against this server, with the quirks that such a client is known for."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.integration.generator_server.server import RunningGenerator, make_photo
from tests.integration.generator_server.web_ui_client import WebUiClient, encode, make_unit

LISTS = (
    "samplers",
    "schedulers",
    "loras",
    "upscalers",
    "sd-vae",
    "embeddings",
    "prompt-styles",
    "latent-upscale-modes",
    "hypernetworks",
    "face-restorers",
    "realesrgan-models",
    "memory",
    "cmd-flags",
    "sd-models",
    "options",
    "progress",
)


@pytest.fixture
def client(generator: RunningGenerator) -> Iterator[WebUiClient]:
    made = WebUiClient(generator.url)
    yield made
    made.session.close()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.open(io.BytesIO(make_photo()))


def test_img2img_with_that_clients_whole_payload(client: WebUiClient, photo: Image.Image) -> None:
    result = client.img2img([photo], width=192, height=256, seed=11)
    assert result.image.size == (192, 256)
    assert (result.info["seed"], result.parameters["seed"]) == (11, 11)
    assert result.info["infotexts"]


def test_refusal_reaches_the_caller_in_words(client: WebUiClient) -> None:
    with pytest.raises(RuntimeError) as caught:
        client.txt2img(prompt="a calm face")
    status, text = caught.value.args
    assert status == 422
    assert "txt2img needs a diffusion model" in text


def test_model_is_chosen_by_the_closest_title(client: WebUiClient, photo: Image.Image) -> None:
    first = client.get("options")["sd_model_checkpoint"]
    try:
        client.util_set_model("Painter/Ink_Wash")
        assert client.get("options")["sd_model_checkpoint"].startswith("painter/ink_wash [")
        assert client.img2img([photo], width=192, height=256).info["sd_model_name"] == "painter/ink_wash"
    finally:
        client.util_set_model(first)


def test_quirk_1_2_units_of_an_earlier_call_are_not_sent_again(client: WebUiClient, photo: Image.Image) -> None:
    """The client keeps its scripts between calls and empties them only where "controlnet m2m" is advertised."""
    assert client.has_controlnet
    with pytest.raises(RuntimeError, match="ControlNet"):
        client.img2img([photo], width=192, height=256, units=(make_unit(photo, module="canny"),))
    assert client.img2img([photo], width=192, height=256).image.size == (192, 256)


def test_quirk_3_prefixes_titles_and_empty_pictures_in_units(client: WebUiClient, photo: Image.Image) -> None:
    for title in ("ControlNet", "controlnet", "CONTROLNET"):
        unit = make_unit(enabled=False)
        result = client.img2img([photo], width=192, height=256, alwayson_scripts={title: {"args": [unit]}})
        assert result.image.size == (192, 256)


def test_quirk_4_thresholds_of_64_are_read_as_they_are(client: WebUiClient, photo: Image.Image) -> None:
    """64 is that client's default for every annotator; it must not make the unit invalid."""
    with pytest.raises(RuntimeError) as caught:
        client.img2img([photo], width=192, height=256, units=(make_unit(threshold_a=64, threshold_b=64),))
    assert "knows no ControlNet units" in caught.value.args[1]


def test_quirk_5_sampler_names_and_unknown_keys_are_tolerated(client: WebUiClient, photo: Image.Image) -> None:
    for sampler in ("Euler a", "DPM++ 2M Karras", None, ""):
        result = client.img2img(
            [photo], width=192, height=256, sampler_name=sampler, firstphase_width=0, image_cfg_scale=1
        )
        assert result.info["sampler_name"] == "Painter"


def test_every_list_that_the_client_reads(client: WebUiClient) -> None:
    for path in LISTS:
        assert isinstance(client.get(path), (list, dict)), path
    assert all(item["name"] for item in client.get("samplers") + client.get("schedulers"))


def test_png_info_and_waiting_until_ready(client: WebUiClient, photo: Image.Image) -> None:
    made = client.img2img([photo], width=192, height=256, prompt="calm").image
    texts = client.post("png-info", {"image": encode(photo, with_prefix=True)})
    assert texts["info"] == ""
    progress = client.get("progress")
    assert (progress["state"]["job_count"], progress["progress"]) == (0, 0.0)
    assert "Engine: painter" in made.info["parameters"]


def test_actions_answer_json_that_can_be_read(client: WebUiClient) -> None:
    for path in ("interrupt", "skip", "refresh-checkpoints", "refresh-loras"):
        assert client.post(path) == {}
    assert client.post("options", {"CLIP_stop_at_last_layers": 2}) == {}
