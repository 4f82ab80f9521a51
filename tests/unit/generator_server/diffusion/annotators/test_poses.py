"""Poses: skeletons from keypoints, ViTPose's frames and peaks, and OpenPose behind its licence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import painter
from generator_server.diffusion.annotators import Annotators, open_annotators
from generator_server.diffusion.annotators.openpose import OpenPose, list_joints
from generator_server.diffusion.annotators.skeleton import (
    COCO_SHOULDERS,
    FROM_COCO,
    LIMBS,
    NECK,
    build_skeleton,
    draw_skeletons,
    list_colours,
)
from generator_server.diffusion.annotators.vitpose import Frame, VitPose, cut, find_peaks, find_people, widen
from generator_server.engines.annotating import AnnotationOrder
from generator_server.engines.protocol import Pixels
from generator_server.errors import CannotGenerateError
from tests.unit.generator_server.diffusion.annotators.tiny_pose import write_tiny_pose
from tests.unit.generator_server.diffusion.requests import make_photo

# The 17 keypoints of the COCO data set, in its order.
COCO = [
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
]
# The 18 joints that pose ControlNets know, in theirs.
JOINTS = [
    "nose",
    "neck",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "right_hip",
    "right_knee",
    "right_ankle",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_eye",
    "left_eye",
    "right_ear",
    "left_ear",
]


def test_every_joint_is_the_keypoint_of_the_same_name() -> None:
    named = ["neck" if place is None else COCO[place] for place in FROM_COCO]
    assert named == JOINTS
    assert [COCO[place] for place in COCO_SHOULDERS] == ["left_shoulder", "right_shoulder"]


def test_limbs_go_from_the_middle_outwards_through_every_joint() -> None:
    reached = {NECK}
    for start, end in LIMBS:
        assert start in reached
        reached.add(end)
    assert reached == set(range(18))
    assert [(JOINTS[start], JOINTS[end]) for start, end in LIMBS[:3]] == [
        ("neck", "right_shoulder"),
        ("neck", "left_shoulder"),
        ("right_shoulder", "right_elbow"),
    ]


def test_colours_go_once_around_the_wheel() -> None:
    colours = list_colours()
    assert colours[:4] == [(255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0)]
    assert colours[-1] == (255, 0, 85)
    assert len(set(colours)) == 18


def place_keypoints() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], ...]:
    points = np.array([(number * 10, number * 5) for number in range(17)], np.float32)
    return points, np.full(17, 0.9, np.float32)


def test_the_neck_is_between_the_shoulders() -> None:
    points, scores = place_keypoints()
    skeleton = build_skeleton(points, scores, 0.3)
    assert skeleton[NECK] == (55.0, 27.5)
    assert skeleton[JOINTS.index("right_wrist")] == (100.0, 50.0)


def test_joints_that_are_unsure_are_left_out_and_with_a_shoulder_the_neck() -> None:
    points, scores = place_keypoints()
    scores[COCO.index("left_shoulder")] = 0.29
    skeleton = build_skeleton(points, scores, 0.3)
    missing = {JOINTS[place] for place, joint in enumerate(skeleton) if joint is None}
    assert missing == {"left_shoulder", "neck"}


def test_limbs_are_darker_than_the_joints_on_them() -> None:
    skeleton: list[tuple[float, float] | None] = [None] * 18
    skeleton[1], skeleton[2] = (100.0, 256.0), (400.0, 256.0)
    drawn = draw_skeletons([skeleton], 512, 512)
    assert tuple(drawn[256, 250]) == (153, 0, 0)
    assert tuple(drawn[256, 100]) == list_colours()[1]
    assert tuple(drawn[256, 400]) == list_colours()[2]
    assert not drawn[300:].any()
    # An ellipse: widest in its middle, four pixels to each side.
    assert int((drawn[:, 250].sum(axis=1) > 0).sum()) == pytest.approx(9, abs=1)


def test_a_limb_needs_both_its_ends_and_people_may_leave_the_picture() -> None:
    skeleton: list[tuple[float, float] | None] = [None] * 18
    skeleton[0] = (20.0, 20.0)
    one = draw_skeletons([skeleton], 64, 64)
    assert set(map(tuple, one.reshape(-1, 3))) == {(0, 0, 0), (255, 0, 0)}
    skeleton[1] = (20.0, 900.0)
    assert draw_skeletons([skeleton], 64, 64)[63, 20].any()
    assert not draw_skeletons([], 64, 48).any()


def test_peaks_are_found_between_pixels() -> None:
    rows, columns = np.mgrid[0:16, 0:12]
    maps = np.stack([1 - ((columns - x) ** 2 + (rows - y) ** 2) / 100 for x, y in ((5.3, 8.0), (7.0, 3.6))]).astype(
        np.float32
    )
    points, scores = find_peaks(maps)
    assert points == pytest.approx(np.array([(5.3, 8.0), (7.0, 3.6)]), abs=1e-3)
    assert scores == pytest.approx([0.999, 0.998], abs=1e-2)


def test_peaks_at_the_border_stay_inside() -> None:
    maps = np.zeros((1, 8, 8), np.float32)
    maps[0, 0, 7] = 1
    points, _ = find_peaks(maps)
    assert abs(points - np.array([[7, 0]])).max() <= 0.5


def test_a_frame_gets_the_networks_shape_around_the_same_middle() -> None:
    for frame in (Frame(10, 20, 30, 80), Frame(10, 20, 90, 20)):
        wide = widen(frame, 0.75)
        assert wide.width / wide.height == pytest.approx(0.75)
        assert wide.left + wide.width / 2 == pytest.approx(frame.left + frame.width / 2)
        assert wide.top + wide.height / 2 == pytest.approx(frame.top + frame.height / 2)
        assert wide.width >= frame.width * 1.2
        assert wide.height >= frame.height * 1.2


def test_what_is_cut_out_is_what_is_in_the_frame() -> None:
    photo = np.zeros((100, 100, 3), np.uint8)
    photo[40:61, 20:41] = 255
    inside = cut(photo, Frame(20, 40, 20, 20), 21, 21)
    assert (inside == 255).all()
    beyond = cut(photo, Frame(-50, -50, 40, 40), 21, 21)
    assert not beyond.any()


def get_portrait() -> Pixels:
    return np.asarray(Image.fromarray(painter.sample_portrait()).resize((384, 512)))


def test_a_person_is_framed_by_their_face() -> None:
    portrait = get_portrait()
    beside = np.full((512, 1024, 3), 128, np.uint8)
    beside[:, 600:984] = portrait
    (frame,) = find_people(beside)
    # The sample's face is a little left of its middle, about 190 px from the portrait's left edge.
    assert abs(frame.left + frame.width / 2 - 790) < 30
    assert frame.width < 700
    assert frame.top + frame.height > 450


def test_without_a_face_the_whole_picture_is_one_person() -> None:
    assert find_people(make_photo()) == [Frame(0, 0, 64, 64)]


@pytest.mark.parametrize("experts", [1, 3])
def test_vitpose_draws_a_skeleton_of_the_photos_size(experts: int, tmp_path: Path) -> None:
    shelf = open_annotators(write_tiny_pose(tmp_path, level=5.0, experts=experts), device="cpu")
    assert shelf.find_obstacle("vitpose") is None
    drawn = shelf.annotate(make_photo(), AnnotationOrder("vitpose", 96))
    assert (drawn.pixels.shape, drawn.pixels.dtype) == ((96, 96, 3), np.uint8)
    assert drawn.remark == ""
    seen = set(map(tuple, drawn.pixels.reshape(-1, 3)))
    assert seen & set(list_colours())


def test_vitpose_says_when_nobody_is_there(tmp_path: Path) -> None:
    shelf = open_annotators(write_tiny_pose(tmp_path, level=-50.0), device="cpu")
    drawn = shelf.annotate(make_photo(), AnnotationOrder("vitpose", 64))
    assert not drawn.pixels.any()
    assert "vitpose found nothing" in drawn.remark


def test_the_joints_are_where_the_heat_is(tmp_path: Path) -> None:
    """Heat maps that a hook puts in place of the network's: all joints in the frame's middle."""
    annotator = VitPose(write_tiny_pose(tmp_path), "cpu")
    heat = torch.zeros(1, 17, 17, 13)
    heat[..., 8, 6] = 1.0
    annotator._network.get().head.register_forward_hook(lambda module, given, result: heat)
    drawn = annotator.annotate(make_photo(side_px=128)[:, :96], 0, 0)
    rows, columns = np.nonzero(drawn.any(axis=2))
    assert (rows.mean(), columns.mean()) == pytest.approx((64, 48), abs=1)
    assert max(np.ptp(rows), np.ptp(columns)) <= 4


class TinyBody(nn.Module):
    """Named as OpenPose's network names its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.model0 = nn.ModuleDict({"conv1_1": nn.Conv2d(3, 1, 1)})


