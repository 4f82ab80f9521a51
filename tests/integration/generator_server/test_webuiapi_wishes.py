"""The widespread client's further wishes: masks, second passes, styles, control maps; what is missing, in words.

Words, cut-outs and old paths are in test_webuiapi_extras.py.
"""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest
import webuiapi
from PIL import Image

from tests.integration.generator_server.server import RunningGenerator
from tests.integration.generator_server.tiny_requests import SIDE_PX, differ, make_units, read_parameters, small

ERROR_KEYS = {"error", "detail", "body", "errors"}
# Every public method of the client, and how it fares here.
WORKS = {
    "check_extensions",
    "set_auth",
    "txt2img",
    "img2img",
    "extra_single_image",
    "extra_batch_images",
    "png_info",
    "interrogate",
    "list_prompt_gen_models",
    "prompt_gen",
    "get_artists",
    "get_artist_categories",
    "interrupt",
    "skip",
    "get_options",
    "set_options",
    "get_cmd_flags",
    "get_progress",
    "get_samplers",
    "get_sd_vae",
    "get_upscalers",
    "get_latent_upscale_modes",
    "get_loras",
    "get_sd_models",
    "get_hypernetworks",
    "get_face_restorers",
    "get_realesrgan_models",
    "get_prompt_styles",
    "refresh_checkpoints",
    "get_scripts",
    "get_embeddings",
    "get_memory",
    "get_schedulers",
    "get_endpoint",
    "custom_get",
    "custom_post",
    "post_and_get_api_result",
    "controlnet_version",
    "controlnet_model_list",
    "controlnet_module_list",
    "controlnet_detect",
    "util_get_model_names",
    "util_get_sampler_names",
    "util_get_scheduler_names",
    "util_set_model",
    "util_get_current_model",
    "util_wait_for_ready",
}
# It needs aiohttp, which the client itself does not ask for.
NOT_TRIED = {"async_post"}


def test_every_method_of_the_client_was_thought_of() -> None:
    methods = inspect.getmembers(webuiapi.WebUIApi, inspect.isfunction)
    public = {name for name, _ in methods if not name.startswith("_")}
    assert public == WORKS | NOT_TRIED


