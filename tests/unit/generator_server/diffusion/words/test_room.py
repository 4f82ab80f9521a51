"""Captioner and prompt models share the annotators' room: they are planned for, make way, and leave with the rest."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from generator_server.diffusion import DiffusionEngine
from generator_server.diffusion.annotators.room import NetworkRoom
from generator_server.diffusion.model_files import count_values
from generator_server.diffusion.words import Words
from generator_server.engines.wording import PromptOrder, WordingEngine
from generator_server.settings import DiffusionSettings

PHOTO = np.full((32, 32, 3), 120, np.uint8)
ORDER = PromptOrder("ink", "calm", max_length=6)


def count_bytes(models: Path, name: str) -> int:
    return 4 * count_values(models / name)


def test_they_are_planned_for_before_they_are_loaded(words: Words, room: NetworkRoom, models: Path) -> None:
    names = ("captioner", "prompt_models/ink", "prompt_models/wash")
    assert room.planned_bytes == sum(count_bytes(models, name) for name in names)
    assert room.held_bytes == 0
    words.describe(PHOTO)
    assert room.held_bytes == count_bytes(models, "captioner")


def test_the_one_used_longest_ago_makes_room(words: Words, room: NetworkRoom, models: Path) -> None:
    words.describe(PHOTO)
    room.limit(count_bytes(models, "captioner"))
    words.write_prompts(ORDER, lambda share: None)
    assert room.held_bytes == count_bytes(models, "prompt_models/ink")
    room.limit(0)
    words.describe(PHOTO)
    assert room.held_bytes == 0


def test_nobody_waits_for_a_long_prompt_and_its_network_leaves_after_it(words: Words, room: NetworkRoom) -> None:
    """An engine that rests, or lacks memory, must not stand still until some prompts are written."""
    is_writing, may_end = threading.Event(), threading.Event()

    def wait(share: float) -> None:
        is_writing.set()
        assert may_end.wait(30)

    writer = threading.Thread(target=words.write_prompts, args=(ORDER, wait))
    writer.start()
    assert is_writing.wait(30)
    room.release_all()
    assert room.held_bytes > 0
    may_end.set()
    writer.join(30)
    assert room.held_bytes == 0
    words.write_prompts(ORDER, lambda share: None)
    assert room.held_bytes > 0


def test_an_engine_without_a_usable_model_has_words_and_lets_go_of_them(models: Path) -> None:
    engine = DiffusionEngine(models, DiffusionSettings(device="cpu"))
    assert isinstance(engine, WordingEngine)
    assert not engine.has_weights
    assert engine.words.describe(PHOTO)
    assert engine.has_weights
    engine.rest()
    assert not engine.has_weights
