"""Depth maps: near is white. LeReS (Yin and others, 2021) and Depth Anything (Yang and others, 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from generator_server.diffusion.annotators.annotator import resize, standardise, stretch_to_bytes
from generator_server.diffusion.annotators.aux_package import import_aux
from generator_server.diffusion.annotators.folders import FolderAnnotator
from generator_server.diffusion.annotators.weights import NetworkAnnotator, check_numbers
from generator_server.engines.annotating import Slider
from generator_server.engines.protocol import Pixels

if TYPE_CHECKING:
    from torch import Tensor

LERES_STEP_PX = 32
PERCENT = 255 / 100


class Leres(NetworkAnnotator):
    """Depth from one picture by LeReS, without its boosting network.

    Web UIs run this network in training mode on colours of 0-255: batch statistics hide the wrong scale, and every
    picture changes the network. Here it runs as it was published: evaluation mode, red first, colours of 0-1.
    """

    name: ClassVar[str] = "depth_leres"
    licence: ClassVar[str] = "MIT"
    stem: ClassVar[str] = "res101"
    sliders: ClassVar[tuple[Slider, ...]] = (
        Slider("Remove Near %", 0, 0, 100, 0.1),
        Slider("Remove Background %", 0, 0, 100, 0.1),
    )

    def build_net(self) -> Any:
        """ResNeXt-101 with LeReS's decoder."""
        return import_aux("leres.leres.multi_depth_model_woauxi").RelDepthModel(backbone="resnext101")

    def pick_state(self, loaded: Mapping[str, Any], net: Any) -> Mapping[str, Tensor]:
        """The published file keeps the tensors under `depth_model`, named as for several GPUs."""
        state = loaded.get("depth_model", loaded)
        return {name.removeprefix("module."): tensor for name, tensor in state.items()}

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """What is nearer than `threshold_a` per cent of the range counts as nearest; darker than b becomes black."""
        net = self.get_net()
        depth = estimate(net.depth_model, photo, LERES_STEP_PX, self.name)
        far = stretch_to_bytes(depth)
        if far.max() == 0:
            return far
        near = 255 - np.where(far > threshold_a * PERCENT, far, 0)
        return np.asarray(np.where(near > threshold_b * PERCENT, near, 0), dtype=np.uint8)


class DepthAnything(FolderAnnotator):
    """Depth from one picture by Depth Anything's small model, as the transformers library has it."""

    name: ClassVar[str] = "depth_anything"
    licence: ClassVar[str] = "Apache-2.0 for the small models; the larger ones are for non-commercial use"
    folder_name: ClassVar[str] = "depth_anything"
    kind: ClassVar[str] = "DepthAnythingForDepthEstimation"

    def annotate(self, photo: Pixels, threshold_a: float, threshold_b: float) -> NDArray[np.uint8]:
        """The network's own disparity, its range stretched to 0-255."""
        net = self._network.get()
        step_px = int(net.config.patch_size)

        def run(pixels: Tensor) -> Tensor:
            depth: Tensor = net(pixel_values=pixels).predicted_depth
            return depth

        return stretch_to_bytes(estimate(run, photo, step_px, self.name, device=net.device))


def estimate(run: Any, photo: Pixels, step_px: int, name: str, device: Any = None) -> NDArray[np.float32]:
    """What a network says of each pixel, (height, width) as the photo; it is called with multiples of `step_px`."""
    import cv2
    import torch

    height, width = photo.shape[:2]
    fitted = resize(photo, *(max(1, round(side / step_px)) * step_px for side in (width, height)))
    place = device if device is not None else next(iter(run.parameters())).device
    colours = standardise(fitted)
    with torch.inference_mode():
        said = run(torch.from_numpy(colours).permute(2, 0, 1)[None].contiguous().to(place))
    values = said.squeeze().float().cpu().numpy()
    check_numbers(name, values)
    return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
