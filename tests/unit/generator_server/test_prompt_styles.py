"""Style packs as prompt styles: what is listed, and how their words join a prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator_server.http.prompt_styles import apply_styles, list_prompt_styles, merge
from generator_server.http.schemas import PromptStyleItem
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.packs import MANIFEST, write_pack

PART = (
    '\n[diffusion]\nprompt = "an ink drawing of {prompt}, calm"\nnegative_prompt = "photo"\ndenoising_strength = 0.5\n'
    'num_inference_steps = 4\nadapter = "ink.safetensors"\nadapter_weight = 0.8\n'
    '[diffusion.few_step]\nkind = "hyper_sd"\nadapter = "fast"\n'
)
STYLES = [
    PromptStyleItem(name="ink", prompt="ink of {prompt}, quiet", negative_prompt="photo"),
    PromptStyleItem(name="oil", prompt="oil on canvas", negative_prompt=""),
]


def test_packs_with_a_prompt_are_listed_with_the_tags_of_their_adapters(tmp_path: Path) -> None:
    # The placeholder is not a field of the template.
    manifest = MANIFEST.format(style_id="drawn", painter="watercolour", position=1)
    write_pack(tmp_path, "drawn", text=manifest + PART)
    (tmp_path / "drawn" / "ink.safetensors").write_bytes(b"")
    write_pack(tmp_path, "painted")
    (style,) = list_prompt_styles(StyleCatalog(tmp_path).list_packs())
    assert style.name == "drawn"
    assert style.prompt == "an ink drawing of {prompt}, calm <lora:style-drawn:0.8> <lora:fast:1>"
    assert style.negative_prompt == "photo"


@pytest.mark.parametrize(
    ("words", "prompt", "merged"),
    [
        ("ink of {prompt}, quiet", "a face", "ink of a face, quiet"),
        ("{prompt} and {prompt}", "a face", "a face and a face"),
        ("oil on canvas ", " a face", "a face, oil on canvas"),
        ("oil on canvas", "", "oil on canvas"),
        ("", "a face", "a face"),
        ("", "", ""),
        ("{other}", "a face", "a face, {other}"),
    ],
)
def test_words_join_a_prompt_as_in_web_uis(words: str, prompt: str, merged: str) -> None:
    assert merge(words, prompt) == merged


def test_styles_are_applied_one_after_the_other_and_unknown_ones_do_nothing() -> None:
    assert apply_styles("a face", "noise", ["ink", "gone", "oil"], STYLES) == (
        "ink of a face, quiet, oil on canvas",
        "noise, photo",
    )
    assert apply_styles("a face", "noise", [], STYLES) == ("a face", "noise")
