"""What is not packed, and why."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from lora_training.errors import DatasetChangedError
from lora_training.packing import PackWords, build_pack, state_words
from lora_training.publishing_errors import PackTermsError, RunOfOtherSetError, RunUnfinishedError
from lora_training.run_record import RunMissingError
from lora_training.training_errors import AdapterRefusedError
from tests.unit.lora_training.publishing.runs import write_adapter_run, write_look_run, write_set

WORDS = PackWords("따뜻한 먹", "Warm ink")


@pytest.fixture
def dataset(learnt: tuple[Path, Path]) -> Path:
    return learnt[0]


@pytest.fixture
def look_run(learnt: tuple[Path, Path]) -> Path:
    return learnt[1]


@pytest.fixture
def adapter_run(dataset: Path, tmp_path: Path) -> Path:
    return write_adapter_run(tmp_path / "adapter", dataset)


def test_a_run_that_is_not_finished_is_refused(dataset: Path, tmp_path: Path) -> None:
    run = write_look_run(tmp_path / "run", dataset, state="interrupted")
    with pytest.raises(RunUnfinishedError):
        build_pack(dataset, run, WORDS, tmp_path)
    with pytest.raises(RunMissingError):
        build_pack(dataset, tmp_path, WORDS, tmp_path)


def test_a_run_of_other_pictures_or_terms_is_refused(
    dataset: Path, look_run: Path, adapter_run: Path, tmp_path: Path
) -> None:
    more = write_set(tmp_path / "more", 4)
    other = write_set(tmp_path / "other", style_id="another")
    freer = write_set(tmp_path / "freer", licence="CC0-1.0")
    for number, (pictures, run) in enumerate([(more, look_run), (other, look_run), (freer, adapter_run)]):
        with pytest.raises(RunOfOtherSetError):
            build_pack(pictures, run, WORDS, tmp_path / str(number))
    (more / "pictures" / "0001.png").write_bytes(b"changed")
    with pytest.raises(DatasetChangedError):
        build_pack(more, look_run, WORDS, tmp_path)


def test_a_look_without_a_model_has_neither_weight_nor_prompt(dataset: Path, look_run: Path, tmp_path: Path) -> None:
    for words in (PackWords("먹", "Ink", weight=0.5), PackWords("먹", "Ink", prompt="a boat")):
        with pytest.raises(PackTermsError, match="learnt without a base model"):
            build_pack(dataset, look_run, words, tmp_path / str(words.weight))


@pytest.mark.parametrize("damage", ["cut", "no header", "too long", "gone"])
def test_a_broken_adapter_is_refused(damage: str, dataset: Path, adapter_run: Path, tmp_path: Path) -> None:
    file = adapter_run / "warm_ink.safetensors"
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        longest = struct.pack("<Q", 2**60) + whole[8:]
        file.write_bytes({"cut": whole[:-1], "no header": b"PK" + whole, "too long": longest}[damage])
    with pytest.raises(AdapterRefusedError):
        build_pack(dataset, adapter_run, WORDS, tmp_path / "packs")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_ko": " "}, "--name-ko"),
        ({"name_en": "n" * 81}, "--name-en"),
        ({"description_ko": ""}, "--description-ko"),
        ({"description_en": "d" * 401}, "--description-en"),
        ({"prompt": "p" * 1001}, "--prompt"),
        ({"weight": 0.0}, "--weight"),
        ({"weight": 2.5}, "--weight"),
    ],
)
def test_words_that_cannot_be_used_are_named(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(PackTermsError) as refused:
        state_words(**{"name_ko": "먹", "name_en": "Ink"} | wrong)
    assert refused.value.public_message("ko").startswith(field)


def test_a_prompt_that_is_too_long_with_its_trigger_is_refused(
    dataset: Path, adapter_run: Path, tmp_path: Path
) -> None:
    longest = "p" * (1000 - len("mb-warm_ink"))
    with pytest.raises(PackTermsError, match="trigger token"):
        build_pack(dataset, adapter_run, state_words(name_ko="먹", name_en="Ink", prompt=longest), tmp_path / "a")
    called = state_words(name_ko="먹", name_en="Ink", prompt=f"{longest}mb-warm_ink")
    pack = build_pack(dataset, adapter_run, called, tmp_path / "b")
    assert pack.style["diffusion"]["prompt"] == called.prompt
