"""The control images of a request's units, drawn by annotators in threads of their own or ready-made."""

from __future__ import annotations

from collections.abc import Sequence

from generator_server.diffusion.inpainting import Crop
from generator_server.engines.annotating import READY_MADE, AnnotationOrder, AnnotatorShelf
from generator_server.engines.fitting import FILL, fit_image
from generator_server.engines.protocol import ControlUnit, GenerationRequest, Pixels


class ControlImages:
    """Begins all of a request's maps at once, so that they are drawn side by side and beside the model's work."""

    def __init__(self, request: GenerationRequest, annotators: AnnotatorShelf, crops: Sequence[Crop] = ()) -> None:
        self._request = request
        self._annotators = annotators
        self._crops = crops
        self._drawn: dict[tuple[int, int], Pixels] = {}
        for unit in request.control_units:
            for place in range(self._count_images(unit)):
                if unit.module != READY_MADE:
                    image = self._get_image(unit, place)
                    annotators.begin(image, self._build_order(unit, image))

    def draw(self, number: int, place: int) -> Pixels:
        """Unit `number`'s control image for picture `place`, at the pictures' size. Raises what the annotator does."""
        unit = self._request.control_units[number]
        key = (number, place % self._count_images(unit))
        if key not in self._drawn:
            self._drawn[key] = self._draw(unit, place)
        return self._drawn[key]

    def list_kept(self, place: int) -> tuple[Pixels, ...]:
        """The control images of picture `place` that clients want to see, in the order of the units."""
        units = enumerate(self._request.control_units)
        return tuple(self.draw(number, place) for number, unit in units if unit.keeps_detected_map)

    def _draw(self, unit: ControlUnit, place: int) -> Pixels:
        image = self._get_image(unit, place)
        if unit.module != READY_MADE:
            # A copy, because kept maps are read-only and torch warns about such arrays.
            image = self._annotators.annotate(image, self._build_order(unit, image)).pixels.copy()
        return fit_image(image, self._request.width_px, self._request.height_px, unit.resize_mode)

    def _count_images(self, unit: ControlUnit) -> int:
        """How many images the unit has: one of its own, or one for each photograph."""
        return max(1, len(self._request.init_images)) if unit.image is None or self._crops else 1

    def _get_image(self, unit: ControlUnit, place: int) -> Pixels:
        if unit.image is None:
            return self._request.get_init_image(place)
        return self._crops[place % len(self._crops)](unit.image, unit.resize_mode) if self._crops else unit.image

    def _build_order(self, unit: ControlUnit, image: Pixels) -> AnnotationOrder:
        resolution = unit.processor_res_px
        if unit.is_pixel_perfect:
            resolution = find_perfect_resolution(image, self._request.width_px, self._request.height_px, unit)
        return AnnotationOrder(unit.module, resolution, unit.threshold_a, unit.threshold_b)


def find_perfect_resolution(image: Pixels, width_px: int, height_px: int, unit: ControlUnit) -> int:
    """The map's shorter side at which one of its pixels becomes one of the picture's."""
    height, width = image.shape[:2]
    scales = (width_px / float(width), height_px / float(height))
    scale = min(scales) if unit.resize_mode == FILL else max(scales)
    return round(scale * float(min(height, width)))
