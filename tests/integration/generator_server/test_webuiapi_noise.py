"""What the widespread client may ask of a picture's noise: variations, fresh noise, tiling, and every sampler."""

from __future__ import annotations

from typing import Any

import pytest
import webuiapi

from tests.integration.generator_server.server import RunningGenerator, make_body
from tests.integration.generator_server.tiny_requests import differ, read_parameters, small


def test_a_variation_is_made_again_from_its_own_text(api: webuiapi.WebUIApi) -> None:
    wish = {"subseed": 9, "subseed_strength": 0.25, "seed_resize_from_w": 48, "seed_resize_from_h": 96}
    made = api.txt2img(**small(**wish, batch_size=2))
    assert made.info["all_seeds"] == [5, 5]
    assert (made.info["subseed"], made.info["all_subseeds"], made.info["subseed_strength"]) == (9, [9, 10], 0.25)
    assert (made.info["seed_resize_from_w"], made.info["seed_resize_from_h"]) == (48, 96)
    read = api.png_info(made.images[1]).json["parameters"]
    assert (read["Seed"], read["Variation seed"], read["Seed resize from"]) == ("5", "10", "48x96")
    across, _, down = read["Seed resize from"].partition("x")
    again = api.txt2img(
        **small(
            subseed=int(read["Variation seed"]),
            subseed_strength=float(read["Variation seed strength"]),
            seed_resize_from_w=int(across),
            seed_resize_from_h=int(down),
            batch_size=2,
        )
    )
    assert not differ(again.images[0], made.images[1])
    assert differ(made.images[0], made.images[1])
    assert differ(made.images[0], api.txt2img(**small()).image)


def test_fresh_noise_is_followed_and_told(api: webuiapi.WebUIApi) -> None:
    wishes: list[dict[str, Any]] = [
        {"sampler_name": "Euler a", "eta": 0.5},
        {"sampler_name": "Euler", "s_churn": 5, "s_tmin": 0.1, "s_noise": 1.02},
        {"sampler_name": "DDIM", "eta": 0.5},
    ]
    made = [api.txt2img(**small(**wish)) for wish in wishes]
    texts = [read_parameters(api, result) for result in made]
    assert (texts[0]["Eta"], texts[2]["Eta DDIM"]) == ("0.5", "0.5")
    assert (texts[1]["Sigma churn"], texts[1]["Sigma tmin"], texts[1]["Sigma noise"]) == ("5", "0.1", "1.02")
    for wish, result in zip(wishes, made, strict=True):
        assert differ(result.image, api.txt2img(**small(sampler_name=wish["sampler_name"], eta=None)).image)


def test_every_sampler_of_the_web_ui_is_listed(api: webuiapi.WebUIApi) -> None:
    unusual = {"DPM++ 3M SDE", "DPM fast", "DPM adaptive", "Restart", "PLMS", "DDIM CFG++"}
    assert unusual <= set(api.util_get_sampler_names())
    for name, written in (("k_dpm_fast", "DPM fast"), ("ddim_cfgpp", "DDIM CFG++")):
        assert read_parameters(api, api.txt2img(**small(sampler_name=name)))["Sampler"] == written


def test_tiling_is_followed_told_and_over_with_its_request(api: webuiapi.WebUIApi) -> None:
    before = api.txt2img(**small()).image
    tiling = api.txt2img(**small(tiling=True))
    assert differ(tiling.image, before)
    assert read_parameters(api, tiling)["Tiling"] == "True"
    assert not differ(api.txt2img(**small()).image, before)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"subseed_strength": 0.5}, "second seed"),
        ({"seed_resize_from_w": 64, "seed_resize_from_h": 64}, "another size"),
        ({"tiling": True}, "no tiling"),
    ],
)
def test_the_painter_has_no_noise_to_vary_and_says_so(wish: dict[str, Any], words: str, tiny: RunningGenerator) -> None:
    body = make_body(override_settings={"sd_model_checkpoint": "painter/calm"}, **wish)
    answer = tiny.post("/sdapi/v1/img2img", body)
    assert answer.status_code == 422
    assert words in answer.text
