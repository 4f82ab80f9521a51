"""Paint public-domain pictures and hard cases in every style and lay the results out to be looked at.

    python -m scripts.contact_sheet FOLDER

writes portraits.jpg, scenes.jpg and hard_cases.jpg. The pictures are those that scikit-image, matplotlib and
scikit-learn carry (`pip install -c constraints.txt -e ".[pictures]"`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

import painter

Photo = NDArray[np.uint8]

TILE = (384, 512)
TILES_A_LINE = 6
CAPTION_PX = 28
JPEG_QUALITY = 88


def crop_upright(picture: Photo, centre: float = 0.5) -> Photo:
    """A 3:4 part of a picture, as high as the picture, 768x1024."""
    height, width = picture.shape[:2]
    crop_width = min(width, height * 3 // 4)
    left = round((width - crop_width) * centre)
    part = np.ascontiguousarray(picture[:, left : left + crop_width])
    return np.asarray(cv2.resize(part, (768, 1024), interpolation=cv2.INTER_LANCZOS4), dtype=np.uint8)


def _clip(values: NDArray[np.floating]) -> Photo:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def darken(photo: Photo) -> Photo:
    """Too little light, with the noise that comes with it."""
    noise = np.random.default_rng(1).normal(0, 6, photo.shape)
    return _clip((photo / 255.0) ** 1.6 * 0.35 * 255 + noise)


def light_from_behind(photo: Photo) -> Photo:
    """A bright window behind, the figure in the middle in its own shadow."""
    across = np.abs(np.linspace(-1, 1, photo.shape[1]))[None, :, None]
    figure = np.clip((0.62 - across) / 0.3 + 0.5, 0, 1)
    return _clip(photo * (0.25 * figure + 1.5 * (1 - figure)) + 60 * (1 - figure))


def turn_head(photo: Photo) -> Photo:
    """Held askew."""
    height, width = photo.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 3), 20, 1.1)
    return np.asarray(cv2.warpAffine(photo, turn, (width, height), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def hide_eyes(photo: Photo) -> Photo:
    """Dark glasses."""
    covered = photo.copy()
    for face in painter.detect_faces(photo)[:1]:
        x, y = (round(value) for value in face.centre)
        size = (round(0.20 * face.width), round(0.15 * face.height))
        for side in (-1, 1):
            centre = (x + side * round(0.21 * face.width), y - round(0.12 * face.height))
            cv2.ellipse(covered, centre, size, 0, 0, 360, (18, 18, 22), -1, cv2.LINE_AA)
    return covered


def hide_face(photo: Photo) -> Photo:
    """Bowed and behind a bouquet: a sitter whose face nothing finds."""
    covered = photo.copy()
    chance = np.random.default_rng(3)
    for face in painter.detect_faces(photo)[:1]:
        for angle, reach in zip(chance.uniform(0, 2 * np.pi, 70), chance.uniform(0, 0.75, 70), strict=True):
            centre = (
                round(face.centre[0] + reach * face.width * np.cos(angle)),
                round(face.centre[1] + 1.1 * reach * face.height * np.sin(angle)),
            )
            petal = tuple(int(value) for value in chance.choice(((245, 240, 232), (226, 190, 196), (96, 128, 84))))
            size = (round(0.13 * face.width), round(0.08 * face.width))
            cv2.ellipse(covered, centre, size, np.degrees(angle), 0, 360, petal, -1, cv2.LINE_AA)
    return covered


def add_noise(photo: Photo) -> Photo:
    """A cheap sensor in a dim room."""
    return _clip(photo + np.random.default_rng(2).normal(0, 18, photo.shape))


def drop_colour(photo: Photo) -> Photo:
    """Grey values in three equal channels."""
    return np.asarray(np.dstack([cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)] * 3), dtype=np.uint8)


def tint_warm(photo: Photo) -> Photo:
    """Under yellow lamps."""
    return _clip(photo * np.array((1.0, 0.82, 0.55)))


def pair_up(photo: Photo) -> Photo:
    """Two faces side by side, landscape format."""
    half = cv2.resize(photo, (576, 768))[:, 32:544]
    return np.ascontiguousarray(np.hstack((half, half[:, ::-1])), dtype=np.uint8)


def shrink(photo: Photo) -> Photo:
    """A thumbnail."""
    return np.asarray(cv2.resize(photo, (192, 256), interpolation=cv2.INTER_AREA), dtype=np.uint8)


HARD_CASES: Mapping[str, Callable[[Photo], Photo]] = {
    "dark": darken,
    "against the light": light_from_behind,
    "askew": turn_head,
    "dark glasses": hide_eyes,
    "noisy": add_noise,
    "grey": drop_colour,
    "yellow lamps": tint_warm,
    "two faces": pair_up,
    "192x256": shrink,
}


def fit_tile(picture: Photo) -> Photo:
    """The picture as large as a tile allows, on light grey."""
    scale = min(TILE[0] / picture.shape[1], TILE[1] / picture.shape[0])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    tile = np.full((TILE[1], TILE[0], 3), 225, dtype=np.uint8)
    top, left = (TILE[1] - size[1]) // 2, (TILE[0] - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = small
    return tile


def add_caption(tile: Photo, caption: str) -> Photo:
    """The tile with a line of text above it."""
    bar = np.full((CAPTION_PX, TILE[0], 3), 255, dtype=np.uint8)
    cv2.putText(bar, caption, (8, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (40, 40, 40), 1, cv2.LINE_AA)
    return np.vstack((bar, tile))


def build_rows(name: str, photo: Photo) -> Photo:
    """The photo and its paintings, in lines of six."""
    tiles = [add_caption(fit_tile(photo), name)]
    for style in painter.list_styles():
        tiles.append(add_caption(fit_tile(painter.paint(photo, style=style.style_id, seed=3)), style.style_id))
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % TILES_A_LINE)
    lines = [np.hstack(tiles[first : first + TILES_A_LINE]) for first in range(0, len(tiles), TILES_A_LINE)]
    return np.vstack(lines)


def load_portraits() -> dict[str, Photo]:
    """Two people who stood for an official portrait: Eileen Collins (NASA) and Grace Hopper (US Navy)."""
    from matplotlib.cbook import get_sample_data
    from matplotlib.image import imread

    return {
        "Collins": painter.sample_portrait(),
        "Hopper": crop_upright(imread(str(get_sample_data("grace_hopper.jpg", asfileobj=False)))),
    }


def load_scenes() -> dict[str, Photo]:
    """An animal, things and places."""
    from sklearn.datasets import load_sample_image

    scenes = {name: getattr(skimage.data, name)() for name in ("chelsea", "coffee", "rocket")}
    scenes |= {name: load_sample_image(f"{name}.jpg") for name in ("china", "flower")}
    return {name: crop_upright(scene) for name, scene in scenes.items()}


def write_sheet(path: Path, photos: Iterable[tuple[str, Photo]]) -> None:
    """One row per photo, as JPEG."""
    sheet = np.vstack([build_rows(name, photo) for name, photo in photos])
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
        raise OSError(f"{path} could not be written.")


def main(argv: list[str] | None = None) -> int:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(argv).folder
    write_sheet(folder / "portraits.jpg", load_portraits().items())
    write_sheet(folder / "scenes.jpg", load_scenes().items())
    portrait = painter.sample_portrait()
    hard_cases = {name: spoil(portrait) for name, spoil in HARD_CASES.items()} | {"no face": hide_face(portrait)}
    write_sheet(folder / "hard_cases.jpg", hard_cases.items())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
