"""How much fresh noise a sampler adds on its way, as clients may ask for it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Churn:
    """Noise before each step between two noise levels; `amount` is spread over the steps (Karras et al. 2022)."""

    amount: float = 0.0
    least_sigma: float = 0.0
    most_sigma: float = math.inf


NO_CHURN = Churn()


@dataclass(frozen=True)
class Randomness:
    """What is asked; each sampler follows what it has of it.

    `eta` is the share of a step's noise that is drawn afresh, 0 for none; None leaves it to the sampler.
    `noise_factor` multiplies the standard deviation of fresh noise.
    """

    eta: float | None = None
    noise_factor: float = 1.0
    churn: Churn = NO_CHURN


NOTHING_ASKED = Randomness()
