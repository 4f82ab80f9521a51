"""The widespread Python client of the web UI, unmodified, against a generator with a tiny diffusion model."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import webuiapi
from PIL import Image

from boothkit.waiting import wait_until
from tests.integration.generator_server.tiny_requests import (
    NETS,
    SIDE_PX,
    differ,
    make_units,
    read_parameters,
    small,
)


def test_txt2img_is_reproducible_and_follows_seed_and_prompt(api: webuiapi.WebUIApi) -> None:
    first = api.txt2img(**small())
    assert first.image.size == (SIDE_PX, SIDE_PX)
    assert (first.info["seed"], first.info["sampler_name"], first.info["sd_model_name"]) == (5, "Euler a", "tiny")
    assert not differ(first.image, api.txt2img(**small()).image)
    assert differ(first.image, api.txt2img(**small(seed=6)).image)
    assert differ(first.image, api.txt2img(**small(prompt="a cat")).image)


def test_several_pictures_have_seeds_of_their_own(api: webuiapi.WebUIApi) -> None:
    result = api.txt2img(**small(batch_size=2, n_iter=2))
    assert result.info["all_seeds"] == [5, 6, 7, 8]
    assert len(result.images) == 4
    alone = api.txt2img(**small(seed=7)).image
    # Sums of another order: a colour may be rounded the other way.
    assert np.abs(np.asarray(result.images[2], np.int16) - np.asarray(alone, np.int16)).max() <= 1


def test_img2img_keeps_more_of_the_photograph_at_a_lower_strength(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    gentle, strong = (api.img2img([photo], **small(denoising_strength=share)) for share in (0.25, 1.0))
    assert (gentle.parameters["denoising_strength"], strong.info["denoising_strength"]) == (0.25, 1.0)
    assert differ(gentle.image, strong.image)


def test_a_mask_keeps_what_lies_outside(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    mask = Image.new("L", photo.size, 0)
    mask.paste(255, (0, 0, SIDE_PX, SIDE_PX // 2))
    made = api.img2img([photo], mask_image=mask.convert("RGB"), **small(denoising_strength=1.0)).image
    # The mask's edge is softened by 4 px, which reaches 10 px far.
    below = (0, SIDE_PX // 2 + 10, SIDE_PX, SIDE_PX)
    assert not differ(made.crop(below), photo.crop(below))
    assert differ(made.crop((0, 0, SIDE_PX, SIDE_PX // 2)), photo.crop((0, 0, SIDE_PX, SIDE_PX // 2)))


def test_three_controlnet_units_each_count(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    units = make_units(photo)
    together = api.img2img([photo], **small(), controlnet_units=units).images[0]
    for left_out in range(3):
        rest = [unit for number, unit in enumerate(units) if number != left_out]
        assert differ(together, api.img2img([photo], **small(), controlnet_units=rest).images[0]), left_out
    assert differ(together, api.txt2img(**small(), controlnet_units=units).images[0])


def test_units_of_an_earlier_call_do_not_linger(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    """The client keeps its scripts between calls; it empties them because "controlnet m2m" is advertised."""
    assert api.has_controlnet
    before = api.img2img([photo], **small()).image
    api.img2img([photo], **small(), controlnet_units=make_units(photo))
    assert not differ(before, api.img2img([photo], **small()).image)


def test_control_modes_and_weights_reach_the_nets(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    made = [
        api.img2img([photo], **small(), controlnet_units=make_units(photo, control_mode=mode)).images[0]
        for mode in (0, 1, 2)
    ]
    assert differ(made[0], made[1])
    assert differ(made[1], made[2])
    weightless = api.img2img([photo], **small(), controlnet_units=make_units(photo, weight=0.0)).images[0]
    assert not differ(weightless, api.img2img([photo], **small()).image)


def test_unknown_net_and_unknown_sampler_are_refused_in_words(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    with pytest.raises(RuntimeError) as caught:
        api.img2img([photo], **small(), controlnet_units=[webuiapi.ControlNetUnit(image=photo, model="fourth")])
    assert caught.value.args[0] == 422
    assert "There is no ControlNet fourth here." in caught.value.args[1]
    with pytest.raises(RuntimeError) as caught:
        api.txt2img(**small(sampler_name="Euler z"))
    assert caught.value.args[0] == 404
    assert "Sampler not found" in caught.value.args[1]


@pytest.mark.parametrize(
    ("sampler", "scheduler", "written"),
    [
        ("Euler a", "automatic", ("Euler a", "Uniform")),
        ("Euler a Karras", "automatic", ("Euler a", "Karras")),
        ("DPM++ 2M", "automatic", ("DPM++ 2M", "Karras")),
        ("DPM++ 2M", "Exponential", ("DPM++ 2M", "Exponential")),
        ("k_euler", "sgm_uniform", ("Euler", "SGM Uniform")),
        ("DDIM", "automatic", ("DDIM", "Automatic")),
    ],
)
def test_samplers_and_schedules_by_all_their_names(
    api: webuiapi.WebUIApi, sampler: str, scheduler: str, written: tuple[str, str]
) -> None:
    parsed = read_parameters(api, api.txt2img(**small(sampler_name=sampler, scheduler=scheduler)))
    assert (parsed["Sampler"], parsed["Schedule type"]) == written


def test_png_info_tells_all_that_is_needed_to_make_the_picture_again(
    api: webuiapi.WebUIApi, photo: Image.Image
) -> None:
    units = make_units(photo, weight=0.5, guidance_end=0.8, control_mode=1)
    options = {"CLIP_stop_at_last_layers": 2}
    wish = small(negative_prompt="a cat", sampler_name="Euler a Karras", cfg_scale=5.5, denoising_strength=0.6)
    made = api.img2img([photo], **wish, override_settings=options, controlnet_units=units)
    read = read_parameters(api, made)
    assert (read["Prompt"], read["Negative prompt"], read["Clip skip"]) == ("a warm portrait", "a cat", "2")
    assert read["ControlNet 1"].startswith("Module: none, Model: second, Weight: 0.5, Resize Mode: Resize and Fill")
    assert "Guidance End: 0.8" in read["ControlNet 1"]
    again = api.img2img(
        [photo],
        prompt=read["Prompt"],
        negative_prompt=read["Negative prompt"],
        seed=int(read["Seed"]),
        steps=int(read["Steps"]),
        cfg_scale=float(read["CFG scale"]),
        width=int(read["Size-1"]),
        height=int(read["Size-2"]),
        sampler_name=read["Sampler"],
        scheduler=read["Schedule type"],
        denoising_strength=float(read["Denoising strength"]),
        override_settings={"sd_model_checkpoint": read["Model"], "CLIP_stop_at_last_layers": int(read["Clip skip"])},
        controlnet_units=units,
    )
    assert not differ(made.image, again.image)
    assert api.png_info(photo).info == ""


def test_options_are_kept_and_followed(api: webuiapi.WebUIApi) -> None:
    plain = api.txt2img(**small())
    try:
        assert api.set_options({"CLIP_stop_at_last_layers": 2, "samples_save": True}) == {}
        assert api.get_options()["CLIP_stop_at_last_layers"] == 2
        skipped = api.txt2img(**small())
    finally:
        api.set_options({"CLIP_stop_at_last_layers": 1})
    assert skipped.info["clip_skip"] == 2
    assert differ(plain.image, skipped.image)


def test_the_model_is_chosen_by_the_closest_title(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    assert any(title.startswith("tiny [") for title in api.util_get_model_names())
    api.util_set_model("Painter/Ink_Wash")
    assert api.util_get_current_model().startswith("painter/ink_wash [")
    api.util_set_model("TINY")
    assert api.util_get_current_model().startswith("tiny [")


def test_progress_tells_of_steps_and_interrupt_ends_the_work(api: webuiapi.WebUIApi) -> None:
    assert api.get_progress()["progress"] == 0.0
    api.util_wait_for_ready(check_interval=0.05)
    refusals: list[tuple[Any, ...]] = []

    def work() -> None:
        try:
            api.txt2img(**small(steps=150, batch_size=4, width=256, height=256))
        except RuntimeError as error:
            refusals.append(error.args)

    worker = threading.Thread(target=work)
    worker.start()
    with webuiapi_session(api) as other:
        wait_until(lambda: other.get_progress()["state"]["sampling_step"] >= 5, within_s=60, what="five steps")
        shown = other.get_progress()
        assert other.interrupt() == {}
        worker.join(60)
        assert not worker.is_alive()
        assert 0.0 < shown["progress"] < 1.0
        assert shown["state"]["sampling_steps"] == 150
        assert shown["eta_relative"] > 0
        assert Image.open(io.BytesIO(base64.b64decode(shown["current_image"]))).size[0] > 0
        assert other.skip() == {}
    assert refusals[0][0] == 409
    assert not differ(api.txt2img(**small()).image, api.txt2img(**small()).image)


def test_lists(api: webuiapi.WebUIApi) -> None:
    assert {"Euler a", "DPM++ 2M", "DDIM", "UniPC"} <= set(api.util_get_sampler_names())
    assert {"automatic", "karras", "align_your_steps"} <= set(api.util_get_scheduler_names())
    assert [item["label"] for item in api.get_schedulers() if item["name"] == "sgm_uniform"] == ["SGM Uniform"]
    assert [item["name"] for item in api.get_upscalers()] == ["None", "Lanczos", "Nearest"]
    for ask in (api.get_loras, api.get_sd_vae, api.get_hypernetworks, api.get_face_restorers):
        assert isinstance(ask(), list)
    assert api.get_realesrgan_models() == []
    latent = [item["name"] for item in api.get_latent_upscale_modes()]
    assert latent == [item.value for item in webuiapi.HiResUpscaler if item.value.startswith("Latent")]
    assert isinstance(api.get_embeddings()["loaded"], dict)
    assert api.get_memory()["ram"]["total"] > 0
    assert api.get_cmd_flags()["api"] is True
    assert api.refresh_checkpoints() == {}


def test_controlnet_lists_name_what_units_may_ask_for(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    assert api.controlnet_version() >= 2
    assert [title.partition(" [")[0] for title in api.controlnet_model_list()] == sorted(NETS)
    assert isinstance(api.controlnet_module_list(), list)
    by_title = webuiapi.ControlNetUnit(image=photo, model=api.controlnet_model_list()[0])
    by_name = webuiapi.ControlNetUnit(image=photo, model=NETS[0])
    first, second = (api.txt2img(**small(), controlnet_units=[unit]).image for unit in (by_title, by_name))
    assert not differ(first, second)


def test_pictures_are_enlarged_without_weights(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    assert not differ(api.extra_single_image(photo).image, photo)
    larger = api.extra_single_image(photo, upscaler_1="Nearest", upscaling_resize=3).image
    assert not differ(larger, photo.resize((3 * SIDE_PX, 3 * SIDE_PX), Image.Resampling.NEAREST))
    to_size = {"resize_mode": 1, "upscaling_resize_w": 100, "upscaling_resize_h": 50, "upscaler_1": "Lanczos"}
    assert [image.size for image in api.extra_batch_images([photo, photo], **to_size).images] == [(100, 50)] * 2
    assert api.extra_single_image(photo, upscaling_crop=False, **to_size).image.size == (50, 50)


def test_what_needs_weights_of_its_own_is_refused_in_words(api: webuiapi.WebUIApi, photo: Image.Image) -> None:
    with pytest.raises(RuntimeError, match="no upscaler R-ESRGAN"):
        api.extra_single_image(photo, upscaler_1=webuiapi.Upscaler.ESRGAN_4x.value)
    with pytest.raises(RuntimeError, match="no face restoration"):
        api.extra_single_image(photo, codeformer_visibility=0.5)
    with pytest.raises(RuntimeError, match="at most 2048 px"):
        api.extra_single_image(photo.resize((600, 600)), upscaler_1="Lanczos", upscaling_resize=8)
    with pytest.raises(RuntimeError, match="Model not found"):
        api.interrogate(photo, model="deepdanbooru")


@contextmanager
def webuiapi_session(api: webuiapi.WebUIApi) -> Iterator[webuiapi.WebUIApi]:
    """A second client of the same server: the first one is waiting for its picture."""
    other = webuiapi.WebUIApi(baseurl=api.baseurl)
    yield other
    other.session.close()
