"""Infotext: what is written can be read again, and other programs' lines are understood."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator_server.engines import ControlUnit, GenerationRequest, Model, Sampler, Schedule
from generator_server.http.infotext import name_sampler, parse_infotext, write_infotext
from generator_server.http.pictures import encode_png
from generator_server.http.png_text import MOST_TEXT_BYTES, SIGNATURE, read_png_texts

MODEL = Model(name="painter/calm", sha256="0123456789" + "f" * 54, filename="", revision="1-0123456789")


def make_request(prompt: str = "", negative: str = "", kind: str = "img2img") -> GenerationRequest:
    return GenerationRequest(
        task_id="t",
        kind=kind,  # type: ignore[arg-type]
        model=MODEL,
        prompt=prompt,
        negative_prompt=negative,
        seeds=(7,),
        width_px=96,
        height_px=128,
        denoising_strength=0.6,
    )


def write(request: GenerationRequest, **remarks: str) -> str:
    return write_infotext(request, sampler="Painter", seed=7, remarks=remarks)


def test_line_is_what_web_uis_write() -> None:
    text = write(make_request("a calm face", "noise"), Engine="painter")
    assert text == (
        "a calm face\nNegative prompt: noise\nSteps: 20, Sampler: Painter, CFG scale: 7, Seed: 7, Size: 96x128, "
        "Model hash: 0123456789, Model: painter/calm, Denoising strength: 0.6, Engine: painter"
    )


def test_txt2img_has_no_denoising_strength() -> None:
    assert "Denoising" not in write(make_request(kind="txt2img"))


SAMPLERS = (Sampler("DPM++ 2M", ("k_dpmpp_2m",)), Sampler("Euler a", ("k_euler_a",)), Sampler("Euler"))
SCHEDULES = (Schedule("automatic", "Automatic"), Schedule("karras", "Karras"), Schedule("sgm_uniform", "SGM Uniform"))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Euler a", "Euler a"),
        ("euler", "Euler"),
        ("Euler a Karras", "Euler a"),
        ("  euler   A  sgm uniform ", "Euler a"),
        ("k_dpmpp_2m", "DPM++ 2M"),
        ("", "DPM++ 2M"),
        ("Euler b", "DPM++ 2M"),
    ],
)
def test_a_sampler_is_called_by_the_engine_s_own_name(asked: str, expected: str) -> None:
    assert name_sampler(asked, SAMPLERS, SCHEDULES) == expected


def test_schedule_clip_skip_and_units_are_written_where_web_uis_write_them() -> None:
    unit = ControlUnit(
        model="first [0123abcd]",
        module="none",
        image=None,
        conditioning_scale=0.5,
        guidance_start=0.0,
        guidance_end=0.8,
        control_mode="prompt",
        resize_mode=1,
        processor_res_px=None,
        threshold_a=64.0,
        threshold_b=None,
        is_pixel_perfect=False,
        keeps_detected_map=True,
    )
    text = write(replace(make_request("calm"), clip_skip=2, control_units=(unit,)), **{"Schedule type": "Karras"})
    assert "Steps: 20, Sampler: Painter, Schedule type: Karras, CFG scale: 7" in text
    assert text.count("Schedule type") == 1
    parsed = parse_infotext(text)
    assert parsed["Clip skip"] == "2"
    assert parsed["ControlNet 0"] == (
        "Module: none, Model: first [0123abcd], Weight: 0.5, Resize Mode: Crop and Resize, Processor Res: -1, "
        "Threshold A: 64, Threshold B: -1, Guidance Start: 0, Guidance End: 0.8, Pixel Perfect: False, "
        "Control Mode: My prompt is more important"
    )


def test_variations_and_tiling_are_written_where_web_uis_write_them() -> None:
    request = replace(
        make_request("calm"),
        seeds=(7, 7),
        variation_seeds=(5, 6),
        variation_strength=0.25,
        noise_size_px=(64, 48),
        is_tiling=True,
    )
    text = write_infotext(request, sampler="Euler", seed=7, remarks={}, number=1)
    assert (
        "Model: painter/calm, Variation seed: 6, Variation seed strength: 0.25, Seed resize from: 64x48, "
        "Denoising strength: 0.6, Tiling: True"
    ) in text
    # Without strength the second seed is not heard, and not written.
    assert "Variation" not in write(replace(request, variation_strength=0.0))


prompts = st.text(alphabet=st.characters(blacklist_categories=["C", "Z"]), max_size=80)


@given(prompt=prompts, negative=prompts, remark=st.text(alphabet='abc ,:"\\\n', min_size=1, max_size=20))
def test_round_trip(prompt: str, negative: str, remark: str) -> None:
    parsed = parse_infotext(write(make_request(prompt, negative), Remark=remark))
    assert parsed["Prompt"] == prompt.strip()
    assert parsed["Negative prompt"] == negative.strip()
    assert parsed["Remark"] == remark.strip() or parsed["Remark"] == remark
    assert (parsed["Seed"], parsed["Size-1"], parsed["Size-2"]) == ("7", "96", "128")


def test_round_trip_through_a_png() -> None:
    text = write(make_request("한국어 prompt", "noise"), Engine="painter")
    data = base64.b64decode(encode_png(np.zeros((8, 8, 3), np.uint8), text))
    assert read_png_texts(data)["parameters"] == text
    assert parse_infotext(read_png_texts(data)["parameters"])["Prompt"] == "한국어 prompt"


def test_other_programs_line_is_understood() -> None:
    parsed = parse_infotext(
        "cat, <lora:x:0.8>\nsecond line\nNegative prompt: dog\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, "
        'CFG scale: 7.5, Seed: 1, Size: 512x768, ControlNet 0: "Module: canny, Weight: 1", Version: v1.10.1'
    )
    assert parsed["Prompt"] == "cat, <lora:x:0.8>\nsecond line"
    assert parsed["ControlNet 0"] == "Module: canny, Weight: 1"
    assert (parsed["Schedule type"], parsed["Version"]) == ("Karras", "v1.10.1")


@pytest.mark.parametrize("text", ["just a prompt", "a: b, c: d", "one\ntwo", ""])
def test_text_without_parameters_is_all_prompt(text: str) -> None:
    assert parse_infotext(text) == {"Prompt": text, "Negative prompt": ""}


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def test_every_kind_of_text_chunk_is_read_and_the_first_of_a_name_wins() -> None:
    data = SIGNATURE + b"".join(
        (
            chunk(b"tEXt", b"Title\0caf\xe9"),
            chunk(b"tEXt", b"Title\0second"),
            chunk(b"zTXt", b"Packed\0\0" + zlib.compress(b"packed text")),
            chunk(b"iTXt", b"World\0\0\0ko\0\0" + "세계".encode()),
            chunk(b"iTXt", b"Small\0\1\0\0\0" + zlib.compress("작은".encode())),
        )
    )
    assert read_png_texts(data) == {"Title": "café", "Packed": "packed text", "World": "세계", "Small": "작은"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"JFIF",
        SIGNATURE,
        SIGNATURE + b"\xff\xff\xff\xfftEXt",
        SIGNATURE + chunk(b"zTXt", b"a\0\0notzlib"),
        SIGNATURE + chunk(b"iTXt", b"a\0"),
        SIGNATURE + chunk(b"iTXt", b"a\0\0\0only"),
    ],
)
def test_damaged_chunks_are_left_out(data: bytes) -> None:
    assert read_png_texts(data) == {}


def test_text_bomb_is_left_out() -> None:
    bomb = zlib.compress(bytes(50 * MOST_TEXT_BYTES), 9)
    data = SIGNATURE + chunk(b"zTXt", b"parameters\0\0" + bomb) + chunk(b"tEXt", b"ok\0fine")
    assert read_png_texts(data) == {"ok": "fine"}


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_signature_are_survived(tail: bytes) -> None:
    assert isinstance(read_png_texts(SIGNATURE + tail), dict)