@pytest.mark.parametrize(
    "extension",
    [
        {"adetailer": [webuiapi.ADetailer(ad_model="face")]},
        {"animatediff": webuiapi.AnimateDiff()},
        {"sag": webuiapi.Sag()},
    ],
)
def test_extensions_that_are_not_here_are_refused(extension: dict[str, Any], api: webuiapi.WebUIApi) -> None:
    # A dictionary of its own: the client's default one would keep the script for all later calls.
    with pytest.raises(RuntimeError, match=r"always on script .* not found") as caught:
        api.txt2img(**small(), alwayson_scripts={}, **extension)
    assert caught.value.args[0] == 422
    assert set(json.loads(caught.value.args[1])) == ERROR_KEYS


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"restore_faces": True}, "no face restoration"),
        ({"script_name": "x/y/z plot"}, "not found"),
        ({"enable_hr": True, "hr_upscaler": webuiapi.HiResUpscaler.ESRGAN_4x}, "There are Latent"),
        ({"sampler_name": "Euler Dy"}, "There are DPM\\+\\+ 2M, .*DEIS"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_and_not_left_out(
    wish: dict[str, Any], words: str, api: webuiapi.WebUIApi
) -> None:
    with pytest.raises(RuntimeError, match=words):
        api.txt2img(**small(**wish))


def test_control_maps_follow_the_pictures_in_the_order_of_the_units(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    units = make_units(photo)
    units[1].image, units[1].module, units[1].processor_res = None, "canny", 64
    made = api.img2img([photo], **small(batch_size=2), controlnet_units=units)
    assert len(made.images) == 2 + 3
    assert made.info["all_seeds"] == [5, 6]
    assert not differ(made.images[2], photo)
    assert not differ(made.images[3], api.controlnet_detect([photo], module="canny", processor_res=64).image)
    assert not differ(made.images[4], photo.rotate(180))
    assert "parameters" not in made.images[2].info
    quiet = {"override_settings": {"control_net_no_detectmap": True}}
    alone = api.img2img([photo], **small(batch_size=2), controlnet_units=units, **quiet)
    assert len(alone.images) == 2
    assert not differ(alone.images[0], made.images[0])


def test_a_unit_may_keep_its_map_to_itself(tiny: RunningGenerator, api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    units = [unit.to_dict() for unit in make_units(photo)]
    units[0]["save_detected_map"] = False
    scripts = {"controlnet": {"args": units}}
    body = small(alwayson_scripts=scripts, init_images=[units[0]["image"]], steps=2, sampler_name="Euler a")
    assert len(tiny.post("/sdapi/v1/img2img", body).json()["images"]) == 1 + 2
    assert tiny.post("/sdapi/v1/img2img", {**body, "send_images": False}).json()["images"] == []


def test_styles_ask_for_no_map(tiny: RunningGenerator) -> None:
    calm = next(style for style in tiny.get("/v1/styles").json() if style["style_id"] == "calm")
    (unit,) = calm["requests"]["diffusion"]["alwayson_scripts"]["controlnet"]["args"]
    assert (unit["model"], unit["save_detected_map"]) == ("first", False)


def make_mask() -> Image.Image:
    """The upper left quarter."""
    mask = Image.new("RGB", (SIDE_PX, SIDE_PX))
    mask.paste((255, 255, 255), (0, 0, SIDE_PX // 2, SIDE_PX // 2))
    return mask


MASKED = {"mask_blur": 0, "inpainting_fill": 1, "inpaint_full_res": False, "denoising_strength": 1.0}


def test_each_field_of_a_mask_reaches_the_picture(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    wishes: list[dict[str, Any]] = [
        {},
        {"mask_blur": 6},
        {"inpainting_fill": 0},
        {"inpainting_fill": 2},
        {"inpainting_fill": 3},
        {"inpaint_full_res": True},
        {"inpaint_full_res": True, "inpaint_full_res_padding": 16},
        {"inpainting_mask_invert": 1},
        {"initial_noise_multiplier": 0.8},
    ]
    made = [api.img2img([photo], mask_image=make_mask(), **small(**MASKED | wish)).image for wish in wishes]
    pixels = {np.asarray(picture).tobytes() for picture in made}
    assert len(pixels) == len(wishes)
    inverted = made[wishes.index({"inpainting_mask_invert": 1})]
    quarter = (0, 0, SIDE_PX // 2, SIDE_PX // 2)
    assert not differ(inverted.crop(quarter), photo.crop(quarter))


def test_only_masked_keeps_the_photographs_size(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    large = photo.resize((160, 200))
    mask = Image.new("L", large.size)
    mask.paste(255, (100, 100, 140, 140))
    made = api.img2img([large], mask_image=mask, **small(mask_blur=0, inpaint_full_res_padding=8))
    assert made.image.size == large.size
    outside = np.asarray(mask) == 0
    assert np.array_equal(np.asarray(made.image)[outside], np.asarray(large)[outside])
    assert read_parameters(api, made)["Inpaint area"] == "Only masked"


def test_a_masked_picture_is_made_again_from_its_own_text(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    wish = {"mask_blur": 3, "inpainting_fill": 2, "inpaint_full_res_padding": 12, "inpainting_mask_invert": 1}
    made = api.img2img([photo], mask_image=make_mask(), **small(**wish, initial_noise_multiplier=0.9))
    read = read_parameters(api, made)
    contents = {"fill": 0, "latent noise": 2, "latent nothing": 3}
    again = api.img2img(
        [photo],
        mask_image=make_mask(),
        prompt=read["Prompt"],
        seed=int(read["Seed"]),
        steps=int(read["Steps"]),
        width=int(read["Size-1"]),
        height=int(read["Size-2"]),
        denoising_strength=float(read["Denoising strength"]),
        scheduler=read["Schedule type"],
        mask_blur=int(read["Mask blur"]),
        inpainting_fill=contents.get(read.get("Masked content", ""), 1),
        inpaint_full_res=read.get("Inpaint area") == "Only masked",
        inpaint_full_res_padding=int(read["Masked area padding"]),
        inpainting_mask_invert=int(read.get("Mask mode") == "Inpaint not masked"),
        initial_noise_multiplier=float(read["Noise multiplier"]),
    )
    assert not differ(made.image, again.image)


@pytest.mark.parametrize("upscaler", [webuiapi.HiResUpscaler.Latent, webuiapi.HiResUpscaler.Lanczos])
def test_a_second_pass_enlarges_and_works_on(upscaler: webuiapi.HiResUpscaler, api: webuiapi.WebUIApi) -> None:
    wish = small(enable_hr=True, hr_scale=1.5, hr_upscaler=upscaler)
    gentle, strong = (api.txt2img(**wish, denoising_strength=share) for share in (0.3, 0.9))
    assert gentle.image.size == (96, 96)
    assert differ(gentle.image, strong.image)
    assert (gentle.info["width"], gentle.parameters["hr_scale"]) == (SIDE_PX, 1.5)


def test_a_second_pass_is_made_again_from_its_own_text(api: webuiapi.WebUIApi) -> None:
    wish = {"hr_second_pass_steps": 2, "hr_sampler_name": "DPM++ 2M", "hr_prompt": "a cat, calm", "hr_resize_x": 96}
    made = api.txt2img(**small(enable_hr=True, hr_upscaler="Latent (bicubic)", **wish))
    assert made.image.size == (96, 96)
    read = read_parameters(api, made)
    across, _, down = read["Hires resize"].partition("x")
    again = api.txt2img(
        enable_hr=True,
        prompt=read["Prompt"],
        seed=int(read["Seed"]),
        steps=int(read["Steps"]),
        width=int(read["Size-1"]),
        height=int(read["Size-2"]),
        denoising_strength=float(read["Denoising strength"]),
        scheduler=read["Schedule type"],
        hr_upscaler=read["Hires upscaler"],
        hr_resize_x=int(across),
        hr_resize_y=int(down),
        hr_second_pass_steps=int(read["Hires steps"]),
        hr_sampler_name=read["Hires sampler"],
        hr_scheduler=read["Hires schedule type"],
        hr_prompt=read["Hires prompt"],
    )
    assert not differ(made.image, again.image)


def test_prompt_styles_are_our_packs_and_count_in_requests(
    api: webuiapi.WebUIApi, photo: Image.Image, tiny: RunningGenerator
) -> None:
    listed = {style["name"]: style for style in api.get_prompt_styles()}
    assert set(listed) == {"calm", "ink_wash"}
    assert listed["calm"]["prompt"] == "calm <lora:style-calm:1>"
    assert listed["calm"]["negative_prompt"] == "noise"
    by_style = api.img2img([photo], **small(prompt="a face", styles=["calm", "not there"]))
    by_words = api.img2img([photo], **small(prompt="a face, calm <lora:style-calm:1>", negative_prompt="noise"))
    assert not differ(by_style.image, by_words.image)
    assert differ(by_style.image, api.img2img([photo], **small(prompt="a face")).image)
    assert by_style.info["styles"] == ["calm", "not there"]
    assert by_style.info["prompt"] == "a face, calm <lora:style-calm:1>"
    assert by_style.parameters["prompt"] == "a face"
    assert read_parameters(api, by_style)["Negative prompt"] == "noise"


def test_deis_is_a_sampler(api: webuiapi.WebUIApi) -> None:
    made = api.txt2img(**small(sampler_name="DEIS", steps=6))
    assert read_parameters(api, made)["Sampler"] == "DEIS"
    assert differ(made.image, api.txt2img(**small(sampler_name="Euler", steps=6)).image)
