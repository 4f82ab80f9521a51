"""The shelf: names, thresholds, caching, side by side work, and what it says of maps without content."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np
import pytest

from generator_server.diffusion.annotators import Annotators, open_annotators
from generator_server.diffusion.annotators.cache import MapCache, MapKey, hash_photo
from generator_server.engines.annotating import AnnotationOrder, ControlMap, NoAnnotators, Slider
from generator_server.errors import CannotGenerateError
from tests.unit.generator_server.diffusion.annotators.stand_ins import Counter, Seeker
from tests.unit.generator_server.diffusion.requests import make_photo

PHOTO = make_photo()


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def shelf(counter: Counter) -> Annotators:
    return Annotators([counter, Seeker()])


def test_the_second_call_is_answered_from_the_cache(shelf: Annotators, counter: Counter) -> None:
    first, second = (shelf.annotate(PHOTO, AnnotationOrder("counter", 64)) for _ in range(2))
    assert first is second
    assert len(counter.asked) == 1
    with pytest.raises(ValueError, match="read-only"):
        first.pixels[0, 0] = 0


@pytest.mark.parametrize(
    "other",
    [
        AnnotationOrder("counter", 96),
        AnnotationOrder("counter", 64, threshold_a=11),
        AnnotationOrder("counter", 64, threshold_b=1.5),
    ],
)
def test_another_order_is_another_map(other: AnnotationOrder, shelf: Annotators, counter: Counter) -> None:
    shelf.annotate(PHOTO, AnnotationOrder("counter", 64))
    shelf.annotate(PHOTO, other)
    assert len(counter.asked) == 2


def test_another_photo_is_another_map(shelf: Annotators, counter: Counter) -> None:
    order = AnnotationOrder("counter", 64)
    drawn = [shelf.annotate(photo, order).pixels for photo in (PHOTO, make_photo(5))]
    assert len(counter.asked) == 2
    assert not np.array_equal(*drawn)


def test_work_that_was_begun_is_not_done_twice(shelf: Annotators, counter: Counter) -> None:
    order = AnnotationOrder("counter", 64)
    counter.gate.clear()
    shelf.begin(PHOTO, order)
    shelf.begin(PHOTO, order)
    threading.Timer(0.05, counter.gate.set).start()
    assert np.array_equal(shelf.annotate(PHOTO, order).pixels, PHOTO)
    assert len(counter.asked) == 1


def test_one_annotator_does_one_thing_at_a_time(shelf: Annotators, counter: Counter) -> None:
    orders = [AnnotationOrder("counter", 64, threshold_a=level) for level in (2, 3, 4)]
    for order in orders:
        shelf.begin(PHOTO, order)
    for order in orders:
        shelf.annotate(PHOTO, order)
    assert (len(counter.asked), counter.most_at_once) == (3, 1)


@pytest.mark.parametrize("module", ["counter", "COUNTER", "counter (from white bg & black line)"])
def test_names_are_read_as_web_uis_write_them(module: str, shelf: Annotators) -> None:
    assert shelf.find_obstacle(module) is None
    assert shelf.annotate(PHOTO, AnnotationOrder(module, 64)).pixels.shape == PHOTO.shape


def test_plain_names_mean_those_that_need_no_weights() -> None:
    shelf = open_annotators(Path("/nowhere"))
    for short, full in (("lineart", "lineart_standard"), ("softedge", "softedge_gradient")):
        drawn = [shelf.annotate(PHOTO, AnnotationOrder(name, 64)) for name in (short, full)]
        assert drawn[0] is drawn[1]


def test_none_gives_the_picture_itself(shelf: Annotators) -> None:
    assert shelf.find_obstacle("none") is None
    assert shelf.annotate(PHOTO, AnnotationOrder("none")).pixels is PHOTO


def test_unknown_names_are_refused(shelf: Annotators) -> None:
    assert "no annotator depth" in (shelf.find_obstacle("depth") or "")
    with pytest.raises(CannotGenerateError, match="no annotator depth"):
        shelf.begin(PHOTO, AnnotationOrder("depth"))


def test_an_engine_without_annotators_says_so() -> None:
    nothing = NoAnnotators()
    assert nothing.list_annotators() == ()
    assert nothing.find_obstacle("none") is None
    assert "no annotator canny" in (nothing.find_obstacle("canny") or "")
    with pytest.raises(LookupError):
        nothing.annotate(PHOTO, AnnotationOrder("canny"))


def test_nothing_found_is_said_where_it_is_possible(shelf: Annotators, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        drawn = shelf.annotate(PHOTO, AnnotationOrder("seeker", 64))
    assert not drawn.pixels.any()
    assert "seeker found nothing" in drawn.remark
    assert [record.getMessage() for record in caplog.records] == [drawn.remark]


# What a client sends (64 is what the widespread one sends when nothing was chosen), and what is meant by it.
THRESHOLDS = [
    ("canny", (64, 64), (64, 64)),
    ("canny", (0, 256), (100, 200)),
    ("canny", (None, None), (100, 200)),
    ("scribble_xdog", (64, 64), (64, 0)),
    ("scribble_xdog", (65, 0), (32, 0)),
    ("mlsd", (64, 64), (0.1, 0.1)),
    ("mlsd", (2.0, 20.0), (2.0, 20.0)),
    ("mlsd", (0.0, 0.3), (0.1, 0.3)),
    ("depth_leres", (64, 64), (64, 64)),
    ("depth_leres", (-1, 101), (0, 0)),
    ("lineart_standard", (64, 64), (0, 0)),
]


@pytest.mark.parametrize(("module", "asked", "meant"), THRESHOLDS)
def test_thresholds_out_of_range_become_the_annotators_own(
    module: str, asked: tuple[float | None, float | None], meant: tuple[float, float]
) -> None:
    from generator_server.diffusion.annotators.shelf import build_key

    annotator = open_annotators(Path("/nowhere"))._find(module)
    assert annotator is not None
    key = build_key(annotator, PHOTO, AnnotationOrder(module, 64, *asked))
    assert (key.threshold_a, key.threshold_b) == meant


def test_a_slider_takes_its_ends() -> None:
    slider = Slider("A", 5, 1, 9)
    assert [slider.settle(value) for value in (0.99, 1, 9, 9.01, None)] == [5, 1, 9, 5, 5]


@pytest.mark.parametrize(("asked", "side_px"), [(None, 512), (-1, 512), (63, 512), (128, 128), (4096, 512)])
def test_the_shorter_side_is_the_resolution_and_512_otherwise(
    asked: int | None, side_px: int, shelf: Annotators
) -> None:
    wide = make_photo()[:32]
    assert shelf.annotate(wide, AnnotationOrder("counter", asked)).pixels.shape == (side_px, side_px * 2, 3)


def test_a_strip_does_not_become_a_giant(shelf: Annotators) -> None:
    strip = np.tile(make_photo()[:4], (1, 20, 1))
    assert max(shelf.annotate(strip, AnnotationOrder("counter", 512)).pixels.shape) <= 4096


def make_key(number: int) -> MapKey:
    return MapKey(str(number), "counter", 64, 0.0, 0.0)


def test_the_cache_keeps_what_was_used_last_within_its_bytes() -> None:
    cache = MapCache(3000)
    drawn = ControlMap(np.zeros((10, 100, 1), np.uint8))
    for number in (1, 2, 3):
        cache.keep(make_key(number), drawn)
    assert cache.find(make_key(1)) is drawn
    cache.keep(make_key(4), drawn)
    assert [number for number in (1, 2, 3, 4) if cache.find(make_key(number))] == [1, 3, 4]
    assert cache.held_bytes == 3000


def test_the_cache_counts_a_map_once_and_takes_none_that_is_too_large() -> None:
    cache = MapCache(1500)
    cache.keep(make_key(1), ControlMap(np.zeros((10, 100, 1), np.uint8)))
    cache.keep(make_key(1), ControlMap(np.zeros((10, 100, 1), np.uint8)))
    cache.keep(make_key(2), ControlMap(np.zeros((20, 100, 1), np.uint8)))
    assert cache.held_bytes == 1000
    assert cache.find(make_key(2)) is None


def test_photos_of_the_same_bytes_and_another_shape_differ() -> None:
    flat = np.zeros((4, 8, 3), np.uint8)
    assert hash_photo(flat) != hash_photo(flat.reshape(8, 4, 3))
    assert hash_photo(PHOTO[:, ::-1]) == hash_photo(PHOTO[:, ::-1].copy())
