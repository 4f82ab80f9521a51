"""From a photo and an exemplar to a painting."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from painter.analogy.character import Character, read_character
from painter.analogy.colour import balance_colours, learn_colours, sample_colours
from painter.analogy.exemplar import Exemplar
from painter.analogy.finish import blend, enlarge, return_likeness
from painter.analogy.guides import describe_sides, remove_strokes, simplify_content
from painter.analogy.poster import flatten
from painter.analogy.skin import find_person, harden, measure_chroma, protect_person
from painter.analogy.synthesis import Manner, Side, synthesize
from painter.arrays import Photo, Picture, Plane
from painter.blocks.curves import mix
from painter.blocks.tone import correct_tone, to_lab, to_rgb
from painter.canvas import REFERENCE_PX, Canvas, prepare_canvas
from painter.progress import Progress

MAX_WORK_PX = REFERENCE_PX
"""A larger photo is painted at this size and the painting enlarged with the photo's fine detail."""
FINE_DETAIL = 0.5
KEPT_TONES = 0.75
"""How much of its own light the photo keeps when the exemplar has one tone only: a wall has nothing to model with."""
COLOUR_BALANCE, FLAT_COLOUR_BALANCE = 0.6, 0.1
"""How far an exemplar's colours count by their area (see `balance_colours`)."""


@dataclass(frozen=True)
class Look:
    """How freely a style is applied."""

    colour: float = 0.8  # 0-1: how far the photo's colours go over to the exemplar's
    trust: float = 6.0  # weight of the guides against the patches
    keep: float = 0.35  # 0-1: how much of the photo's detail returns outside skin


@dataclass(frozen=True)
class _Study:
    """The photo as it is and as it should become. Lab, but for the masks 0-1."""

    own: Picture
    aim: Picture
    skin: Plane
    hair: Plane


def render(
    photo: Photo,
    exemplar: Exemplar,
    *,
    strength: float,
    seed: int,
    subject: Plane | None,
    progress: Progress,
    look: Look,
) -> Photo:
    """Paint `photo` (H, W, 3; uint8 RGB) in the manner of `exemplar` (any size); see `painter.transfer_style`."""
    if strength == 0.0:
        return photo.copy()
    small, matte = _fit_work(photo, subject)
    canvas = prepare_canvas(small, seed=seed & 0xFFFF_FFFF, subject=matte, progress=progress)
    progress.reach(0.08)
    painted = _paint_canvas(canvas, exemplar, look)
    progress.reach(0.95)
    return blend(photo, enlarge(painted, photo, FINE_DETAIL), strength)


def _fit_work(photo: Photo, subject: Plane | None) -> tuple[Photo, Plane | None]:
    height, width = photo.shape[:2]
    reduction = math.sqrt(height * width / MAX_WORK_PX)
    if reduction <= 1.0:
        return photo, subject
    size = (max(1, round(width / reduction)), max(1, round(height / reduction)))
    small = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return small, None if subject is None else np.asarray(cv2.resize(subject, size), dtype=np.float32)


def _paint_canvas(canvas: Canvas, exemplar: Exemplar, look: Look) -> Picture:
    style = exemplar.fit(canvas.shape[0] * canvas.shape[1])
    # judged at one size, so that a style is the same for every photo
    character = read_character(exemplar.fit(REFERENCE_PX), exemplar.tiles)
    forms = remove_strokes(style, unit=canvas.unit, screen=character.screen)
    study = _study_photo(canvas, to_lab(forms), character, look)
    canvas.progress.reach(0.15)
    if character.flatness == 1.0:
        drawn = _draw_flat(canvas, study, character)
    else:
        manner = _choose_manner(character, look, exemplar.mark_seams(style.shape))
        drawn = _draw_patches(canvas, study, style, forms, manner, character.screen)
    if 0.0 < character.flatness < 1.0:
        drawn = mix(drawn, _draw_flat(canvas, study, character), character.flatness)
    return return_likeness(drawn, study.aim, study.own, study.skin, character, unit=canvas.unit, keep=look.keep)


def _study_photo(canvas: Canvas, forms: Picture, character: Character, look: Look) -> _Study:
    """Recolour the photo after the exemplar's `forms` (Lab)."""
    own = correct_tone(canvas.photo, canvas.face_mask)
    taken = to_lab(canvas.photo)
    person = find_person(canvas, taken)
    power = COLOUR_BALANCE + (FLAT_COLOUR_BALANCE - COLOUR_BALANCE) * character.flatness
    colours = learn_colours(sample_colours(own), balance_colours(sample_colours(forms), power))
    moved = colours.apply(own, look.colour)
    moved[..., 0] = mix(moved[..., 0], own[..., 0], KEPT_TONES * character.monotony)
    aim = protect_person(moved, _recall_colours(own, taken), person, measure_chroma(forms))
    return _Study(own, aim, harden(person, character.flatness), person.hair)


def _recall_colours(own: Picture, taken: Picture) -> Picture:
    """Lab: corrected tones with chroma halfway to the photo as taken; full white balance takes the blood from skin."""
    return np.dstack((own[..., :1], 0.5 * (own[..., 1:] + taken[..., 1:]))).astype(np.float32)


def _choose_manner(character: Character, look: Look, seams: Plane) -> Manner:
    return Manner(
        trust=look.trust,
        uniformity=0.1,
        reluctance=0.05 + 0.25 * character.screen,
        sharpness=0.35 + 2.0 * character.screen,
        seams=seams,
    )


def _draw_patches(
    canvas: Canvas, study: _Study, style: Picture, forms: Picture, manner: Manner, screen: float
) -> Picture:
    """RGB 0-1."""
    content = simplify_content(to_rgb(study.aim), unit=canvas.unit, faces=study.skin)
    guides, style_guides = describe_sides(content, forms, style, unit=canvas.unit, screen=screen)
    canvas.progress.reach(0.25)
    target, source = Side(content, guides), Side(style, style_guides)
    return synthesize(target, source, manner, seed=canvas.seed, progress=canvas.progress, span=(0.25, 0.9))


def _draw_flat(canvas: Canvas, study: _Study, character: Character) -> Picture:
    """RGB 0-1."""
    return flatten(study.aim, study.skin, study.hair, character.palette, unit=canvas.unit)
