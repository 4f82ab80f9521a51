"""Straight lines by M-LSD (Gu and others, 2022)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from generator_server.diffusion.annotators.annotator import resize
from generator_server.diffusion.annotators.aux_package import import_aux
from generator_server.diffusion.annotators.weights import NetworkAnnotator, check_numbers
from generator_server.engines.annotating import Slider
from generator_server.engines.protocol import Pixels

STEP_PX = 64
MOST_LINES = 200
# The network's answers have half the size of what it is given.
ANSWER_STEP_PX = 2
SCALE = 127.5


class LineSegments(NetworkAnnotator):
    """Straight lines, white on black. A picture without any is possible; a mistake is raised, never drawn black."""

    name: ClassVar[str] = "mlsd"
    licence: ClassVar[str] = "Apache-2.0"
    stem: ClassVar[str] = "mlsd_large_512_fp32"
    may_find_nothing: ClassVar[bool] = True
    sliders: ClassVar[tuple[Slider, ...]] = (
        Slider("MLSD Value Threshold", 0.1, 0.01, 2.0, 0.01),
        Slider("MLSD Distance Threshold", 0.1, 0.01, 20.0, 0.01),
    )

    def build_net(self) -> Any:
        """M-LSD's large network."""
        return import_aux("mlsd.models.mbv2_mlsd_large").MobileV2_MLSD_Large()

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """Lines surer than `threshold_a` (0-1) and longer than `threshold_b` (pixels of the network's answer)."""
        import cv2

        canvas = np.zeros(photo.shape[:2], np.uint8)
        for line in self.find_lines(photo, threshold_a, threshold_b):
            left, top, right, bottom = np.rint(line).astype(int).tolist()
            cv2.line(canvas, (left, top), (right, bottom), 255, 1)
        return canvas

    def find_lines(self, photo: Pixels, least_score: float, least_length: float) -> NDArray[np.float32]:
        """Lines as rows of (x, y, x, y) in the photo's pixels."""
        import torch

        net = self.get_net()
        height, width = photo.shape[:2]
        fitted = resize(photo, *(max(1, round(side / STEP_PX)) * STEP_PX for side in (width, height)))
        # The fourth channel is 1 everywhere, on the colours' scale.
        planes = np.dstack([fitted, np.ones(fitted.shape[:2], np.uint8)]).astype(np.float32) / SCALE - 1
        device = next(iter(net.parameters())).device
        with torch.inference_mode():
            answer = net(torch.from_numpy(planes).permute(2, 0, 1)[None].contiguous().to(device))
        maps = answer[0].float().cpu().numpy()
        check_numbers(self.name, maps)
        scale = np.array([width / fitted.shape[1], height / fitted.shape[0]] * 2) * ANSWER_STEP_PX
        return np.asarray(decode_lines(maps, least_score, least_length) * scale, dtype=np.float32)


def decode_lines(maps: NDArray[np.float32], least_score: float, least_length: float) -> NDArray[np.float32]:
    """Lines (x, y, x, y) from the answer (channels, height, width): how likely a line's middle is here (a logit), then
    the way from the middle to both ends. Of neighbouring middles only the likeliest counts.
    """
    import cv2

    likely = 1 / (1 + np.exp(-maps[0].clip(-50, 50)))
    is_peak = cv2.dilate(likely, np.ones((3, 3), np.uint8)) == likely
    rows, columns = np.nonzero(is_peak & (likely > least_score))
    best = np.argsort(-likely[rows, columns], kind="stable")[:MOST_LINES]
    rows, columns = rows[best], columns[best]
    ways = maps[1:5, rows, columns].T
    lengths = np.hypot(ways[:, 0] - ways[:, 2], ways[:, 1] - ways[:, 3])
    middles = np.stack([columns, rows, columns, rows], axis=1).astype(np.float32)
    return np.asarray((middles + ways)[lengths > least_length], dtype=np.float32)
