"""Prompts by a real GPT-2, tiny and untrained: seeds, lengths, refusals, and what the folder must hold."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from generator_server.diffusion.annotators.room import NetworkRoom
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.words import Words
from generator_server.diffusion.words.prompt_model import AT_ONCE
from generator_server.engines.wording import PromptOrder
from generator_server.errors import CannotGenerateError, GenerationCancelledError
from tests.unit.generator_server.diffusion.words.tiny_gpt import END, POSITIONS, WORDS

ORDER = PromptOrder("ink", "warm light", count=3, seed=4, min_length=5, max_length=12, top_k=12)


def write(words: Words, order: PromptOrder) -> tuple[str, ...]:
    return words.write_prompts(order, lambda share: None)


def test_the_same_order_gives_the_same_prompts_and_another_seed_others(words: Words) -> None:
    prompts = write(words, ORDER)
    assert len(set(prompts)) == 3
    assert write(words, ORDER) == prompts
    assert write(words, replace(ORDER, seed=40)) != prompts
    assert write(words, replace(ORDER, model="wash")) != prompts


def test_a_prompt_does_not_depend_on_those_written_with_it(words: Words) -> None:
    many = write(words, replace(ORDER, count=AT_ONCE + 2))
    assert len(many) == AT_ONCE + 2
    assert many[:3] == write(words, ORDER)
    assert many[-1:] == write(words, replace(ORDER, count=1, seed=ORDER.seed + AT_ONCE + 1))


def test_prompts_begin_with_the_text_and_keep_to_their_lengths(words: Words) -> None:
    prompts = write(words, replace(ORDER, count=20, top_k=None))
    lengths = {len(prompt.split()) for prompt in prompts}
    assert all(prompt.startswith("warm light ") and END not in prompt for prompt in prompts)
    assert min(lengths) >= ORDER.min_length
    assert max(lengths) == ORDER.max_length
    assert len(lengths) > 1  # some came to their end earlier


def test_without_a_text_any_word_may_be_the_first(words: Words) -> None:
    prompts = write(words, replace(ORDER, text="", count=12))
    assert len({prompt.split()[0] for prompt in prompts}) > 3
    assert {word for prompt in prompts for word in prompt.split()} <= set(WORDS)


def test_the_likeliest_prompt_is_that_of_the_library(words: Words, models: Path) -> None:
    from transformers import AutoTokenizer, GPT2LMHeadModel

    folder = models / "prompt_models" / "ink"
    reader, net = AutoTokenizer.from_pretrained(folder), GPT2LMHeadModel.from_pretrained(folder)
    rules: dict[str, Any] = {"min_length": 9, "max_length": 30, "repetition_penalty": 1.4}
    tokens = net.generate(**reader("soft paper", return_tensors="pt"), do_sample=False, pad_token_id=0, **rules)
    order = PromptOrder("ink", "soft paper", temperature=0.0, **rules)
    assert write(words, order) == (reader.decode(tokens[0], skip_special_tokens=True),)


def test_nobody_elses_chance_is_touched(words: Words) -> None:
    before = torch.get_rng_state()
    write(words, ORDER)
    assert torch.equal(torch.get_rng_state(), before)


def test_progress_grows_and_can_end_the_work(words: Words) -> None:
    heard: list[float] = []
    words.write_prompts(replace(ORDER, count=AT_ONCE + 1, min_length=12), heard.append)
    assert heard == sorted(heard)
    assert (heard[0] < 0.2, 0.9 < heard[-1] <= 1) == (True, True)

    def stop(share: float) -> None:
        if share > 0.5:
            raise GenerationCancelledError

    with pytest.raises(GenerationCancelledError):
        words.write_prompts(ORDER, stop)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"text": "warm " * 12}, "The text has 12 tokens; with a max_length of 12 nothing can follow"),
        ({"max_length": POSITIONS + 1}, f"writes at most {POSITIONS} tokens"),
        ({"model": "other"}, "no prompt model other here. There are ink, wash"),
        ({"model": "../prompt_models/ink/.."}, "no prompt model"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(wish: dict[str, object], sentence: str, words: Words) -> None:
    with pytest.raises(CannotGenerateError) as caught:
        write(words, replace(ORDER, **wish))  # type: ignore[arg-type]
    assert sentence in str(caught.value)


def test_names_are_read_as_hubs_write_them(words: Words) -> None:
    assert words.list_prompt_models() == ("ink", "wash")
    assert words.find_prompt_obstacle("AUTOMATIC/ink") is None
    assert write(words, replace(ORDER, model="AUTOMATIC/ink")) == write(words, ORDER)


@pytest.fixture
def shelf(models: Path, tmp_path: Path) -> Path:
    """A folder of models of one's own, with the prompt model `ink`."""
    shutil.copytree(models / "prompt_models" / "ink", tmp_path / "prompt_models" / "ink")
    return tmp_path


def build(folder: Path) -> Words:
    return Words(folder, "cpu", NetworkRoom((), 2**20))


def test_models_come_and_go_while_the_program_runs(shelf: Path, models: Path) -> None:
    words = build(shelf)
    shutil.copytree(models / "prompt_models" / "wash", shelf / "prompt_models" / "wash")
    (shelf / "prompt_models" / ".tmp").mkdir()
    assert words.list_prompt_models() == ("ink", "wash")
    write(words, ORDER)
    shutil.rmtree(shelf / "prompt_models" / "ink")
    assert words.list_prompt_models() == ("wash",)
    assert words._room.held_bytes > 0  # it is still in memory, and counts
    assert "no prompt model ink" in (words.find_prompt_obstacle("ink") or "")


def test_without_any_the_operator_is_told_what_to_put_where(tmp_path: Path) -> None:
    words = build(tmp_path)
    assert words.list_prompt_models() == ()
    assert "weights into prompt_models/NAME/" in (words.find_prompt_obstacle("ink") or "")


def test_pickles_and_torn_files_are_not_listed_and_named_when_asked_for(shelf: Path) -> None:
    words, weights = build(shelf), shelf / "prompt_models" / "ink" / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1])
    assert (words.list_prompt_models(), "cut off" in (words.find_prompt_obstacle("ink") or "")) == ((), True)
    weights.rename(weights.with_name("pytorch_model.bin"))
    assert "holds pickled weights, which may run code" in (words.find_prompt_obstacle("ink") or "")


def test_numbers_that_ran_away_are_no_prompt(shelf: Path) -> None:
    weights = shelf / "prompt_models" / "ink" / "model.safetensors"
    tensors = load_file(weights)
    tensors["transformer.ln_f.weight"].fill_(float("nan"))
    save_file(tensors, weights, metadata={"format": "pt"})
    with pytest.raises(ModelFileError, match="prompt_models/ink ran away"):
        write(build(shelf), ORDER)


def test_a_tokenizer_that_belongs_to_another_network_is_refused(shelf: Path) -> None:
    file = shelf / "prompt_models" / "ink" / "tokenizer.json"
    file.write_text(file.read_text().replace('"light": 2', '"light": 99'))
    with pytest.raises(ModelFileError, match="does not belong to its network"):
        write(build(shelf), ORDER)
