"""Masks and second passes in the web UI's words: defaults, meanings, sizes, refusals, and what the infotext says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from generator_server.engines import GenerationRequest, HiresFix, MaskUse, Model
from generator_server.errors import CannotGenerateError
from generator_server.http.bodies import Img2ImgBody, Txt2ImgBody
from generator_server.http.infotext import parse_infotext, write_infotext
from generator_server.http.passes import check_photos, find_sizes, read_hires, read_mask_use
from generator_server.settings import LimitSettings

MODEL = Model(name="calm", sha256="0123456789" + "f" * 54, filename="", revision="1")
LIMITS = LimitSettings(max_side_px=1024)


def test_a_masks_defaults_are_the_web_uis() -> None:
    assert read_mask_use(Img2ImgBody()) == MaskUse(blur_px=4, content="fill", is_inverted=False, padding_px=0)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mask_blur": 9}, {"blur_px": 9}),
        ({"inpainting_fill": 1}, {"content": "original"}),
        ({"inpainting_fill": 2}, {"content": "noise"}),
        ({"inpainting_fill": 3}, {"content": "nothing"}),
        ({"inpainting_mask_invert": 1}, {"is_inverted": True}),
        ({"inpaint_full_res": False, "inpaint_full_res_padding": 32}, {"padding_px": None}),
        ({"inpaint_full_res_padding": 32}, {"padding_px": 32}),
        ({"inpaint_full_res": 0}, {"padding_px": None}),
    ],
)
def test_each_field_of_a_mask(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read_mask_use(Img2ImgBody(**fields)) == replace(read_mask_use(Img2ImgBody()), **expected)


@pytest.mark.parametrize(
    "fields",
    [{"mask_blur": -1}, {"inpainting_fill": 4}, {"inpainting_mask_invert": 2}, {"inpaint_full_res_padding": -1}],
)
def test_a_masks_fields_have_ranges(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Img2ImgBody(**fields)


def test_a_photograph_that_keeps_its_size_must_not_be_too_large() -> None:
    large = [np.zeros((1025, 8, 3), np.uint8)]
    check_photos(large, Img2ImgBody(), LIMITS)
    check_photos(large, Img2ImgBody(mask="x", inpaint_full_res=False), LIMITS)
    with pytest.raises(CannotGenerateError, match="1024 px"):
        check_photos(large, Img2ImgBody(mask="x"), LIMITS)


@pytest.mark.parametrize(
    ("fields", "final", "scaled"),
    [
        ({}, (1024, 768), (1024, 768)),
        ({"hr_scale": 1.3}, (664, 496), (664, 496)),
        ({"hr_resize_x": 800}, (800, 600), (800, 600)),
        ({"hr_resize_y": 600}, (800, 600), (800, 600)),
        ({"hr_resize_x": 800, "hr_resize_y": 800}, (800, 800), (1064, 800)),
        ({"hr_resize_x": 800, "hr_resize_y": 400}, (800, 400), (800, 600)),
        ({"hr_resize_x": 803}, (800, 600), (800, 600)),
    ],
)
def test_sizes_of_the_second_pass(fields: dict[str, Any], final: tuple[int, int], scaled: tuple[int, int]) -> None:
    assert find_sizes(Txt2ImgBody(width=512, height=384, enable_hr=True, **fields)) == (final, scaled)


def read(**fields: Any) -> HiresFix:
    body = {"enable_hr": True, "width": 256, "height": 256, "steps": 20, "sampler_name": "Euler", "scheduler": "Karras"}
    hires = read_hires(Txt2ImgBody(**{**body, **fields}), MODEL, LIMITS)
    assert hires is not None
    return hires


def test_a_second_pass_is_only_made_when_asked() -> None:
    assert read_hires(Txt2ImgBody(hr_scale=2, hr_upscaler="Latent"), MODEL, LIMITS) is None


def test_what_the_second_pass_does_not_name_is_the_firsts() -> None:
    plain = read()
    assert (plain.num_inference_steps, plain.sampler, plain.scheduler, plain.upscaler) == (
        20,
        "Euler",
        "karras",
        "Latent",
    )
    same = read(hr_sampler_name="Use same sampler", hr_scheduler="Use same scheduler", hr_checkpoint_name="None")
    assert same == plain
    own = read(
        hr_second_pass_steps=7, hr_sampler_name="DDIM", hr_scheduler="Beta", hr_prompt="a", hr_negative_prompt="b"
    )
    assert (own.num_inference_steps, own.sampler, own.scheduler) == (7, "DDIM", "beta")
    assert (own.prompt, own.negative_prompt) == ("a", "b")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hr_upscaler": "R-ESRGAN 4x+"}, "There are Latent, .*Nearest"),
        ({"hr_checkpoint_name": "other"}, "another checkpoint"),
        ({"hr_scale": 5}, "at most 1024 px"),
        ({"hr_resize_x": 900, "hr_resize_y": 64, "width": 64, "height": 128}, "at most 1024 px"),
    ],
)
def test_what_there_is_not_is_refused_in_words(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotGenerateError, match=words):
        read(**fields)


def test_the_models_own_name_is_no_other_checkpoint() -> None:
    assert read(hr_checkpoint_name="calm [0123456789]") == read()


def make_request(**changes: Any) -> GenerationRequest:
    fields: dict[str, Any] = {
        "task_id": "t",
        "kind": "img2img",
        "model": MODEL,
        "prompt": "calm",
        "negative_prompt": "",
    }
    fields |= {"seeds": (1,), "width_px": 256, "height_px": 256, "sampler": "Euler", "scheduler": "karras"}
    return GenerationRequest(**{**fields, **changes})


def parse(request: GenerationRequest) -> dict[str, str]:
    return parse_infotext(write_infotext(request, sampler="Euler", seed=1, remarks={}))


def test_infotext_tells_how_a_mask_was_used() -> None:
    mask = np.zeros((8, 8), np.uint8)
    use = MaskUse(blur_px=6, content="noise", is_inverted=True, padding_px=32)
    parsed = parse(make_request(mask=mask, mask_use=use, noise_multiplier=0.9))
    assert {name: parsed[name] for name in ("Mask blur", "Mask mode", "Inpaint area", "Masked area padding")} == {
        "Mask blur": "6",
        "Mask mode": "Inpaint not masked",
        "Inpaint area": "Only masked",
        "Masked area padding": "32",
    }
    assert (parsed["Masked content"], parsed["Noise multiplier"]) == ("latent noise", "0.9")
    plain = parse(make_request(mask=mask))
    assert not {"Mask blur", "Mask mode", "Inpaint area", "Masked content", "Noise multiplier"} & set(plain)


def test_infotext_tells_of_the_second_pass() -> None:
    plain = parse(make_request(kind="txt2img", num_inference_steps=20, hires=read(), denoising_strength=0.6))
    assert (plain["Hires upscale"], plain["Hires upscaler"], plain["Denoising strength"]) == ("2", "Latent", "0.6")
    assert not {"Hires steps", "Hires sampler", "Hires prompt", "Hires resize"} & set(plain)
    hires = read(
        hr_second_pass_steps=7,
        hr_sampler_name="k_dpmpp_2m",
        hr_prompt="a, b: c\nd",
        hr_resize_x=512,
        hr_scheduler="automatic",
    )
    parsed = parse(make_request(kind="txt2img", num_inference_steps=20, hires=hires))
    assert (parsed["Hires steps"], parsed["Hires resize"], parsed["Hires prompt"]) == ("7", "512x0", "a, b: c\nd")
    assert (parsed["Hires sampler"], parsed["Hires schedule type"]) == ("DPM++ 2M", "Karras")
