"""From a body's words to where its pictures' noise comes from."""

from __future__ import annotations

import math
import secrets

from generator_server.engines import Churn, Randomness
from generator_server.http.bodies import GenerationBody
from generator_server.http.schemas import MOST_SEED


def read_seeds(body: GenerationBody) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Each picture's seed and variation seed; -1 is a random first one.

    Pictures that vary one noise have the same seed; otherwise seeds follow one another. Variation seeds always do.
    """
    count = body.batch_size * body.n_iter
    step = 0 if body.subseed_strength > 0 else 1
    return _count_on(body.seed, step, count), _count_on(body.subseed, 1, count)


def read_noise_size(body: GenerationBody) -> tuple[int, int] | None:
    """The size in pixels of the picture whose noise is taken over, None for the picture's own."""
    size = body.seed_resize_from_w, body.seed_resize_from_h
    return size if min(size) > 0 else None


def read_randomness(body: GenerationBody) -> Randomness:
    """What is asked of the samplers' fresh noise."""
    churn = Churn(body.s_churn, body.s_tmin, body.s_tmax or math.inf)
    return Randomness(eta=body.eta, noise_factor=body.s_noise, churn=churn)


def _count_on(asked: int, step: int, count: int) -> tuple[int, ...]:
    first = secrets.randbelow(MOST_SEED + 1) if asked == -1 else asked
    return tuple((first + step * number) % (MOST_SEED + 1) for number in range(count))
