"""Paintings look as they did when they were judged.

Compared are 16x16 thumbnails in Lab, which a different rounding does not move and a different look does. After a
deliberate change of a style: `python -m tests.unit.painter.test_golden STYLE...` writes them anew; then look at the
pictures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

import painter
from painter.arrays import Photo
from tests.unit.painter.conftest import STYLE_IDS

GOLDEN_FOLDER = Path(__file__).with_name("golden")
SIDE = 16
MIN_SSIM = 0.90
MAX_ROUGHNESS_CHANGE = 0.25


def make_thumbnail(painting: Photo) -> NDArray[np.float32]:
    """(16, 16, 3) Lab."""
    lab = cv2.cvtColor(painting.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return np.asarray(cv2.resize(lab, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.float32)


def measure_roughness(painting: Photo) -> float:
    """How much happens between neighbouring pixels: strokes, grain, rims. 8-bit levels."""
    grey = cv2.cvtColor(painting, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2)).mean())


def describe(painting: Photo) -> dict[str, object]:
    """What is kept of a painting."""
    thumbnail = np.round(make_thumbnail(painting)).astype(int)
    return {"lab": thumbnail.reshape(-1).tolist(), "roughness": round(measure_roughness(painting), 2)}


@pytest.fixture(scope="module")
def golden() -> dict[str, dict[str, object]]:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in GOLDEN_FOLDER.glob("*.json")}


def test_every_style_has_a_golden_picture(golden: dict[str, dict[str, object]]) -> None:
    assert set(golden) == set(STYLE_IDS)


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_look_is_the_judged_one(
    style_id: str, paintings: dict[str, Photo], golden: dict[str, dict[str, object]]
) -> None:
    expected = np.array(golden[style_id]["lab"], dtype=np.float32).reshape(SIDE, SIDE, 3)
    actual = make_thumbnail(paintings[style_id])
    for channel, extent in enumerate((100.0, 60.0, 60.0)):
        score = structural_similarity(actual[..., channel], expected[..., channel], data_range=extent)
        assert score >= MIN_SSIM, f"channel {channel} of {style_id}: SSIM {score:.3f}"


@pytest.mark.parametrize("style_id", STYLE_IDS)
def test_the_brushwork_is_the_judged_one(
    style_id: str, paintings: dict[str, Photo], golden: dict[str, dict[str, object]]
) -> None:
    assert measure_roughness(paintings[style_id]) == pytest.approx(
        golden[style_id]["roughness"], rel=MAX_ROUGHNESS_CHANGE
    )


def test_the_styles_differ_from_each_other(golden: dict[str, dict[str, object]]) -> None:
    looks = [np.array(entry["lab"], dtype=np.float32) for entry in golden.values()]
    for index, look in enumerate(looks):
        for other in looks[index + 1 :]:
            assert np.abs(look - other).mean() > 4


def main(style_ids: Sequence[str]) -> None:
    """Write the golden files of some styles."""
    portrait = painter.sample_portrait()
    for style_id in style_ids:
        entry = describe(painter.paint(portrait, style=style_id, seed=3))
        text = json.dumps(entry, separators=(",", ":")) + "\n"
        (GOLDEN_FOLDER / f"{style_id}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or STYLE_IDS)
