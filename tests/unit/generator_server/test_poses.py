"""Poses as OpenPose's JSON: written from a map's people, read back, drawn."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from generator_server.diffusion.annotators.skeleton import JOINTS, draw_skeletons
from generator_server.engines.annotating import ControlMap, Joint
from generator_server.errors import CannotGenerateError
from generator_server.http.control_schemas import PoseDocument, PosePerson
from generator_server.http.poses import describe_people, draw_document

PERSON: list[Joint] = [(10.0 + 3 * number, 20.0 + 2 * number) for number in range(JOINTS)]
PERSON[4] = None


def make_map() -> ControlMap:
    return ControlMap(draw_skeletons([PERSON], 96, 64), people=(tuple(PERSON),))


def test_what_is_written_is_drawn_as_the_map_was() -> None:
    document = describe_people(make_map())
    assert document is not None
    assert (document.canvas_width, document.canvas_height, len(document.people)) == (96, 64, 1)
    numbers = document.people[0].pose_keypoints_2d
    assert numbers is not None
    assert len(numbers) == 3 * JOINTS
    assert numbers[:3] == [10.0, 20.0, 1.0]
    assert numbers[12:15] == [0.0, 0.0, 0.0]
    assert np.array_equal(draw_document(document, max_side_px=96), make_map().pixels)


def test_shares_of_the_canvas_are_understood_too() -> None:
    numbers = [
        number for joint in PERSON for number in ((0, 0, 0) if joint is None else (joint[0] / 96, joint[1] / 64, 1))
    ]
    document = PoseDocument(people=[PosePerson(pose_keypoints_2d=numbers)], canvas_width=96, canvas_height=64)
    difference = draw_document(document, max_side_px=96).astype(int) - make_map().pixels
    # A joint may land on the pixel beside.
    assert (np.abs(difference).max(axis=2) > 0).mean() < 0.02


def test_maps_of_other_annotators_have_no_people() -> None:
    assert describe_people(ControlMap(np.zeros((8, 8, 3), np.uint8))) is None
    nobody = describe_people(ControlMap(np.zeros((8, 9, 3), np.uint8), people=()))
    assert nobody == PoseDocument(people=[], canvas_width=9, canvas_height=8)


def test_nobody_is_black_and_a_person_without_a_body_is_nobody() -> None:
    document = PoseDocument(people=[PosePerson()], canvas_width=20, canvas_height=10)
    drawn = draw_document(document, max_side_px=64)
    assert drawn.shape == (10, 20, 3)
    assert not drawn.any()


def test_impossible_poses_are_refused_in_words() -> None:
    short = PoseDocument(people=[PosePerson(pose_keypoints_2d=[1.0] * 51)], canvas_width=64, canvas_height=64)
    with pytest.raises(CannotGenerateError, match="18 keypoints"):
        draw_document(short, max_side_px=64)
    with pytest.raises(CannotGenerateError, match="at most 32 px"):
        draw_document(PoseDocument(people=[], canvas_width=33, canvas_height=8), max_side_px=32)
    for wrong in (float("nan"), float("inf"), 1e9):
        with pytest.raises(ValidationError):
            PosePerson(pose_keypoints_2d=[wrong] * 54)
