"""Poses as OpenPose's JSON: written from a map's people, read back, drawn."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from pydantic import ValidationError

from generator_server.diffusion.annotators.hands_and_faces import BONES
from generator_server.diffusion.annotators.skeleton import JOINTS, draw_skeletons
from generator_server.engines.annotating import ControlMap, Joint
from generator_server.engines.protocol import Pixels
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


HAND = [(20.0 + 6 * finger + joint, 50.0 - 8 * joint) for finger in range(5) for joint in range(1, 5)]
HAND.insert(0, (30.0, 60.0))


def write_keypoints(places: list[tuple[float, float]]) -> list[float]:
    return [number for x, y in places for number in (x, y, 1.0)]


def draw_parts(side_px: int = 80, **parts: list[float]) -> Pixels:
    document = PoseDocument(people=[PosePerson(**parts)], canvas_width=side_px, canvas_height=side_px)
    return draw_document(document, max_side_px=2048)


def test_a_hand_has_twenty_bones_in_the_colours_of_the_rainbow_and_blue_joints() -> None:
    assert len(BONES) == 20
    assert [start for start, _ in BONES].count(0) == 5
    drawn = draw_parts(hand_left_keypoints_2d=write_keypoints(HAND))
    for x, y in HAND:
        assert tuple(drawn[int(y), int(x)]) == (0, 0, 255)
    # Halfway along the thumb's first bone and the middle finger's second one.
    for bone in (0, 9):
        (first, second) = (HAND[joint] for joint in BONES[bone])
        hue = colorsys.rgb_to_hsv(*drawn[int((first[1] + second[1]) / 2), int((first[0] + second[0]) / 2)])
        assert (hue[0], hue[1]) == pytest.approx((bone / 20, 1.0), abs=0.01)


def test_a_bone_to_a_joint_that_was_not_seen_is_left_out() -> None:
    keypoints = write_keypoints(HAND)
    keypoints[3:6] = [0.0, 0.0, 0.0]
    drawn, whole = (
        draw_parts(hand_right_keypoints_2d=keypoints),
        draw_parts(hand_right_keypoints_2d=write_keypoints(HAND)),
    )
    assert (drawn.any(axis=2) & ~whole.any(axis=2)).sum() == 0
    assert tuple(drawn[int(HAND[1][1]), int(HAND[1][0])]) != (0, 0, 255)


@pytest.mark.parametrize("count", [68, 70])
def test_a_face_is_white_dots_that_grow_with_the_map(count: int) -> None:
    shares = [(0.1 + 0.8 * number / count, 0.5) for number in range(count)]
    small, large = (draw_parts(side, face_keypoints_2d=write_keypoints(shares)) for side in (64, 1024))
    assert set(np.unique(small)) == {0, 255}
    assert (small.any(axis=2).any(axis=1).sum(), large.any(axis=2).any(axis=1).sum()) == (3, 13)


def test_hands_and_faces_lie_over_the_body_and_one_without_a_body_is_drawn_too() -> None:
    body = write_keypoints([joint or (0.0, 0.0) for joint in PERSON])
    both = draw_parts(96, pose_keypoints_2d=body, hand_left_keypoints_2d=write_keypoints(HAND))
    hand = draw_parts(96, hand_left_keypoints_2d=write_keypoints(HAND))
    seen = hand.any(axis=2)
    assert np.array_equal(both[seen], hand[seen])
    assert both[~seen].any()


@pytest.mark.parametrize(
    ("part", "words"),
    [("hand_left_keypoints_2d", "hand_left.* 21 keypoints"), ("face_keypoints_2d", "face.* 68 or 70 keypoints")],
)
def test_hands_and_faces_of_another_kind_are_refused_in_words(part: str, words: str) -> None:
    with pytest.raises(CannotGenerateError, match=words):
        draw_parts(**{part: [1.0] * 30})
