"""A picture that lost the likeness is made again more gently, or not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import painter
from generator_server.diffusion.failures import PictureWithheldError
from generator_server.engines import GenerationRequest, Output, Progress
from generator_server.engines.protocol import Pixels
from generator_server.errors import LikenessLostError
from generator_server.runner.gentler import make_in_likeness
from tests.unit.generator_server.engines import make_job

PHOTO = np.ascontiguousarray(painter.sample_portrait()[::4, ::4])


class Sketcher:
    """Answers the photo while the strength is at most `keeps_until`, else grey; the photo for every `faithful` seed."""

    def __init__(self, *, keeps_until: float, faithful: tuple[int, ...] = ()) -> None:
        self.strengths: list[tuple[tuple[int, ...], float]] = []
        self._keeps_until = keeps_until
        self._faithful = faithful

    def make(self, request: GenerationRequest, report: Callable[[Progress], None]) -> tuple[Output, ...]:
        self.strengths.append((request.seeds, request.denoising_strength))
        for fraction in (0.5, 1.0):
            report(Progress(fraction))
        return tuple(
            Output(self._draw(request, number, seed), seed, {"Engine": "sketcher"})
            for number, seed in enumerate(request.seeds)
        )

    def _draw(self, request: GenerationRequest, number: int, seed: int) -> Pixels:
        keeps = seed in self._faithful or request.denoising_strength <= self._keeps_until
        return request.get_init_image(number) if keeps else np.full_like(PHOTO, 128)


def make_request(**fields: object) -> GenerationRequest:
    height, width = PHOTO.shape[:2]
    request = replace(
        make_job().request, kind="img2img", width_px=width, height_px=height, init_images=(PHOTO,), keeps_likeness=True
    )
    return replace(request, **{"denoising_strength": 0.6, **fields})  # type: ignore[arg-type]


def run(sketcher: Sketcher, request: GenerationRequest) -> tuple[tuple[Output, ...], list[float]]:
    shares: list[float] = []
    outputs = make_in_likeness(sketcher.make, request, lambda progress: shares.append(progress.fraction))
    return outputs, shares


def test_a_good_picture_is_made_once_and_says_how_like_it_is() -> None:
    sketcher = Sketcher(keeps_until=1.0)
    (output,), _ = run(sketcher, make_request())
    assert sketcher.strengths == [((1,), 0.6)]
    assert output.remarks == {"Engine": "sketcher", "Likeness": "1.00, faces 1"}


def test_the_strength_falls_until_the_sitter_is_back() -> None:
    sketcher = Sketcher(keeps_until=0.3)
    (output,), shares = run(sketcher, make_request())
    assert [strength for _, strength in sketcher.strengths] == [0.6, 0.42, 0.294]
    assert output.remarks["Gentler strength"] == "0.294"
    assert np.array_equal(output.pixels, PHOTO)
    assert shares[:2] == [0.45, 0.9]
    assert min(shares[2:]) >= 0.9


def test_only_the_picture_that_needs_it_is_made_again() -> None:
    sketcher = Sketcher(keeps_until=0.5, faithful=(7,))
    outputs, _ = run(sketcher, make_request(seeds=(6, 7)))
    assert sketcher.strengths == [((6, 7), 0.6), ((6,), 0.42)]
    assert [output.seed for output in outputs] == [6, 7]
    assert "Gentler strength" not in outputs[1].remarks


def test_a_likeness_that_does_not_come_back_is_said() -> None:
    sketcher = Sketcher(keeps_until=0.0)
    with pytest.raises(LikenessLostError) as caught:
        run(sketcher, make_request())
    assert len(sketcher.strengths) == 3
    assert "3" in caught.value.public_message("en")


def test_a_withheld_picture_is_made_again_more_gently_too() -> None:
    class Strict(Sketcher):
        def make(self, request: GenerationRequest, report: Callable[[Progress], None]) -> tuple[Output, ...]:
            outputs = super().make(request, report)
            if request.denoising_strength > 0.5:
                raise PictureWithheldError
            return outputs

    sketcher = Strict(keeps_until=1.0)
    outputs, _ = run(sketcher, make_request(seeds=(3, 4)))
    assert sketcher.strengths == [((3, 4), 0.6), ((3,), 0.42), ((4,), 0.42)]
    assert [output.remarks["Gentler strength"] for output in outputs] == ["0.42", "0.42"]


def test_a_picture_that_stays_withheld_is_said() -> None:
    class Refusing(Sketcher):
        def make(self, request: GenerationRequest, report: Callable[[Progress], None]) -> tuple[Output, ...]:
            super().make(request, report)
            raise PictureWithheldError

    sketcher = Refusing(keeps_until=1.0)
    with pytest.raises(PictureWithheldError):
        run(sketcher, make_request())
    assert len(sketcher.strengths) == 3


@pytest.mark.parametrize(
    "fields",
    [{"keeps_likeness": False}, {"init_images": ()}, {"mask": np.zeros(PHOTO.shape[:2], np.uint8)}],
    ids=["not asked", "no photo", "masked"],
)
def test_nobody_is_compared_unasked_or_with_nothing(fields: dict[str, object]) -> None:
    class Blank(Sketcher):
        def _draw(self, request: GenerationRequest, number: int, seed: int) -> Pixels:
            return np.full_like(PHOTO, 128)

    sketcher = Blank(keeps_until=0.0)
    (output,), shares = run(sketcher, make_request(**fields))
    assert output.remarks == {"Engine": "sketcher"}
    assert shares == [0.5, 1.0]


def test_a_photo_of_another_shape_is_compared_as_the_engine_saw_it() -> None:
    wide = np.ascontiguousarray(np.pad(PHOTO, ((0, 0), (40, 40), (0, 0)), mode="edge"))

    class Cutter(Sketcher):
        def _draw(self, request: GenerationRequest, number: int, seed: int) -> Pixels:
            return PHOTO

    (output,), _ = run(Cutter(keeps_until=1.0), make_request(init_images=(wide,), resize_mode=1))
    assert output.remarks["Likeness"].startswith("1.00")
