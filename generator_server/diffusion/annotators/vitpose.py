"""Poses by ViTPose (Xu and others, 2022), as the transformers library has it: the annotator for poses by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from generator_server.diffusion.annotators.annotator import resize_short_side, standardise
from generator_server.diffusion.annotators.folders import FolderAnnotator
from generator_server.diffusion.annotators.skeleton import build_skeleton, draw_skeletons
from generator_server.diffusion.annotators.weights import check_numbers
from generator_server.engines.annotating import Skeleton
from generator_server.engines.protocol import Pixels

LEAST_SCORE = 0.3
# A person by their face: so many face widths to each side, upwards and downwards.
BODY_SIDE, BODY_UP, BODY_DOWN = 2.5, 0.6, 8.0
MARGIN = 1.25
FACE_SEARCH_PX = 512
MOST_PEOPLE = 8


@dataclass(frozen=True)
class Frame:
    """The part of a photo that the network is shown: its top left corner and size. Pixels, may reach outside."""

    left: float
    top: float
    width: float
    height: float


class VitPose(FolderAnnotator):
    """Skeletons of bodies. A person is looked for below each face; without a face in the whole picture."""

    name: ClassVar[str] = "vitpose"
    licence: ClassVar[str] = "Apache-2.0"
    may_find_nothing: ClassVar[bool] = True
    folder_name: ClassVar[str] = "vitpose"
    kind: ClassVar[str] = "VitPoseForPoseEstimation"

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """Everybody's skeleton."""
        return draw_skeletons(self.find_people(photo), photo.shape[1], photo.shape[0])

    def find_people(self, photo: Pixels) -> list[Skeleton]:
        """Joints that are seen with a score of at least 0.3."""
        net = self._network.get()
        tall, wide = net.config.backbone_config.image_size
        frames = [widen(frame, wide / tall) for frame in find_people(photo)]
        heat = self._run(net, np.stack([cut(photo, frame, wide, tall) for frame in frames]))
        check_numbers(self.name, heat)
        people: list[Skeleton] = []
        for frame, maps in zip(frames, heat, strict=True):
            points, scores = find_peaks(maps)
            stretch = np.array([frame.width / (maps.shape[2] - 1), frame.height / (maps.shape[1] - 1)])
            places = points * stretch + np.array([frame.left, frame.top])
            people.append(build_skeleton(places.astype(np.float32), scores, LEAST_SCORE))
        return people

    def _run(self, net: Any, cuts: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Heat maps, (people, keypoints, height, width)."""
        import torch

        pixels = torch.from_numpy(standardise(cuts)).permute(0, 3, 1, 2).contiguous().to(net.device)
        options: dict[str, Any] = {}
        if net.config.backbone_config.num_experts > 1:
            # Models for several data sets at once: the first one is COCO.
            options["dataset_index"] = torch.zeros(len(cuts), dtype=torch.int64, device=net.device)
        with torch.inference_mode():
            return np.asarray(net(pixel_values=pixels, **options).heatmaps.float().cpu().numpy(), dtype=np.float32)


def find_people(photo: Pixels) -> Sequence[Frame]:
    """One frame for each face that is found, the largest first; the whole picture when there is none."""
    import painter

    height, width = photo.shape[:2]
    small = resize_short_side(photo, min(FACE_SEARCH_PX, height, width))
    scale = width / small.shape[1]
    is_fit = min(small.shape[:2]) >= painter.MIN_SIDE_PX
    faces = painter.detect_faces(small)[:MOST_PEOPLE] if is_fit else []
    frames = []
    for face in faces:
        side = face.width * scale
        middle = (face.x + face.width / 2) * scale
        left, right = max(0.0, middle - BODY_SIDE * side), min(width, middle + BODY_SIDE * side)
        top, bottom = max(0.0, face.y * scale - BODY_UP * side), min(height, face.y * scale + BODY_DOWN * side)
        frames.append(Frame(left, top, right - left, bottom - top))
    return frames or [Frame(0.0, 0.0, width, height)]


def widen(frame: Frame, shape: float) -> Frame:
    """The frame in the network's shape (width through height) around the same middle, with some margin."""
    width, height = max(frame.width, frame.height * shape), max(frame.height, frame.width / shape)
    width, height = width * MARGIN, height * MARGIN
    middle = (frame.left + frame.width / 2, frame.top + frame.height / 2)
    return Frame(middle[0] - width / 2, middle[1] - height / 2, width, height)


def cut(photo: Pixels, frame: Frame, width_px: int, height_px: int) -> NDArray[np.uint8]:
    """What is in the frame, at the network's size; black beyond the photo's borders."""
    import cv2

    across, down = (width_px - 1) / frame.width, (height_px - 1) / frame.height
    moves = np.array([[across, 0, -frame.left * across], [0, down, -frame.top * down]])
    return np.asarray(cv2.warpAffine(photo, moves, (width_px, height_px), flags=cv2.INTER_LINEAR), dtype=np.uint8)


def find_peaks(maps: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The hottest place of each map, (keypoints, 2) x and y between pixels, and how hot it is.

    Between pixels by the parabola through the peak and its neighbours.
    """
    count, _, width = maps.shape
    places = maps.reshape(count, -1).argmax(axis=1)
    rows, columns = np.divmod(places, width)
    each = np.arange(count)
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)), mode="edge")
    peak = maps[each, rows, columns]
    offsets = []
    for down, across in ((0, 1), (1, 0)):
        before = padded[each, rows + 1 - down, columns + 1 - across]
        after = padded[each, rows + 1 + down, columns + 1 + across]
        bend = 2 * peak - before - after
        offsets.append(np.where(bend > 0, (after - before) / np.maximum(2 * bend, 1e-9), 0.0).clip(-0.5, 0.5))
    points = np.stack([columns + offsets[0], rows + offsets[1]], axis=1)
    return np.asarray(points, dtype=np.float32), np.asarray(peak, dtype=np.float32)
