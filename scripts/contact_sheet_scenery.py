"""Paint landscapes from descriptions and lay the results out to be looked at.

    python -m scripts.contact_sheet_scenery FOLDER [--seed N]

writes upright.jpg and wide.jpg (twelve descriptions), seeds.jpg (one description, twelve seeds), hours.jpg (four times
of the day in four seasons) and styles.jpg (one scene in every style of the painter).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import painter
from painter.scenery import Season, Time

Photo = NDArray[np.uint8]

UPRIGHT, WIDE = (768, 1024), (1024, 768)
TILE_WIDTH = {UPRIGHT: 384, WIDE: 480}
GAP_PX = 8
JPEG_QUALITY = 90

DESCRIPTIONS = (
    "산안개 속의 소나무와 두루미, 새벽",
    "봄날 벚꽃이 핀 호숫가",
    "여름 바다의 뭉게구름",
    "가을 노을 지는 들판과 은행나무",
    "눈 내리는 겨울 숲의 소나무",
    "달밤의 호수와 연등, 벚꽃",
    "강물에 띄운 등불과 별, 여름 밤, 버드나무",
    "a path over a hill to a cherry tree, spring",
    "sunset over the sea in autumn with cranes",
    "a maple forest in autumn",
    "rain on a river with a willow, summer",
    "winter mountains under the moon, bare trees",
)


def lay_out(pictures: Iterable[Photo], columns: int, tile_width: int) -> Photo:
    """The pictures in rows, reduced to `tile_width`, on white."""
    tiles = []
    for picture in pictures:
        height = round(tile_width * picture.shape[0] / picture.shape[1])
        small = cv2.resize(picture, (tile_width, height), interpolation=cv2.INTER_AREA)
        tiles.append(np.pad(small, ((GAP_PX, GAP_PX), (GAP_PX, GAP_PX), (0, 0)), constant_values=255))
    rows = [np.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def paint_descriptions(size: tuple[int, int], seed: int) -> Photo:
    """Every description once, each with a seed of its own."""
    pictures = (
        painter.paint_scene(painter.read_scene(text).scene, width=size[0], height=size[1], seed=seed + index)
        for index, text in enumerate(DESCRIPTIONS)
    )
    return lay_out(pictures, 4, TILE_WIDTH[size])


def paint_seeds(seed: int) -> Photo:
    """One description, twelve seeds."""
    scene = painter.read_scene(DESCRIPTIONS[0]).scene
    pictures = (painter.paint_scene(scene, width=768, height=1024, seed=seed + index) for index in range(12))
    return lay_out(pictures, 6, 300)


def paint_hours(seed: int) -> Photo:
    """The same lake in sixteen lights: a row for each season, a column for each time of the day."""
    pictures = (
        painter.paint_scene(
            painter.Scene.from_dict({"season": season, "time": time, "weather": "clear"}),
            width=1024,
            height=768,
            seed=seed,
        )
        for season in Season
        for time in Time
    )
    return lay_out(pictures, 4, 360)


def paint_styles(seed: int) -> Photo:
    """One scene in its own look and in every style."""
    scene = painter.read_scene(DESCRIPTIONS[7]).scene
    names = [None, *(style.style_id for style in painter.list_styles())]
    pictures = (painter.paint_scene(scene, width=768, height=1024, seed=seed, style=name) for name in names)
    return lay_out(list(pictures) + [np.full((1024, 768, 3), 255, np.uint8)] * (-len(names) % 4), 4, 384)


def main(argv: list[str] | None = None) -> int:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    wish = parser.parse_args(argv)
    wish.folder.mkdir(parents=True, exist_ok=True)
    sheets: dict[str, Callable[[], Photo]] = {
        "upright": lambda: paint_descriptions(UPRIGHT, wish.seed),
        "wide": lambda: paint_descriptions(WIDE, wish.seed),
        "seeds": lambda: paint_seeds(wish.seed),
        "hours": lambda: paint_hours(wish.seed),
        "styles": lambda: paint_styles(wish.seed),
    }
    for name, paint in sheets.items():
        path = wish.folder / f"{name}.jpg"
        if not cv2.imwrite(str(path), paint()[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
            raise OSError(f"{path} could not be written.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
