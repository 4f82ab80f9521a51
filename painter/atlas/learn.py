"""Learning a style: keep the pictures, index their colours, sum up their palette."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from painter.analogy.colour import learn_colours, tabulate_live
from painter.analogy.palette import find_palette, to_hex
from painter.arrays import Photo, Picture
from painter.atlas.index import count_colours, is_duplicate, shrink_to_lab, sign_picture
from painter.atlas.notes import RECOMMENDED_PICTURES, AtlasNote, get_note
from painter.atlas.record import Atlas
from painter.errors import InvalidPhotoError
from painter.progress import Progress

MAX_PICTURES = 200
STORED_SIDE_PX = 720
JPEG_QUALITY = 94
SAMPLES_PER_PICTURE = 600
PALETTE_COLOURS = 8
LIVE_STRENGTH = 0.7
FEW_PX = 400
ALIKE = 0.93
"""Mean likeness of the pictures' colours to all of them together (Bhattacharyya coefficient) that is too much."""


def learn(pictures: Iterable[Photo], progress: Progress) -> Atlas:
    """The atlas of 1 to 200 pictures (H, W, 3; uint8 RGB); see `painter.learn_atlas`."""
    files: list[bytes] = []
    histograms: list[NDArray[np.float32]] = []
    signatures: list[Picture] = []
    samples: list[NDArray[np.float32]] = []
    given = small = 0
    for picture in pictures:
        given += 1
        if given > MAX_PICTURES:
            raise InvalidPhotoError(f"A style is learnt from at most {MAX_PICTURES} pictures.")
        lab = shrink_to_lab(picture)
        signature = sign_picture(lab)
        if not is_duplicate(signature, signatures):
            signatures.append(signature)
            files.append(_encode(picture))
            histograms.append(count_colours(lab))
            samples.append(_sample(lab))
            small += max(picture.shape[:2]) < FEW_PX
        # the number of pictures is not known; this nears 0.9
        progress.reach(0.9 * given / (given + 10))
    if not files:
        raise InvalidPhotoError("A style needs at least one picture.")
    colours = np.concatenate(samples)
    shares = np.stack(histograms)
    notes = _judge(shares, has_duplicates=given > len(files), is_small=2 * small > len(files))
    palette = to_hex(find_palette(colours, PALETTE_COLOURS)[0])
    return Atlas(tuple(files), shares, palette, _make_live(colours), notes)


def _encode(picture: Photo) -> bytes:
    scale = min(1.0, STORED_SIDE_PX / max(picture.shape[:2]))
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes())


def _sample(lab: Picture) -> NDArray[np.float32]:
    pixels = lab.reshape(-1, 3)
    return pixels[np.linspace(0, len(pixels) - 1, SAMPLES_PER_PICTURE).astype(np.int64)]


def _judge(histograms: NDArray[np.float32], *, has_duplicates: bool, is_small: bool) -> tuple[AtlasNote, ...]:
    together = histograms.mean(axis=0)
    alike = float(np.sqrt(histograms * together).sum(axis=1).mean())
    found = {
        "few_pictures": len(histograms) < RECOMMENDED_PICTURES,
        "duplicates_dropped": has_duplicates,
        "too_alike": len(histograms) > 1 and alike > ALIKE,
        "small_pictures": is_small,
    }
    return tuple(get_note(code) for code, is_true in found.items() if is_true)


def _make_live(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """The table that gives an ordinary photo the style's colours."""
    count = 12_000
    picks = np.linspace(0, len(colours) - 1, min(count, len(colours))).astype(np.int64)
    colour_map = learn_colours(_imagine_photo(count), colours[picks].astype(np.float64))
    return tabulate_live(colour_map, LIVE_STRENGTH)


def _imagine_photo(count: int) -> NDArray[np.float64]:
    """(N, 3) Lab: colours as photos of people indoors have them; all lights, mostly muted, a little warm."""
    generator = np.random.default_rng(17)
    lightness = generator.uniform(3.0, 97.0, count)
    chroma = generator.normal((4.0, 7.0), (13.0, 16.0), (count, 2))
    # the darkest and the lightest colours are near grey
    chroma *= (1.0 - np.abs(lightness / 50.0 - 1.0) ** 3)[:, None]
    return np.concatenate([lightness[:, None], chroma], axis=1)
