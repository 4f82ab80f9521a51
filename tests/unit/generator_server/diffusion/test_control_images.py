"""Control images of a request: begun at once, at the pictures' size, sharp where pixel-perfect was asked."""

from __future__ import annotations

import numpy as np
import pytest

from generator_server.diffusion.control_images import ControlImages, find_perfect_resolution
from generator_server.engines.annotating import AnnotationOrder, ControlMap, NoAnnotators
from generator_server.engines.protocol import Pixels
from tests.unit.generator_server.diffusion.requests import make_photo, make_request, make_unit


class Recorder(NoAnnotators):
    """Answers negatives and remembers in which order it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, AnnotationOrder]] = []

    def begin(self, image: Pixels, order: AnnotationOrder) -> None:
        self.calls.append(("begin", order))

    def annotate(self, image: Pixels, order: AnnotationOrder) -> ControlMap:
        self.calls.append(("annotate", order))
        return ControlMap(255 - image)


def test_all_maps_are_begun_before_the_first_is_waited_for() -> None:
    recorder = Recorder()
    units = (make_unit(module="a", image=None), make_unit(module="none"), make_unit(module="b"))
    request = make_request(control_units=units, init_images=(make_photo(1), make_photo(2)), seeds=(1, 2))
    images = ControlImages(request, recorder)
    assert [(what, order.module) for what, order in recorder.calls] == [("begin", "a"), ("begin", "a"), ("begin", "b")]
    assert np.array_equal(images.draw(0, 1), 255 - make_photo(2))
    assert recorder.calls[-1] == ("annotate", recorder.calls[0][1])


def test_ready_images_and_maps_come_at_the_pictures_size() -> None:
    units = (make_unit(image=make_photo(3, 100)), make_unit(module="a", image=make_photo(3, 100)))
    images = ControlImages(make_request(control_units=units, width_px=80, height_px=64), Recorder())
    assert [images.draw(number, 0).shape for number in (0, 1)] == [(64, 80, 3)] * 2


def test_the_units_numbers_reach_the_annotator() -> None:
    recorder = Recorder()
    unit = make_unit(module="a", processor_res_px=320, threshold_a=3.0, threshold_b=4.0)
    ControlImages(make_request(control_units=(unit,)), recorder)
    assert recorder.calls == [("begin", AnnotationOrder("a", 320, 3.0, 4.0))]


@pytest.mark.parametrize(("resize_mode", "side_px"), [(0, 100), (1, 100), (2, 75)])
def test_pixel_perfect_maps_have_the_pictures_scale(resize_mode: int, side_px: int) -> None:
    photo = np.zeros((200, 100, 3), np.uint8)
    unit = make_unit(module="a", image=photo, is_pixel_perfect=True, resize_mode=resize_mode, processor_res_px=512)
    assert find_perfect_resolution(photo, 100, 150, unit) == side_px
    recorder = Recorder()
    ControlImages(make_request(control_units=(unit,), width_px=104, height_px=152), recorder)
    assert recorder.calls[0][1].resolution_px == {100: 104, 75: 76}[side_px]
