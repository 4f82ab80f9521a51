"""Cut the portrait out of every booth scene and lay the results out to be looked at.

    python -m scripts.contact_sheet_matting FOLDER

writes mattes.jpg (photo, matte, composite for each condition), hair.jpg (the same at full size, hair only),
fallback.jpg (cut out by the face alone) and composites.jpg (one person before several backdrops, light match 0 and
0.7).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import painter
from painter.matting import Matte, compose, cut_out, learn_reference
from scripts.contact_sheet import add_caption, crop_upright, fit_tile, pair_up
from scripts.matting_scenes import CONDITIONS, build_figure, load_public, shoot, shoot_empty

Photo = NDArray[np.uint8]

HAIR = (slice(0, 320), slice(180, 600))
JPEG_QUALITY = 90


def paint_sky() -> Photo:
    """A plain blue that shows every halo."""
    down = np.linspace(0.8, 1.25, 1024, dtype=np.float32)[:, None, None]
    return np.broadcast_to(np.asarray(down * (70, 125, 165), dtype=np.uint8), (1024, 768, 3)).copy()


def build_row(name: str, photo: Photo, matte: Matte) -> Photo:
    """Photo, matte, and the person before the sky."""
    alpha = np.dstack([np.asarray(matte.alpha * 255, dtype=np.uint8)] * 3)
    composite = compose(matte, paint_sky(), light_match=0.0, shadow=0.0)
    pictures = ((name, photo), (f"matte ({matte.method})", alpha), ("before a sky", composite))
    return np.hstack([add_caption(fit_tile(picture), caption) for caption, picture in pictures])


def crop_hair(photo: Photo, matte: Matte) -> Photo:
    """Photo, matte and composite at their own size, hair only."""
    alpha = np.dstack([np.asarray(matte.alpha * 255, dtype=np.uint8)] * 3)
    composite = compose(matte, paint_sky(), light_match=0.0, shadow=0.0)
    return np.hstack([picture[HAIR] for picture in (photo, alpha, composite)])


def build_backdrops() -> dict[str, Photo]:
    """A sky, public photographs, and one of them painted."""
    view = crop_upright(load_public("coffee"))
    return {
        "sky": paint_sky(),
        "painted": painter.paint(view, style="watercolour", seed=2),
        "night": np.asarray(crop_upright(load_public("rocket")), dtype=np.uint8),
        "white": np.full((1024, 768, 3), 244, dtype=np.uint8),
    }


def build_composites(matte: Matte) -> Photo:
    """One row without and one with light match."""
    rows = []
    for light_match in (0.0, 0.7):
        tiles = [
            add_caption(fit_tile(compose(matte, backdrop, light_match=light_match)), f"{name}, match {light_match}")
            for name, backdrop in build_backdrops().items()
        ]
        rows.append(np.hstack(tiles))
    return np.vstack(rows)


def write_sheet(path: Path, rows: Iterable[Photo]) -> None:
    """Rows of one width below each other, as JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = np.vstack(list(rows))
    if not cv2.imwrite(str(path), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
        raise OSError(f"{path} could not be written.")


def main(argv: list[str] | None = None) -> int:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(argv).folder
    cuts = {}
    for name, condition in CONDITIONS.items():
        photo = shoot(condition, seed=1, figure=build_figure())
        cuts[name] = photo, cut_out(photo, learn_reference(shoot_empty(condition)))
    write_sheet(folder / "mattes.jpg", (build_row(name, *cut) for name, cut in cuts.items()))
    write_sheet(folder / "hair.jpg", (crop_hair(*cut) for cut in cuts.values()))
    rough = {"portrait": painter.sample_portrait(), "grey": cuts["grey"][0], "two": pair_up(cuts["grey"][0])}
    write_sheet(folder / "fallback.jpg", (build_row(name, photo, cut_out(photo)) for name, photo in rough.items()))
    write_sheet(folder / "composites.jpg", [build_composites(cuts["grey"][1])])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
