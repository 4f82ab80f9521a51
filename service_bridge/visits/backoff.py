"""How long to wait before the next attempt. Pure, but for the random source that is handed in."""

from __future__ import annotations

from random import Random

_LARGEST_EXPONENT = 30


def backoff_s(tries: int, *, base_s: float, cap_s: float, random: Random) -> float:
    """Wait after `tries` failed tries (>= 1): doubling from `base_s`, capped, of which a random half to whole.

    The exponent is bounded, so that the ten-thousandth try costs no more than the twentieth.
    """
    whole = min(cap_s, base_s * 2.0 ** min(max(tries - 1, 0), _LARGEST_EXPONENT))
    return whole * random.uniform(0.5, 1.0)


def asked_for_s(retry_after_s: float, *, cap_s: float, random: Random) -> float:
    """Wait that a server asked for, capped, and up to a quarter longer so that many booths do not return at once."""
    return min(max(retry_after_s, 0.0), cap_s) * random.uniform(1.0, 1.25)
