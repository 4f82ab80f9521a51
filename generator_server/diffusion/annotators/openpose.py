"""Poses by OpenPose's body network (Cao and others, 2017), whose licence allows non-commercial research only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from generator_server.diffusion.annotators.aux_package import import_aux
from generator_server.diffusion.annotators.skeleton import JOINTS, draw_skeletons
from generator_server.diffusion.annotators.weights import NetworkAnnotator
from generator_server.engines.annotating import Joint, Skeleton
from generator_server.engines.protocol import Pixels

if TYPE_CHECKING:
    from torch import Tensor


class OpenPose(NetworkAnnotator):
    """Skeletons of bodies, without hands and faces, as the web UI's module `openpose` draws them."""

    name: ClassVar[str] = "openpose"
    licence: ClassVar[str] = "academic or non-profit non-commercial research use only"
    stem: ClassVar[str] = "body_pose_model"
    may_find_nothing: ClassVar[bool] = True

    def __init__(
        self,
        folder: Path,
        device: str = "auto",
        build: Callable[[], Any] | None = None,
        *,
        is_licence_accepted: bool = False,
    ) -> None:
        super().__init__(folder, device, build)
        self._is_licence_accepted = is_licence_accepted

    def find_obstacle(self) -> str | None:
        """The licence first: without its acceptance nothing of it is touched."""
        if not self._is_licence_accepted:
            return (
                "OpenPose's weights may be used for non-commercial research only. Use the annotator vitpose, or accept "
                "that licence with the setting accept_openpose_licence."
            )
        return super().find_obstacle()

    def build_net(self) -> Any:
        """The network for bodies."""
        return import_aux("open_pose.model").bodypose_model()

    def pick_state(self, loaded: Mapping[str, Any], net: Any) -> Mapping[str, Tensor]:
        """The published file leaves out the first part of each name."""
        return {name: loaded[key] for name in net.state_dict() if (key := name.partition(".")[2]) in loaded}

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """Everybody's skeleton."""
        return draw_skeletons(self.find_people(photo), photo.shape[1], photo.shape[0])

    def find_people(self, photo: Pixels) -> list[Skeleton]:
        """Everybody who is found."""
        import_aux("open_pose.util")  # before its other half: the two import each other
        body = import_aux("open_pose.body").Body
        finder = body.__new__(body)
        finder.model = self.get_net()
        candidates, people = finder(np.ascontiguousarray(photo[..., ::-1]))
        return [list_joints(candidates, person) for person in people]


def list_joints(candidates: NDArray[np.float64], person: NDArray[np.float64]) -> list[Joint]:
    """A person's joints: the package answers rows (x, y, ...) and, for each person, 18 row numbers, -1 for unseen."""
    rows = [int(row) for row in person[:JOINTS]]
    return [None if row < 0 else (float(candidates[row][0]), float(candidates[row][1])) for row in rows]
