"""Pictures are withheld by the weights that are there, exactly as their authors' own code judges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from transformers import CLIPConfig

from generator_server.diffusion.failures import ModelFileError, PictureWithheldError
from generator_server.diffusion.safety import SafetyChecker, find_checker, prepare_for_clip
from generator_server.engines.protocol import Pixels

SIDE = 32
CPU = torch.device("cpu")


def build_judge(*, bound: float, special_bound: float = 2.0) -> Any:
    """The true layers at little width, with seeded weights and one bound for all concepts."""
    torch.manual_seed(0)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config=small, vision_config={**small, "image_size": SIDE, "patch_size": 8}, projection_dim=12
    )
    judge: Any = StableDiffusionSafetyChecker(config)
    with torch.no_grad():
        judge.concept_embeds.normal_()
        judge.special_care_embeds.normal_()
        judge.concept_embeds_weights.fill_(bound)
        judge.special_care_embeds_weights.fill_(special_bound)
    return judge.eval()


def make_pictures(count: int = 12, side: int = 48) -> list[Pixels]:
    generator = np.random.default_rng(5)
    colours = generator.integers(0, 256, (count, 1, 1, 3))
    noise = generator.integers(-40, 40, (count, side, side + 8, 3))
    return list(np.clip(colours + noise, 0, 255).astype(np.uint8))


def ask_authors(judge: Any, pictures: list[Pixels]) -> list[int]:
    seen = torch.stack([prepare_for_clip(picture, SIDE) for picture in pictures])
    _, verdicts = judge(seen, [np.zeros((1, 1, 3)) for _ in pictures])
    return [number for number, is_unsafe in enumerate(verdicts) if is_unsafe]


# Some of the pictures below come nearer than this to some concept of `build_judge`, and some do not.
MIDDLE = 0.3107


def test_it_judges_as_its_authors_code_does() -> None:
    pictures = make_pictures()
    expected = ask_authors(build_judge(bound=MIDDLE), pictures)
    assert 0 < len(expected) < len(pictures)
    assert SafetyChecker(build_judge(bound=MIDDLE), CPU).find_unsafe(pictures) == expected


def test_special_care_lowers_the_bounds_for_the_others() -> None:
    """With a special concept in sight, what lies within 0.01 under its bound counts too."""
    pictures = make_pictures()
    plain = SafetyChecker(build_judge(bound=MIDDLE), CPU).find_unsafe(pictures)
    careful = SafetyChecker(build_judge(bound=MIDDLE, special_bound=-2.0), CPU).find_unsafe(pictures)
    assert set(plain) < set(careful)
    assert careful == ask_authors(build_judge(bound=MIDDLE, special_bound=-2.0), pictures)


def test_one_unsafe_picture_withholds_the_answer() -> None:
    pictures = make_pictures(4)
    SafetyChecker(build_judge(bound=1.5), CPU).check(pictures)
    with pytest.raises(PictureWithheldError):
        SafetyChecker(build_judge(bound=-1.5), CPU).check(pictures)


def test_a_picture_is_cut_to_its_middle_and_normalised() -> None:
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:, 16:80] = 255
    seen = prepare_for_clip(picture, SIDE)
    assert seen.shape == (3, SIDE, SIDE)
    white = [(1 - 0.48145466) / 0.26862954, (1 - 0.4578275) / 0.26130258, (1 - 0.40821073) / 0.27577711]
    assert seen[:, SIDE // 2, 2:-2].mean(dim=1).tolist() == pytest.approx(white, abs=1e-5)


def test_the_weights_are_read_from_their_folder(tmp_path: Path) -> None:
    build_judge(bound=-1.5).save_pretrained(tmp_path / "safety_checker")
    checker = SafetyChecker.load(tmp_path / "safety_checker", CPU)
    assert checker.find_unsafe(make_pictures(3)) == [0, 1, 2]


def test_weights_that_are_cut_off_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "safety_checker"
    build_judge(bound=0.2).save_pretrained(folder)
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match="cut off"):
        SafetyChecker.load(folder, CPU)


def test_the_folder_for_all_models_comes_before_the_models_own(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoints" / "tiny"
    assert find_checker(tmp_path, checkpoint) is None
    for folder in (checkpoint / "safety_checker", tmp_path / "safety_checker"):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        assert find_checker(tmp_path, checkpoint) == folder
