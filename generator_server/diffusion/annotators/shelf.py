"""The annotators of the diffusion engine: which are ready, running them beside the GPU's work, keeping their maps."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from boothkit.logs import get_logger
from generator_server.diffusion.annotators.annotator import Annotator, resize_short_side
from generator_server.diffusion.annotators.cache import MapCache, MapKey, hash_photo
from generator_server.diffusion.annotators.depth import DepthAnything, Leres
from generator_server.diffusion.annotators.line_segments import LineSegments
from generator_server.diffusion.annotators.lines import Canny, Inversion, LineDrawing, Scribble, SoftEdge
from generator_server.diffusion.annotators.openpose import OpenPose
from generator_server.diffusion.annotators.room import NetworkRoom
from generator_server.diffusion.annotators.skeleton import draw_skeletons
from generator_server.diffusion.annotators.vitpose import VitPose
from generator_server.diffusion.failures import ControlMapError
from generator_server.engines.annotating import (
    DEFAULT_RESOLUTION_PX,
    READY_MADE,
    AnnotationOrder,
    AnnotatorInfo,
    ControlMap,
    Skeleton,
)
from generator_server.engines.protocol import Pixels
from generator_server.errors import CannotGenerateError

CACHE_BYTES = 128 * 2**20
NETWORK_BYTES = 2 * 2**30
# As many units are usual; more threads would take the processor from the engine's own.
THREADS = 2
LEAST_RESOLUTION_PX, MOST_RESOLUTION_PX = 64, 2048
_ALIASES = {"lineart": "lineart_standard", "softedge": "softedge_gradient"}
_log = get_logger(__name__)


class Annotators:
    """An AnnotatorShelf. Each annotator works on one photograph at a time; different ones work side by side."""

    def __init__(
        self,
        annotators: Sequence[Annotator],
        *,
        cache_bytes: int = CACHE_BYTES,
        network_bytes: int = NETWORK_BYTES,
    ) -> None:
        self._annotators = {annotator.name: annotator for annotator in annotators}
        self.room = NetworkRoom(annotators, network_bytes)
        self._cache = MapCache(cache_bytes)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="annotator")
        self._begun: dict[MapKey, Future[ControlMap]] = {}
        self._lock = threading.Lock()

    def list_annotators(self) -> tuple[AnnotatorInfo, ...]:
        """Those without an obstacle."""
        return tuple(each.info for each in self._annotators.values() if each.find_obstacle() is None)

    def find_obstacle(self, module: str) -> str | None:
        """What is missing, for example a file or the acceptance of a licence."""
        annotator = self._find(module)
        if module == READY_MADE:
            return None
        return f"There is no annotator {module[:100]} here." if annotator is None else annotator.find_obstacle()

    def begin(self, image: Pixels, order: AnnotationOrder) -> None:
        """Start the work unless its map is known; a mistake is raised by `annotate`."""
        self._submit(image, order)

    def annotate(self, image: Pixels, order: AnnotationOrder) -> ControlMap:
        """The map, from the cache, from work that was begun, or drawn now.

        Raises CannotGenerateError for a module with an obstacle, ControlMapError, ModelFileError, BrokenPictureError.
        """
        if order.module == READY_MADE:
            return ControlMap(image)
        found = self._submit(image, order)
        return found if isinstance(found, ControlMap) else found.result()

    def _find(self, module: str) -> Annotator | None:
        """By its name, by another name of it, or with the remark in brackets that web UIs show behind a name."""
        name = module.partition(" (")[0].strip().lower()
        return self._annotators.get(_ALIASES.get(name, name))

    def _submit(self, image: Pixels, order: AnnotationOrder) -> ControlMap | Future[ControlMap]:
        obstacle = self.find_obstacle(order.module)
        annotator = self._find(order.module)
        if obstacle is not None or annotator is None:
            raise CannotGenerateError(reason=obstacle or "The module none draws nothing.")
        key = build_key(annotator, image, order)
        with self._lock:
            # Looked for in here: work that ends meanwhile is kept before it is no longer begun.
            found = self._cache.find(key)
            if found is not None:
                return found
            if key not in self._begun:
                self._begun[key] = self._pool.submit(self._work, annotator, image, key)
            return self._begun[key]

    def _work(self, annotator: Annotator, image: Pixels, key: MapKey) -> ControlMap:
        try:
            with self.room.use(annotator):
                drawn = draw_map(annotator, image, key)
            self._cache.keep(key, drawn)
            return drawn
        finally:
            with self._lock:
                self._begun.pop(key, None)


def open_annotators(
    folder: Path, *, device: str = "auto", has_openpose_licence: bool = False, network_bytes: int = NETWORK_BYTES
) -> Annotators:
    """All annotators there are, with weights from `folder`; those whose weights are missing say so when asked."""
    return Annotators(
        [
            Canny(),
            LineDrawing(),
            Scribble(),
            SoftEdge(),
            Inversion(),
            VitPose(folder, device),
            DepthAnything(folder, device),
            Leres(folder, device),
            LineSegments(folder, device),
            OpenPose(folder, device, is_licence_accepted=has_openpose_licence),
        ],
        network_bytes=network_bytes,
    )


def build_key(annotator: Annotator, image: Pixels, order: AnnotationOrder) -> MapKey:
    """The order as it is carried out: defaults for what is missing or out of range."""
    asked = (order.threshold_a, order.threshold_b)
    sliders = annotator.sliders
    settled = [slider.settle(value) for slider, value in zip(sliders, asked, strict=False)]
    threshold_a, threshold_b = (*settled, 0.0, 0.0)[:2]
    resolution = order.resolution_px or DEFAULT_RESOLUTION_PX
    is_possible = LEAST_RESOLUTION_PX <= resolution <= MOST_RESOLUTION_PX
    resolution = resolution if is_possible else DEFAULT_RESOLUTION_PX
    return MapKey(hash_photo(image), annotator.name, resolution, threshold_a, threshold_b)


def draw_map(annotator: Annotator, image: Pixels, key: MapKey) -> ControlMap:
    """One map, checked. Raises ControlMapError for one without content, unless that is a possible answer."""
    photo = resize_short_side(image, key.resolution_px)
    people = annotator.find_people(photo)
    if people is None:
        drawn = annotator.annotate(photo, key.threshold_a, key.threshold_b)
    else:
        drawn = draw_skeletons(people, photo.shape[1], photo.shape[0])
    pixels = drawn if drawn.ndim == 3 else np.repeat(drawn[..., None], 3, axis=2)
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    if pixels.min() != pixels.max():
        return ControlMap(pixels, people=_freeze(people))
    if not annotator.may_find_nothing:
        raise ControlMapError(module=annotator.name)
    remark = f"The annotator {annotator.name} found nothing in the picture; its map is empty."
    _log.warning(remark, action="annotator.found_nothing", module=annotator.name)
    return ControlMap(pixels, remark, _freeze(people))


def _freeze(people: list[Skeleton] | None) -> tuple[Skeleton, ...] | None:
    return None if people is None else tuple(tuple(person) for person in people)
