"""The control images of a request's units, drawn by annotators in threads of their own or ready-made."""

from __future__ import annotations

from generator_server.engines.annotating import READY_MADE, AnnotationOrder, AnnotatorShelf
from generator_server.engines.fitting import FILL, fit_image
from generator_server.engines.protocol import ControlUnit, GenerationRequest, Pixels


class ControlImages:
    """Begins all of a request's maps at once, so that they are drawn side by side and beside the model's work."""

    def __init__(self, request: GenerationRequest, annotators: AnnotatorShelf) -> None:
        self._request = request
        self._annotators = annotators
        for unit in request.control_units:
            for place in range(max(1, len(request.init_images)) if unit.image is None else 1):
                if unit.module != READY_MADE:
                    image = self._get_image(unit, place)
                    annotators.begin(image, self._build_order(unit, image))

    def draw(self, number: int, place: int) -> Pixels:
        """Unit `number`'s control image for picture `place`, at the pictures' size. Raises what the annotator does."""
        unit = self._request.control_units[number]
        image = self._get_image(unit, place)
        if unit.module != READY_MADE:
            # A copy, because kept maps are read-only and torch warns about such arrays.
            image = self._annotators.annotate(image, self._build_order(unit, image)).pixels.copy()
        return fit_image(image, self._request.width_px, self._request.height_px, unit.resize_mode)

    def _get_image(self, unit: ControlUnit, place: int) -> Pixels:
        return unit.image if unit.image is not None else self._request.get_init_image(place)

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
