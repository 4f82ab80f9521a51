"""People's joints as OpenPose's JSON, as the ControlNet extension answers and takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator_server.diffusion.annotators.hands_and_faces import FACE_DOTS, HAND_JOINTS, draw_face, draw_hand
from generator_server.diffusion.annotators.skeleton import JOINTS, draw_skeletons
from generator_server.engines.annotating import ControlMap, Joint, Skeleton
from generator_server.engines.protocol import Pixels
from generator_server.errors import CannotGenerateError
from generator_server.http.control_schemas import PoseDocument, PosePerson

# x, y, confidence.
NUMBERS_PER_JOINT = 3


def describe_people(drawn: ControlMap) -> PoseDocument | None:
    """The people of a map, in its pixels; None for maps of annotators that look for nobody."""
    if drawn.people is None:
        return None
    height, width = drawn.pixels.shape[:2]
    people = [PosePerson(pose_keypoints_2d=_write_joints(person)) for person in drawn.people]
    return PoseDocument(people=people, canvas_width=width, canvas_height=height)


def draw_document(document: PoseDocument, *, max_side_px: int) -> Pixels:
    """People on black. Raises CannotGenerateError for sizes and keypoints that are not possible."""
    size = width, height = document.canvas_width, document.canvas_height
    if max(size) > max_side_px:
        raise CannotGenerateError(reason=f"A picture's sides may have at most {max_side_px} px.")
    bodies = [_read_joints("pose", person.pose_keypoints_2d, (JOINTS,), size) for person in document.people]
    canvas = draw_skeletons([body for body in bodies if body], width, height)
    for person in document.people:
        for side, numbers in (("right", person.hand_right_keypoints_2d), ("left", person.hand_left_keypoints_2d)):
            hand = _read_joints(f"hand_{side}", numbers, (HAND_JOINTS,), size)
            if hand:
                draw_hand(canvas, hand)
        draw_face(canvas, _read_joints("face", person.face_keypoints_2d, FACE_DOTS, size))
    return canvas


def _write_joints(person: Skeleton) -> list[float]:
    return [number for joint in person for number in ((0.0, 0.0, 0.0) if joint is None else (*joint, 1.0))]


def _read_joints(
    part: str, numbers: Sequence[float] | None, counts: tuple[int, ...], size: tuple[int, int]
) -> list[Joint]:
    """The joints of a part in pixels, none without one; ones that are all between 0 and 1 are shares of the canvas."""
    if not numbers:
        return []
    if len(numbers) not in {count * NUMBERS_PER_JOINT for count in counts}:
        wanted = " or ".join(map(str, counts))
        raise CannotGenerateError(reason=f"{part}_keypoints_2d must hold {wanted} keypoints of x, y and confidence.")
    joints = [None if seen < 1 else (x, y) for x, y, seen in _group(numbers)]
    places = [joint for joint in joints if joint is not None]
    is_share = all(0 <= abs(x) <= 1 and 0 <= abs(y) <= 1 for x, y in places)
    scale = size if is_share else (1, 1)
    return [None if joint is None else (joint[0] * scale[0], joint[1] * scale[1]) for joint in joints]


def _group(numbers: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    return zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
