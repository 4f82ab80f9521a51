"""Straight lines: the network's answer becomes lines, thresholds count, and no mistake becomes a black map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from generator_server.diffusion.annotators import Annotators
from generator_server.diffusion.annotators.line_segments import LineSegments, decode_lines
from generator_server.diffusion.failures import BrokenPictureError, ModelFileError
from generator_server.engines.annotating import AnnotationOrder
from tests.unit.generator_server.diffusion.annotators.stand_ins import TinyLines
from tests.unit.generator_server.diffusion.requests import make_photo

PHOTO = make_photo(side_px=128)


@pytest.fixture
def segments(tmp_path: Path) -> LineSegments:
    save_file(TinyLines().state_dict(), tmp_path / "mlsd_large_512_fp32.safetensors")
    return LineSegments(tmp_path, "cpu", TinyLines)


def test_a_line_is_drawn_where_the_network_sees_it(segments: LineSegments) -> None:
    drawn = segments.annotate(PHOTO, 0.1, 0.1)
    assert (drawn.shape, drawn.dtype) == ((128, 128), np.uint8)
    assert (drawn[16, 8:73] == 255).all()
    assert int((drawn > 0).sum()) == 65


def test_lines_follow_a_photo_whose_sides_do_not_fit_the_network(segments: LineSegments) -> None:
    (line,) = segments.find_lines(make_photo(side_px=160)[:140], 0.1, 0.1)
    # 160 x 140 is shown to the network as 128 x 128.
    assert line == pytest.approx([8 * 160 / 128, 16 * 140 / 128, 72 * 160 / 128, 16 * 140 / 128])


def test_the_network_gets_colours_between_minus_one_and_one_and_a_plane_of_ones(segments: LineSegments) -> None:
    seen: list[torch.Tensor] = []
    segments.get_net().register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    segments.annotate(np.full((64, 64, 3), 255, np.uint8), 0.1, 0.1)
    assert seen[0].shape == (1, 4, 64, 64)
    assert float(seen[0][0, :3].min()) == pytest.approx(1.0)
    assert float(seen[0][0, 3].max()) == pytest.approx(1 / 127.5 - 1)


def test_the_clients_usual_64_does_not_black_the_map_out(segments: LineSegments) -> None:
    drawn = Annotators([segments]).annotate(PHOTO, AnnotationOrder("mlsd", 128, 64, 64))
    assert drawn.pixels.any()
    assert drawn.remark == ""


@pytest.mark.parametrize(("score", "length", "is_drawn"), [(0.69, 1, True), (0.71, 1, False), (0.1, 33, False)])
def test_thresholds_count(score: float, length: float, is_drawn: bool, segments: LineSegments) -> None:
    assert segments.annotate(PHOTO, score, length).any() == is_drawn


def test_a_picture_without_lines_is_said_to_have_none(segments: LineSegments) -> None:
    drawn = Annotators([segments]).annotate(PHOTO, AnnotationOrder("mlsd", 128, 2.0, 0.1))
    assert not drawn.pixels.any()
    assert "mlsd found nothing" in drawn.remark


def test_a_mistake_is_raised_and_not_drawn_black(tmp_path: Path, segments: LineSegments) -> None:
    def fail(module: object, given: object) -> None:
        raise RuntimeError("the network does not run")

    segments.get_net().register_forward_pre_hook(fail)
    shelf = Annotators([segments])
    for _ in range(2):
        with pytest.raises(RuntimeError, match="does not run"):
            shelf.annotate(PHOTO, AnnotationOrder("mlsd", 128))


def test_numbers_that_run_away_are_an_error(tmp_path: Path) -> None:
    save_file({"score": torch.tensor(float("nan"))}, tmp_path / "mlsd_large_512_fp32.safetensors")
    with pytest.raises(BrokenPictureError, match="mlsd"):
        LineSegments(tmp_path, "cpu", TinyLines).annotate(PHOTO, 0.1, 0.1)


def test_a_file_that_went_bad_is_said(tmp_path: Path) -> None:
    (tmp_path / "mlsd_large_512_fp32.pth").write_bytes(b"nonsense")
    shelf = Annotators([LineSegments(tmp_path, "cpu", TinyLines)])
    with pytest.raises(ModelFileError, match="mlsd_large_512_fp32"):
        shelf.annotate(PHOTO, AnnotationOrder("mlsd", 128))


def make_maps() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    maps = np.full((5, 40, 40), 0, np.float32)
    maps[0] = -9
    return maps


def test_of_neighbouring_middles_the_likeliest_counts() -> None:
    maps = make_maps()
    maps[1:5] = np.array([-4, 0, 4, 0], np.float32)[:, None, None]
    maps[0, 10, 10:13] = (1, 3, 2)
    assert decode_lines(maps, 0.1, 0.1).tolist() == [[7, 10, 15, 10]]


def test_at_most_two_hundred_lines_the_likeliest_first() -> None:
    maps = make_maps()
    maps[1:5] = np.array([-4, 0, 4, 0], np.float32)[:, None, None]
    rows, columns = np.mgrid[1:40:2, 1:40:2]
    maps[0, rows, columns] = np.linspace(0, 5, 400, dtype=np.float32).reshape(20, 20)
    lines = decode_lines(maps, 0.1, 0.1)
    assert len(lines) == 200
    assert lines[0].tolist() == [35, 39, 43, 39]
    assert lines[:, 1].min() == 21
