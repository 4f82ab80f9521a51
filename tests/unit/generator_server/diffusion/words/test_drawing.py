"""Drawing the next token, held against the transformers library's own rules."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from transformers.generation.logits_process import (
    RepetitionPenaltyLogitsProcessor,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from generator_server.diffusion.words.drawing import discourage_seen, draw_tokens, keep_best, keep_nucleus
from generator_server.engines.wording import PromptOrder

SEEN = torch.tensor([[1, 4, 4], [0, 2, 6]])
END = 6


def make_scores(seed: int = 0) -> Tensor:
    return torch.randn(2, 30, generator=torch.Generator().manual_seed(seed)) * 2


def draw(scores: Tensor, order: PromptOrder, times: int = 60) -> list[set[int]]:
    """What was drawn for each row, in all."""
    generators = [torch.Generator().manual_seed(row) for row in range(len(scores))]
    rounds = [draw_tokens(scores, SEEN, order, END, generators).tolist() for _ in range(times)]
    return [set(column) for column in zip(*rounds, strict=True)]


@pytest.mark.parametrize("penalty", [1.0, 1.3, 4.0])
def test_what_was_seen_is_discouraged_as_the_library_does(penalty: float) -> None:
    scores = make_scores()
    theirs = RepetitionPenaltyLogitsProcessor(penalty)(SEEN, scores.clone())
    assert torch.equal(discourage_seen(scores, SEEN, penalty), theirs)


@pytest.mark.parametrize("count", [1, 7, 30, 99])
def test_the_best_are_those_of_the_library(count: int) -> None:
    scores = make_scores()
    assert torch.equal(keep_best(scores, count), TopKLogitsWarper(count)(SEEN, scores.clone()))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8, 0.99])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_nucleus_is_that_of_the_library(share: float, seed: int) -> None:
    scores = make_scores(seed)
    assert torch.equal(keep_nucleus(scores, share), TopPLogitsWarper(share)(SEEN, scores.clone()))


def test_a_nucleus_of_nothing_keeps_the_likeliest() -> None:
    kept = keep_nucleus(make_scores(), 0.0)
    assert torch.equal(kept.isfinite().sum(dim=1), torch.tensor([1, 1]))
    assert torch.equal(kept.argmax(dim=1), make_scores().argmax(dim=1))


def test_a_temperature_of_nothing_takes_the_likeliest_and_a_high_one_nearly_any() -> None:
    scores = make_scores()
    best = [{int(token)} for token in scores.argmax(dim=1)]
    assert draw(scores, PromptOrder("m", temperature=0.0)) == best
    assert min(map(len, draw(scores, PromptOrder("m", temperature=4.0)))) > 15


def test_each_row_draws_by_its_own_generator() -> None:
    scores = make_scores()[:1].repeat(2, 1)
    order = PromptOrder("m")

    def draw_once(seeds: list[int]) -> list[int]:
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        rows = slice(0, len(seeds))
        rounds = [draw_tokens(scores[rows], SEEN[[0] * len(seeds)], order, END, generators) for _ in range(20)]
        return [int(drawn[-1]) for drawn in rounds]

    assert draw_once([8, 9]) == draw_once([9])
    assert draw_once([9, 8]) != draw_once([8, 9])


def test_the_end_cannot_be_drawn_before_the_least_length() -> None:
    scores = make_scores()
    scores[:, END] = 9.0
    assert not any(END in drawn for drawn in draw(scores, PromptOrder("m", min_length=4)))
    assert all(END in drawn for drawn in draw(scores, PromptOrder("m", min_length=3)))
    assert scores[0, END] == 9.0
