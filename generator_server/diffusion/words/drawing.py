"""Which token comes next: drawn from what a language model expects, by generators of one's own.

The libraries' own loops draw from torch's global generator, which all threads share.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from generator_server.engines.wording import PromptOrder

# What a temperature of 0 counts as: the likeliest token, as good as always.
LEAST_TEMPERATURE = 1e-6


def draw_tokens(
    scores: Tensor, seen: Tensor, order: PromptOrder, end_token: int | None, generators: Sequence[torch.Generator]
) -> Tensor:
    """One token for each row, (rows,), by the rows' generators.

    `scores` (rows, vocabulary) are logits, `seen` (rows, length) the tokens so far; both on the CPU.
    """
    scores = discourage_seen(scores, seen, order.repetition_penalty)
    if end_token is not None and seen.shape[1] < order.min_length:
        scores[:, end_token] = -torch.inf
    scores = scores / max(order.temperature, LEAST_TEMPERATURE)
    if order.top_k is not None:
        scores = keep_best(scores, order.top_k)
    if order.top_p is not None:
        scores = keep_nucleus(scores, order.top_p)
    shares = scores.softmax(dim=1)
    drawn = [torch.multinomial(row, 1, generator=own) for row, own in zip(shares, generators, strict=True)]
    return torch.cat(drawn)


def discourage_seen(scores: Tensor, seen: Tensor, penalty: float) -> Tensor:
    """Tokens that were there already are the less likely the larger `penalty` is; 1 is none (Keskar et al. 2019)."""
    old = scores.gather(1, seen)
    return scores.scatter(1, seen, torch.where(old < 0, old * penalty, old / penalty))


def keep_best(scores: Tensor, count: int) -> Tensor:
    """Only the `count` likeliest tokens can be drawn (Fan, Lewis and Dauphin 2018)."""
    least = scores.topk(min(count, scores.shape[1]), dim=1).values[:, -1:]
    return scores.masked_fill(scores < least, -torch.inf)


def keep_nucleus(scores: Tensor, share: float) -> Tensor:
    """Only the likeliest tokens, of `share` of all chances, can be drawn, at least one (Holtzman et al. 2020)."""
    ranked, places = scores.sort(dim=1, descending=True)
    chances = ranked.softmax(dim=1)
    is_beyond = chances.cumsum(dim=1) - chances >= share
    is_beyond[:, 0] = False
    return scores.masked_fill(is_beyond.gather(1, places.argsort(dim=1)), -torch.inf)
