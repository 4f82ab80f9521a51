"""Faces are found where the painter alone, which looks at the whole only, would pass them over."""

from __future__ import annotations

import numpy as np
import pytest

from lora_training.dataset.faces import find_faces
from painter import Box
from tests.unit.lora_training.dataset.pictures import make_portrait, place_portrait

FACE = (224, 117)
"""Middle of the portrait's face."""


def is_near(face: Box, point: tuple[float, float]) -> bool:
    return abs(face.centre[0] - point[0]) < 25 and abs(face.centre[1] - point[1]) < 25


def test_large_face_is_found_once() -> None:
    faces = find_faces(make_portrait())
    assert len(faces) == 1
    assert is_near(faces[0], FACE)


@pytest.mark.parametrize("size", [(1100, 700), (700, 1100), (1900, 1500), (2400, 600)])
@pytest.mark.parametrize("is_right", [False, True], ids=["left", "right"])
def test_small_face_in_a_large_picture_is_found_at_its_place(size: tuple[int, int], is_right: bool) -> None:
    corner = (size[0] - 512 if is_right else 0, size[1] - 512)
    faces = find_faces(place_portrait(size, corner))
    assert any(is_near(face, (FACE[0] + corner[0], FACE[1] + corner[1])) for face in faces)


@pytest.mark.parametrize("size", [(256, 256), (300, 2000), (517, 256)])
def test_empty_wall_has_no_face(size: tuple[int, int]) -> None:
    assert find_faces(np.full((size[1], size[0], 3), 128, dtype=np.uint8)) == []
