"""The manifest's rules: every mistake is named by its field, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator_server.settings import SHIPPED_STYLES
from generator_server.styles import StyleCatalog
from tests.unit.generator_server.packs import MANIFEST, write_pack

GOOD = MANIFEST.format(style_id="calm", painter="watercolour", position=1)
DIFFUSION = """
[diffusion]
prompt = "calm"
denoising_strength = 0.5
"""
FEW = "num_inference_steps = 6\nguidance_scale = 1.5\n"
UNIT = '[[diffusion.controlnet]]\nmodel = "depth"\nmodule = "depth_leres"\n'

MISTAKES = {
    "missing format": (GOOD.replace("format = 1", ""), "format: field required."),
    "other format": (GOOD.replace("format = 1", "format = 2"), "format: input should be 1."),
    "unknown key": (GOOD + 'colour = "red"\n', "source.colour: extra inputs are not permitted."),
    "bad id": (GOOD.replace('"calm"', '"Calm Style"'), "style_id: string should match pattern"),
    "other folder": (GOOD.replace('"calm"', '"other"'), "style_id is 'other' but the folder is called 'calm'."),
    "no revision": (GOOD.replace("revision = 3", "revision = 0"), "revision: input should be greater than or equal"),
    "no Korean name": (GOOD.replace('ko = "수채화", ', ""), "name.ko: field required."),
    "empty English name": (GOOD.replace('"Watercolour"', '"  "'), "name.en: string should have at least 1 character"),
    "long name": (GOOD.replace('"Watercolour"', f'"{"x" * 81}"'), "name.en: string should have at most 80 characters"),
    "no description": (
        GOOD.replace('description = {ko = "맑은 물감", en = "Clear washes"}', ""),
        "description: field required.",
    ),
    "strength 0": (GOOD.replace("0.8", "0.0"), "painter.strength: input should be greater than 0."),
    "strength 2": (GOOD.replace("0.8", "2"), "painter.strength: input should be less than or equal to 1."),
    "unknown painter style": (
        GOOD.replace('style = "watercolour"', 'style = "gouache"'),
        "painter.style: the painter has no style 'gouache'; it has: watercolour",
    ),
    "unknown parameter": (
        GOOD.replace("strength = 0.8", "strength = 0.8\nparameters = {glitter = 1.0}"),
        "painter.parameters: Style 'watercolour' has no parameter 'glitter'",
    ),
    "parameter out of range": (
        GOOD.replace("strength = 0.8", "strength = 0.8\nparameters = {wetness = 9.0}"),
        "painter.parameters: wetness must lie between 0 and 2",
    ),
    "no engine": (
        GOOD.replace('[painter]\nstyle = "watercolour"\nstrength = 0.8', ""),
        "style.toml: a style needs a [painter] or a [diffusion] part.",
    ),
    "no licence": (GOOD.replace('licence = "CC0-1.0"\n', ""), "source.licence: field required."),
    "no prompt": (GOOD + DIFFUSION.replace('"calm"', '""'), "diffusion.prompt: string should have at least 1"),
    "too many steps": (GOOD + DIFFUSION + "num_inference_steps = 500\n", "diffusion.num_inference_steps: input should"),
    "weak denoising": (GOOD + DIFFUSION.replace("0.5", "0.01"), "diffusion.denoising_strength: input should be"),
    "heavy unit": (
        GOOD + DIFFUSION + UNIT + "conditioning_scale = 3\n",
        "diffusion.controlnet.0.conditioning_scale: input should be less than or equal to 2.",
    ),
    "unit window": (
        GOOD + DIFFUSION + UNIT + "guidance_start = 0.8\nguidance_end = 0.2\n",
        "diffusion.controlnet.0: guidance_start must not be after guidance_end.",
    ),
    "adapter with a path": (
        GOOD + DIFFUSION + 'adapter = "../ink.safetensors"\n',
        "diffusion.adapter: string should match pattern",
    ),
    "pickled adapter": (GOOD + DIFFUSION + 'adapter = "ink.pt"\n', "diffusion.adapter: string should match pattern"),
    "missing adapter": (
        GOOD + DIFFUSION + 'adapter = "ink.safetensors"\n',
        "diffusion.adapter: the file ink.safetensors is not in the pack.",
    ),
    "heavy adapter": (
        GOOD + DIFFUSION + 'adapter = "ink.safetensors"\nadapter_weight = 3.0\n',
        "diffusion.adapter_weight: input should be less than or equal to 2.",
    ),
    "weight of no adapter": (
        GOOD + DIFFUSION + "adapter_weight = 0.5\n",
        "diffusion: adapter_weight needs an adapter.",
    ),
    "unknown few-step method": (
        GOOD + DIFFUSION + FEW + '[diffusion.few_step]\nkind = "turbo"\n',
        "diffusion.few_step.kind: input should be 'lcm', 'hyper_sd' or 'tcd'.",
    ),
    "few-step adapter with a path": (
        GOOD + DIFFUSION + FEW + '[diffusion.few_step]\nkind = "lcm"\nadapter = "../lcm"\n',
        "diffusion.few_step.adapter: string should match pattern",
    ),
    "few step with many steps": (
        GOOD + DIFFUSION + '[diffusion.few_step]\nkind = "tcd"\n',
        "diffusion.few_step: needs num_inference_steps of at most 16.",
    ),
    "LCM with strong guidance": (
        GOOD + DIFFUSION + 'num_inference_steps = 6\n[diffusion.few_step]\nkind = "lcm"\n',
        "diffusion.few_step: lcm needs a guidance_scale of at most 2.",
    ),
    "few step with a sampler": (
        GOOD + DIFFUSION + FEW + 'sampler = "Euler"\n[diffusion.few_step]\nkind = "lcm"\n',
        "diffusion: leave sampler out where few_step chooses it.",
    ),
    "unknown control mode": (
        GOOD + DIFFUSION + UNIT + 'control_mode = "loud"\n',
        "diffusion.controlnet.0.control_mode: input should be 'balanced', 'prompt' or 'control'.",
    ),
    "no TOML": ("format = = 1", "style.toml is not valid TOML"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_named_in_words(name: str, tmp_path: Path) -> None:
    text, sentence = MISTAKES[name]
    write_pack(tmp_path, text=text)
    catalog = StyleCatalog(tmp_path)
    assert catalog.list_packs() == ()
    (problem,) = catalog.list_problems()
    assert problem.folder == "calm"
    assert sentence in " ".join(problem.sentences)


def test_every_wrong_field_is_named_at_once(tmp_path: Path) -> None:
    write_pack(tmp_path, text=GOOD.replace("revision = 3", "revision = -1").replace("0.8", "7"))
    (problem,) = StyleCatalog(tmp_path).list_problems()
    assert [sentence.partition(":")[0] for sentence in problem.sentences] == ["revision", "painter.strength"]


def test_diffusion_part_with_units_is_accepted(tmp_path: Path) -> None:
    write_pack(tmp_path, text=GOOD + DIFFUSION + UNIT + UNIT)
    (pack,) = StyleCatalog(tmp_path).list_packs()
    assert pack.manifest.diffusion is not None
    assert [unit.module for unit in pack.manifest.diffusion.controlnet] == ["depth_leres", "depth_leres"]


def test_shipped_packs_are_all_served_in_order() -> None:
    catalog = StyleCatalog(SHIPPED_STYLES)
    assert catalog.list_problems() == ()
    assert [pack.style_id for pack in catalog.list_packs()][:3] == ["watercolour", "oil", "ink_wash"]


def test_shipped_words_are_calm_and_in_both_languages() -> None:
    for pack in StyleCatalog(SHIPPED_STYLES).list_packs():
        words = [*pack.manifest.name.model_dump().values(), *pack.manifest.description.model_dump().values()]
        assert not any("!" in word for word in words)
        assert any("가" <= character <= "힣" for character in pack.manifest.description.ko)
        assert pack.manifest.description.en.isascii()
