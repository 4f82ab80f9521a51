"""From the web UI's words to where a picture's noise comes from."""

from __future__ import annotations

from typing import Any

from generator_server.engines import Churn, Randomness
from generator_server.http.bodies import Txt2ImgBody
from generator_server.http.noise import read_noise_size, read_randomness, read_seeds


def read_varied(**fields: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return read_seeds(Txt2ImgBody(**fields))


def test_seeds_follow_one_another_where_nothing_is_varied() -> None:
    assert read_varied(seed=7, subseed=3, batch_size=2, n_iter=2) == ((7, 8, 9, 10), (3, 4, 5, 6))


def test_variations_share_a_seed_and_count_their_second_one() -> None:
    wish = {"seed": 7, "subseed": 2**32 - 1, "subseed_strength": 0.2, "batch_size": 3}
    assert read_varied(**wish) == ((7, 7, 7), (2**32 - 1, 0, 1))


def test_minus_one_is_a_random_second_seed() -> None:
    drawn = {read_varied(seed=7, subseed=-1, subseed_strength=0.2) for _ in range(5)}
    assert len(drawn) > 1
    assert {seeds for seeds, _ in drawn} == {(7,)}


def test_another_size_needs_both_sides() -> None:
    sizes = [{}, {"seed_resize_from_w": 64}, {"seed_resize_from_w": 64, "seed_resize_from_h": 48}]
    assert [read_noise_size(Txt2ImgBody(**size)) for size in sizes] == [None, None, (64, 48)]


def test_fresh_noise_is_asked_for_in_the_web_uis_words() -> None:
    asked = Txt2ImgBody(eta=0.5, s_churn=10, s_tmin=0.1, s_tmax=9, s_noise=1.1)
    assert read_randomness(asked) == Randomness(eta=0.5, noise_factor=1.1, churn=Churn(10, 0.1, 9))
    # What clients always send means nothing.
    assert read_randomness(Txt2ImgBody(eta=None, s_churn=0, s_tmin=0, s_tmax=0, s_noise=1)) == Randomness()
