"""A mask's fields, one by one: what they mean for the model's start, for the picture, and for what lies around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.control_images import ControlImages
from generator_server.diffusion.inpainting import (
    Region,
    crop_controls,
    find_region,
    frame_photo,
    soften_mask,
    spread_colours,
)
from generator_server.engines import MaskUse
from generator_server.engines.annotating import NoAnnotators
from generator_server.engines.protocol import Pixels
from tests.unit.generator_server.diffusion.requests import (
    SIDE_PX,
    load,
    make,
    make_latents,
    make_photo,
    make_request,
    make_unit,
)


def make_mask(height: int = SIDE_PX, width: int = SIDE_PX) -> Pixels:
    """The middle half of the rows and columns is masked."""
    mask = np.zeros((height, width), np.uint8)
    mask[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4] = 255
    return mask


def ask(use: MaskUse, **changes: Any) -> Any:
    return make_request(**{"mask": make_mask(), "mask_use": use, "denoising_strength": 0.9, **changes})


def test_blur_softens_the_edge_and_moves_it_nowhere() -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[:, 20:] = 255
    row = soften_mask(mask, MaskUse(blur_px=4))[20].astype(int)
    assert (np.diff(row) >= 0).all()
    # The kernel reaches two and a half standard deviations: 10 px to each side.
    assert (row[:10] == 0).all()
    assert (row[30:] == 255).all()
    assert 0 < row[11] < 20
    assert row[19] + row[20] == pytest.approx(255, abs=2)
    assert np.array_equal(soften_mask(mask, MaskUse()), mask)


def test_inversion_repaints_what_was_not_masked(sd15: Components) -> None:
    photo, mask = make_photo(), make_mask()
    made = make(ask(MaskUse(is_inverted=True)), load(sd15))[0]
    assert np.array_equal(made[mask == 255], photo[mask == 255])
    assert np.abs(made[mask == 0].astype(int) - photo[mask == 0]).mean() > 5


def test_over_the_whole_picture_half_masked_is_replaced_entirely() -> None:
    mask = np.full((SIDE_PX, SIDE_PX), 128, np.uint8)
    mask[:, :8], mask[:, 8:16] = 0, 60
    frame = frame_photo(make_photo(), make_request(mask=mask))
    assert frame.cover is not None
    assert [int(frame.cover[0, column]) for column in (0, 8, 16)] == [0, 120, 255]
    restored = frame.restore(np.full((SIDE_PX, SIDE_PX, 3), 9, np.uint8))
    assert (restored[:, 16:] == 9).all()
    assert np.array_equal(restored[:, :8], make_photo()[:, :8])


def test_fill_spreads_the_colours_around_and_keeps_the_rest() -> None:
    photo = np.zeros((64, 48, 3), np.uint8)
    photo[..., 0], photo[32:, :, 2] = 200, 100
    mask = make_mask(64, 48)
    filled = spread_colours(np.where(mask[..., None] == 255, 7, photo).astype(np.uint8), mask)
    assert np.array_equal(filled[mask == 0], photo[mask == 0])
    assert np.abs(filled[mask == 255][:, 0].astype(int) - 200).max() <= 1
    blue = filled[..., 2][:, 24].astype(int)
    assert blue[18] < 40 < 60 < blue[45]


def test_fill_with_nothing_to_take_colours_from_is_the_mean() -> None:
    photo = make_photo()
    filled = spread_colours(photo, np.full(photo.shape[:2], 255, np.uint8))
    assert np.abs(filled[0, 0] - photo.mean(axis=(0, 1))).max() <= 1
    assert (filled == filled[0, 0]).all()


def test_each_content_makes_another_picture(sd15: Components) -> None:
    contents: list[Any] = ["original", "fill", "noise", "nothing"]
    made = [make_latents(ask(MaskUse(content=content)), load(sd15)) for content in contents]
    for number, first in enumerate(made):
        assert all((first - second).abs().max() > 1e-2 for second in made[number + 1 :])


def test_nothing_and_noise_hide_what_was_masked(sd15: Components) -> None:
    """What stands behind the mask has no part in the picture: the known way to leave something out for sure."""
    other = make_photo()
    other[20:44, 20:44] = 255 - other[20:44, 20:44]
    for content in ("nothing", "noise", "fill"):
        use = MaskUse(content=content)  # type: ignore[arg-type]
        first, second = (make_latents(ask(use, init_images=(photo,)), load(sd15)) for photo in (make_photo(), other))
        assert torch.equal(first, second), content
    seen = [make_latents(ask(MaskUse(), init_images=(photo,)), load(sd15)) for photo in (make_photo(), other)]
    assert not torch.allclose(seen[0], seen[1], atol=1e-3)


def test_noise_is_each_pictures_own(sd15: Components) -> None:
    pair = make_latents(ask(MaskUse(content="noise"), seeds=(7, 8)), load(sd15))
    alone = make_latents(ask(MaskUse(content="noise"), seeds=(8,)), load(sd15))
    assert torch.allclose(pair[1], alone[0], atol=1e-4)


def test_only_the_masked_part_is_made_and_the_photograph_keeps_its_size(sd15: Components) -> None:
    photo = np.ascontiguousarray(np.tile(make_photo(side_px=100), (1, 2, 1)))
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[30:60, 120:150] = 255
    made = make(ask(MaskUse(padding_px=8), mask=mask, init_images=(photo,)), load(sd15))[0]
    assert made.shape == photo.shape
    assert np.array_equal(made[mask == 0], photo[mask == 0])
    assert np.abs(made[mask == 255].astype(int) - photo[mask == 255]).mean() > 5


def test_the_part_is_looked_at_enlarged() -> None:
    photo = make_photo(side_px=200)
    mask = np.zeros((200, 200), np.uint8)
    mask[80:96, 40:56] = 255
    frame = frame_photo(photo, ask(MaskUse(padding_px=8), mask=mask, init_images=(photo,)))
    assert frame.region == Region(32, 72, 64, 104)
    assert frame.photo.shape == (SIDE_PX, SIDE_PX, 3)
    assert frame.mask is not None
    assert (frame.mask[20:44, 20:44] > 200).all()
    assert np.abs(frame.photo[::2, ::2].astype(int) - photo[72:104, 32:64]).mean() < 10


@pytest.mark.parametrize(
    ("box", "padding", "shape", "expected"),
    [
        ((10, 20, 30, 40), 0, (64, 64), (10, 20, 30, 40)),
        ((10, 20, 30, 40), 15, (64, 64), (0, 5, 45, 55)),
        ((40, 40, 60, 60), 0, (128, 64), (30, 40, 70, 60)),
        ((0, 40, 20, 60), 0, (128, 64), (0, 40, 40, 60)),
        ((80, 40, 100, 60), 0, (64, 128), (80, 30, 100, 70)),
        ((0, 0, 100, 10), 0, (64, 64), (0, 0, 100, 80)),
    ],
)
def test_the_region_has_the_pictures_shape_where_there_is_room(
    box: tuple[int, ...], padding: int, shape: tuple[int, int], expected: tuple[int, ...]
) -> None:
    left, top, right, bottom = box
    mask = np.zeros((80, 100), np.uint8)
    mask[top:bottom, left:right] = 255
    found = find_region(mask, padding, *shape)
    assert found is not None
    if padding:
        # 45 across and 50 down are drawn out to a square.
        expected = (0, 5, 50, 55)
    assert (found.left, found.top, found.right, found.bottom) == expected


def test_a_mask_of_nothing_changes_nothing(sd15: Components) -> None:
    empty = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    assert find_region(empty, 4, 64, 64) is None
    for padding in (None, 4):
        made = make(ask(MaskUse(padding_px=padding), mask=empty), load(sd15))[0]
        assert np.array_equal(made, make_photo())


def test_units_look_at_the_part_too_each_photographs_own() -> None:
    """Two photographs of other sizes: the masked part lies elsewhere in each."""
    photos, hint = (make_photo(side_px=200), make_photo(side_px=100)), make_photo(3, 100)
    mask = np.zeros((200, 200), np.uint8)
    mask[80:112, 40:72] = 255
    units = (make_unit(image=None), make_unit(image=hint))
    request = ask(MaskUse(padding_px=0), mask=mask, init_images=photos, control_units=units, seeds=(1, 2))
    frames = [frame_photo(photo, request) for photo in photos]
    seen, crops = crop_controls(request, frames)
    images = ControlImages(seen, NoAnnotators(), crops)
    for place, frame in enumerate(frames):
        assert np.array_equal(images.draw(0, place), frame.photo)
        assert images.draw(1, place).shape == (SIDE_PX, SIDE_PX, 3)
    assert [crop(hint, 0).shape for crop in crops] == [(32, 32, 3), (16, 16, 3)]
    plain = make_request(control_units=(make_unit(),))
    assert crop_controls(plain, [frame_photo(make_photo(), plain)]) == (plain, ())


def test_resize_mode_three_resizes_latents_and_not_the_photograph(sd15: Components) -> None:
    photo = make_photo(side_px=101)
    frame = frame_photo(photo, make_request(init_images=(photo,), resize_mode=3))
    assert frame.start.shape == (96, 96, 3)
    made = [
        make_latents(make_request(init_images=(photo,), resize_mode=mode, denoising_strength=0.0), load(sd15))
        for mode in (0, 3)
    ]
    assert made[0].shape == made[1].shape
    assert 1e-3 < (made[0] - made[1]).abs().mean() < made[0].abs().mean()


def test_the_noise_multiplier_counts(sd15: Components) -> None:
    plain, more = (make_latents(make_request(noise_multiplier=factor), load(sd15)) for factor in (1.0, 1.2))
    assert not torch.allclose(plain, more, atol=1e-3)
