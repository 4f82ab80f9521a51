"""Crops keep heads whole, enlarge little and cut little."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from lora_training.dataset.buckets import Bucket, list_buckets
from lora_training.dataset.crops import MAX_ENLARGEMENT, Crop, cut_picture, fit_crop, list_heads, plan_crop
from lora_training.dataset.faces import find_faces
from painter import Box
from tests.unit.lora_training.dataset.pictures import make_drawing, place_portrait

CORNERS = [(0, 0), (588, 0), (0, 188), (588, 188), (294, 94)]


def is_inside(head: Box, crop: Box) -> bool:
    return (
        crop.x <= head.x
        and crop.y <= head.y
        and head.x + head.width <= crop.x + crop.width
        and head.y + head.height <= crop.y + crop.height
    )


@pytest.mark.parametrize("resolution", [512, 768, 1024])
def test_buckets_are_multiples_of_64_and_never_too_large(resolution: int) -> None:
    buckets = list_buckets(resolution)
    assert Bucket(resolution, resolution) in buckets
    assert all(side % 64 == 0 and side >= 256 for bucket in buckets for side in (bucket.width_px, bucket.height_px))
    assert max(bucket.pixels for bucket in buckets) == resolution**2
    assert {Bucket(bucket.height_px, bucket.width_px) for bucket in buckets} == set(buckets)


@pytest.mark.parametrize("corner", CORNERS)
def test_person_at_the_edge_is_cut_by_no_bucket(corner: tuple[int, int]) -> None:
    photo = place_portrait((1100, 700), corner)
    faces = find_faces(photo)
    assert faces, "the test needs a picture whose face is found"
    heads = list_heads((1100, 700), faces)
    crops = [fit_crop((1100, 700), heads, bucket) for bucket in list_buckets(768)]
    possible = [crop for crop in crops if crop is not None]
    assert len(possible) > 10
    for crop, head in itertools.product(possible, heads):
        assert is_inside(head, crop.box)
        assert 0 <= crop.box.x <= 1100 - crop.box.width
        assert 0 <= crop.box.y <= 700 - crop.box.height


@pytest.mark.parametrize("corner", CORNERS)
def test_the_face_is_still_found_in_the_cut_picture(corner: tuple[int, int]) -> None:
    photo = place_portrait((1100, 700), corner)
    cut = cut_picture(photo, plan_crop((1100, 700), list_heads((1100, 700), find_faces(photo)), 512))
    assert find_faces(cut)


def test_planned_crops_hold_every_head_whatever_the_picture() -> None:
    draw = random.Random(4)
    padded = 0
    for _ in range(60):
        size = (draw.randint(256, 3000), draw.randint(256, 1200))
        heads = [
            Box(x := draw.randint(0, size[0] - 60), y := draw.randint(0, size[1] - 60), size[0] - x, size[1] - y)
            if draw.random() < 0.2
            else Box(draw.randint(0, size[0] - 60), draw.randint(0, size[1] - 60), 60, 60)
            for _ in range(draw.randint(0, 3))
        ]
        crop = plan_crop(size, heads, 512)
        padded += crop.is_padded
        assert all(is_inside(head, crop.box) for head in heads)
        assert crop.bucket.width_px / crop.box.width <= MAX_ENLARGEMENT + 0.01 or crop.is_padded
    assert padded < 30


def test_head_is_the_face_with_hair_and_chin_inside_the_picture() -> None:
    assert list_heads((400, 400), [Box(150, 150, 100, 100)]) == [Box(110, 90, 180, 195)]
    assert list_heads((400, 400), [Box(0, 10, 100, 100)]) == [Box(0, 0, 140, 145)]
    assert list_heads((200, 200), [Box(120, 120, 80, 80)]) == [Box(88, 72, 112, 128)]


def test_without_faces_the_middle_is_kept() -> None:
    crop = fit_crop((1000, 500), [], Bucket(512, 512))
    assert crop == Crop(Bucket(512, 512), Box(250, 0, 500, 500))


def test_face_moves_the_crop_only_as_far_as_needed() -> None:
    crop = fit_crop((1000, 500), [Box(700, 100, 100, 100)], Bucket(512, 512))
    assert crop is not None
    assert crop.box == Box(300, 0, 500, 500)


def test_heads_too_far_apart_for_a_bucket_refuse_it() -> None:
    heads = [Box(0, 0, 100, 100), Box(900, 0, 100, 100)]
    assert fit_crop((1000, 500), heads, Bucket(512, 512)) is None
    assert fit_crop((1000, 500), heads, Bucket(704, 320)) == Crop(Bucket(704, 320), Box(0, 0, 1000, 455))


def test_nothing_is_enlarged_beyond_a_quarter() -> None:
    assert fit_crop((400, 400), [], Bucket(512, 512)) is None
    crop = plan_crop((300, 300), [], 512)
    assert crop == Crop(Bucket(320, 320), Box(0, 0, 300, 300))


@pytest.mark.parametrize(
    ("size", "bucket"),
    [
        ((1600, 1600), Bucket(512, 512)),
        ((1500, 1000), Bucket(576, 384)),
        ((1000, 1500), Bucket(384, 576)),
        ((4000, 1000), Bucket(1024, 256)),
    ],
)
def test_common_shapes_lose_nothing(size: tuple[int, int], bucket: Bucket) -> None:
    assert plan_crop(size, [], 512) == Crop(bucket, Box(0, 0, *size))


def test_faces_at_both_ends_of_a_long_picture_are_padded_not_cut() -> None:
    heads = [Box(0, 0, 200, 300), Box(3800, 0, 200, 300)]
    crop = plan_crop((4000, 300), heads, 512)
    assert crop.is_padded
    assert crop.box == Box(0, 0, 4000, 300)
    picture = np.full((300, 4000, 3), 40, dtype=np.uint8)
    picture[100:200, 100:3900] = (200, 30, 30)
    cut = cut_picture(picture, crop)
    assert cut.shape == (crop.bucket.height_px, crop.bucket.width_px, 3)
    assert (cut[0] == 40).all()
    assert (cut[cut.shape[0] // 2, cut.shape[1] // 2] == (200, 30, 30)).all()


def test_cut_shows_what_the_box_says() -> None:
    picture = make_drawing(1, (1000, 500))
    crop = Crop(Bucket(512, 512), Box(250, 0, 500, 500))
    cut = cut_picture(picture, crop)
    assert cut.shape == (512, 512, 3)
    difference = np.abs(cut.mean(axis=(0, 1)) - picture[:, 250:750].mean(axis=(0, 1)))
    assert difference.max() < 1.0
