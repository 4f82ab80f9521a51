"""From the web UI's words to one complete request: defaults, limits, aliases, refusals."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from prometheus_client import CollectorRegistry
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from boothkit.errors import BoothError, InvalidRequestError
from generator_server.app import open_services
from generator_server.engines import ControlUnit, GenerationRequest, MaskUse
from generator_server.errors import CannotGenerateError, ModelNotFoundError
from generator_server.http.bodies import Img2ImgBody, Txt2ImgBody
from generator_server.http.pictures import read_base64
from generator_server.http.reading import find_model, read_request
from generator_server.http.services import Services
from generator_server.settings import GeneratorSettings


def make_picture(side: int = 40) -> str:
    buffer = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), 90, np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with open_services(GeneratorSettings(), CollectorRegistry()) as opened:
        yield opened


def read(services: Services, **fields: Any) -> GenerationRequest:
    body = Img2ImgBody(**{"init_images": [make_picture()], **fields})
    return read_request(body, find_model(body, services), services)


def test_web_ui_defaults(services: Services) -> None:
    request = read(services)
    assert (request.width_px, request.height_px, request.num_inference_steps) == (512, 512, 50)
    assert (request.guidance_scale, request.denoising_strength, request.clip_skip) == (7.0, 0.75, 1)
    assert request.model.name == "painter/watercolour"
    assert 0 <= request.seeds[0] < 2**32
    assert request.init_images[0].shape == (40, 40, 3)
    assert request.task_id


def test_null_means_the_default_and_unknown_keys_are_ignored(services: Services) -> None:
    request = read(services, seed=None, prompt=None, mask=None, sampler_name=None, firstphase_width=3, hr_scale=2)
    assert request.prompt == ""
    assert request.sampler == ""


def test_each_picture_has_the_next_seed(services: Services) -> None:
    assert read(services, seed=2**32 - 2, batch_size=2, n_iter=2).seeds == (2**32 - 2, 2**32 - 1, 0, 1)


def test_random_seeds_differ(services: Services) -> None:
    assert len({read(services).seeds for _ in range(5)}) > 1


def test_data_prefix_and_line_breaks_are_accepted(services: Services) -> None:
    picture = make_picture()
    wrapped = "\n".join(picture[start : start + 60] for start in range(0, len(picture), 60))
    request = read(services, init_images=[f"data:image/png;base64,{picture}", wrapped])
    assert len(request.init_images) == 2


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a.png", "https://example.org/a.png", "HTTP://x", "file:///etc/passwd", "ftp://x/y"]
)
def test_address_is_refused_and_never_fetched(services: Services, address: str) -> None:
    with pytest.raises(HTTPException) as caught:
        read(services, init_images=[address])
    assert caught.value.status_code == 422
    assert "not fetched" in caught.value.detail


@pytest.mark.parametrize("text", ["%%%", "data:image/png;base64,***", "한글", "abc"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(HTTPException):
        read_base64(text)


def test_missing_init_image_is_the_web_uis_404(services: Services) -> None:
    with pytest.raises(HTTPException) as caught:
        read(services, init_images=[])
    assert (caught.value.status_code, caught.value.detail) == (404, "Init image not found")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"script_name": "x/y/z plot"}, "Script 'x/y/z plot' not found"),
        ({"alwayson_scripts": {"adetailer": {"args": []}}}, "always on script adetailer not found"),
    ],
)
def test_unknown_script_is_the_web_uis_422(services: Services, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(HTTPException, match=message):
        read(services, **fields)


@pytest.mark.parametrize("fields", [{"batch_size": 9}, {"batch_size": 3, "n_iter": 3}, {"width": 4096}])
def test_more_than_the_operator_allows_is_refused(services: Services, fields: dict[str, int]) -> None:
    with pytest.raises(CannotGenerateError, match="at most"):
        read(services, **fields)


def test_too_many_init_images_are_refused_before_they_are_decoded(services: Services) -> None:
    with pytest.raises(CannotGenerateError):
        read(services, init_images=["%%%"] * 9)


@pytest.mark.parametrize(
    "fields",
    [
        {"seed": -2},
        {"seed": 2**32},
        {"steps": 0},
        {"steps": 151},
        {"width": 63},
        {"height": 4097},
        {"denoising_strength": 1.01},
        {"denoising_strength": float("nan")},
        {"cfg_scale": 31},
        {"resize_mode": 4},
        {"batch_size": 0},
        {"prompt": "x" * 20_001},
        {"force_task_id": "x" * 201},
        {"init_images": "not a list"},
        {"override_settings": []},
    ],
)
def test_values_out_of_range_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Img2ImgBody(**fields)


def test_model_is_chosen_by_override(services: Services) -> None:
    body = Txt2ImgBody(override_settings={"sd_model_checkpoint": "PAINTER/INK_WASH", "CLIP_stop_at_last_layers": 2})
    assert find_model(body, services).name == "painter/ink_wash"
    assert read_request(body, find_model(body, services), services).clip_skip == 2
    with pytest.raises(ModelNotFoundError):
        find_model(Txt2ImgBody(override_settings={"sd_model_checkpoint": "v1-5.ckpt"}), services)


def test_control_units_are_read_with_their_aliases(services: Services) -> None:
    units = [
        {"enabled": False, "module": "canny"},
        {
            "enabled": True,
            "module": "Depth_Leres",
            "model": "depth [abc]",
            "weight": 0.5,
            "input_image": make_picture(),
            "resize_mode": "Crop and Resize",
            "control_mode": "ControlNet is more important",
            "guidance_end": 0.6,
            "threshold_a": 64,
            "processor_res": 512,
            "mask": None,
            "lowvram": True,
        },
        {"enabled": True, "image": "", "control_mode": 1, "resize_mode": 2},
        {"enabled": True, "image": {"image": make_picture(), "mask": ""}},
    ]
    request = read(services, alwayson_scripts={"ControlNet": {"args": units}})
    first, second, third = request.control_units
    assert (first.module, first.conditioning_scale, first.guidance_end) == ("depth_leres", 0.5, 0.6)
    assert (first.control_mode, first.resize_mode, first.processor_res_px) == ("control", 1, 512)
    assert (first.threshold_a, first.threshold_b) == (64, None)
    assert first.image is not None
    assert (second.image, second.control_mode, second.resize_mode) == (None, "prompt", 2)
    assert third.image is not None


def test_no_units_and_strange_arguments_mean_no_units(services: Services) -> None:
    for scripts in ({}, {"controlnet": {"args": []}}, {"controlnet": []}, {"controlnet": {"args": [1, "x"]}}):
        assert read(services, alwayson_scripts=scripts).control_units == ()


@pytest.mark.parametrize(
    ("unit", "error"),
    [
        ({"enabled": True, "weight": 3}, InvalidRequestError),
        ({"enabled": True, "control_mode": "loud"}, HTTPException),
        ({"enabled": True, "resize_mode": 7}, HTTPException),
        ({"enabled": True, "image": base64.b64encode(b"GIF89a").decode()}, BoothError),
    ],
)
def test_wrong_unit_is_refused(services: Services, unit: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        read(services, alwayson_scripts={"controlnet": {"args": [unit]}})


def test_mask_becomes_one_plane(services: Services) -> None:
    mask = read(services, mask=make_picture()).mask
    assert mask is not None
    assert (mask.shape, mask.dtype, mask[0, 0]) == ((40, 40), np.uint8, 90)


def test_shipped_styles_folder_is_found_next_to_the_package() -> None:
    assert (GeneratorSettings().styles.folder / "watercolour" / "style.toml").is_file()
    assert Path("styles") not in GeneratorSettings().styles.folder.parents


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"restore_faces": True}, "face restoration"),
        ({"s_min_uncond": 1.0}, "negative prompt cannot be left out"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(services: Services, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotGenerateError, match=words):
        read(services, **fields)
    # What clients always send means nothing.
    read(services, restore_faces=False, tiling=None, subseed=-1, seed_resize_from_w=0, seed_resize_from_h=0, eta=1.0)


def read_units(services: Services, *units: dict[str, Any], **fields: Any) -> tuple[ControlUnit, ...]:
    scripts = {"ControlNet": {"args": [{"enabled": True, **unit} for unit in units]}}
    return read(services, alwayson_scripts=scripts, **fields).control_units


def test_units_keep_their_maps_unless_told_not_to(services: Services) -> None:
    units = ({}, {"save_detected_map": False}, {"save_detected_map": None})
    assert [unit.keeps_detected_map for unit in read_units(services, *units)] == [True, False, True]
    quiet = {"override_settings": {"control_net_no_detectmap": True}}
    assert not any(unit.keeps_detected_map for unit in read_units(services, *units, **quiet))


def test_units_name_the_passes_that_they_speak_in(services: Services) -> None:
    options = ("Both", "Low res only", "High res only")
    units = read_units(services, *({"hr_option": option} for option in options))
    assert [unit.passes for unit in units] == ["both", "first", "second"]
    with pytest.raises(HTTPException, match="Unknown mode"):
        read_units(services, {"hr_option": "Sometimes"})


def test_what_units_cannot_have_is_refused(services: Services) -> None:
    for wish in ({"advanced_weighting": [1.0]}, {"effective_region_mask": "x"}):
        with pytest.raises(CannotGenerateError, match="single blocks"):
            read_units(services, wish)
    with pytest.raises(CannotGenerateError, match="at most 10"):
        read_units(services, *({} for _ in range(11)))


def test_a_mask_is_read_with_its_use_and_without_it_there_is_none(services: Services) -> None:
    masked = read(services, mask=make_picture(), mask_blur=2, inpainting_fill=3)
    assert masked.mask is not None
    assert masked.mask.shape == (40, 40)
    assert (masked.mask_use.blur_px, masked.mask_use.content) == (2, "nothing")
    plain = read(services, mask_blur=2, inpainting_fill=3, initial_noise_multiplier=0.9)
    assert (plain.mask, plain.mask_use, plain.noise_multiplier) == (None, MaskUse(), 0.9)


def test_styles_bring_their_words(services: Services) -> None:
    plain = read(services, prompt="a face", styles=["not there"])
    assert (plain.prompt, plain.negative_prompt) == ("a face", "")
    styled = read(services, prompt="a face", styles=["ink_wash"])
    pack = services.catalog.get_pack("ink_wash").manifest.diffusion
    assert pack is not None
    assert styled.prompt == f"a face, {pack.prompt}"
    assert styled.negative_prompt == pack.negative_prompt


@pytest.mark.parametrize(
    ("script", "is_asked"),
    [
        ({}, False),
        ({"likeness": {"args": [True]}}, True),
        ({"Likeness": {}}, True),
        ({"likeness": {"args": [{"enabled": False}]}}, False),
        ({"likeness": {"args": [False]}}, False),
    ],
)
def test_likeness_is_kept_where_it_is_asked_for(services: Services, script: dict[str, Any], is_asked: bool) -> None:
    assert read(services, alwayson_scripts=script).keeps_likeness is is_asked