def test_without_the_licence_openpose_is_refused_whatever_is_there(tmp_path: Path) -> None:
    (tmp_path / "body_pose_model.pth").touch()
    shelf = open_annotators(tmp_path, device="cpu")
    assert "non-commercial research only" in (shelf.find_obstacle("openpose") or "")
    assert "openpose" not in [info.name for info in shelf.list_annotators()]
    with pytest.raises(CannotGenerateError, match="accept_openpose_licence"):
        shelf.annotate(make_photo(), AnnotationOrder("openpose"))


def test_with_the_licence_its_files_are_looked_for(tmp_path: Path) -> None:
    accepted = OpenPose(tmp_path, "cpu", TinyBody, is_licence_accepted=True)
    assert "body_pose_model" in (accepted.find_obstacle() or "")
    (tmp_path / "body_pose_model.pth").touch()
    assert accepted.find_obstacle() is None
    assert "non-commercial" in accepted.info.licence
    assert Annotators([accepted]).list_annotators() == (accepted.info,)


def test_openposes_file_leaves_out_the_first_part_of_each_name(tmp_path: Path) -> None:
    torch.save(
        {"conv1_1.weight": torch.full((1, 3, 1, 1), 4.0), "conv1_1.bias": torch.zeros(1)},
        tmp_path / "body_pose_model.pth",
    )
    net = OpenPose(tmp_path, "cpu", TinyBody, is_licence_accepted=True).get_net()
    assert float(net.model0["conv1_1"].weight.mean()) == 4.0


def test_openposes_people_become_skeletons() -> None:
    candidates = np.array([[10.0, 20.0, 0.9, 0], [30.0, 40.0, 0.9, 1]])
    person = np.full(20, -1.0)
    person[4], person[17] = 1, 0
    joints = list_joints(candidates, person)
    assert (joints[4], joints[17]) == ((30.0, 40.0), (10.0, 20.0))
    assert joints.count(None) == 16
