"""The engine that needs no weights: the painter library, one model per style."""

from __future__ import annotations

from collections.abc import Callable

import painter
from generator_server.engines.fitting import fit_image
from generator_server.engines.protocol import GenerationRequest, Model, Output, Pixels, Progress, Sampler
from generator_server.errors import CannotGenerateError, GenerationCancelledError
from generator_server.styles import StyleCatalog, StylePack
from generator_server.styles.manifest import PainterPart

PREFIX = "painter/"


class PainterEngine:
    """Serves every style pack that has a [painter] part as the model `painter/<style_id>`."""

    name = "painter"

    def __init__(self, catalog: StyleCatalog) -> None:
        self._catalog = catalog

    def list_models(self) -> tuple[Model, ...]:
        """One model per style, in the catalogue's order."""
        return tuple(describe_model(pack) for pack in self._catalog.list_packs() if pack.manifest.painter)

    def list_samplers(self) -> tuple[Sampler, ...]:
        """One name, so that clients which insist on a sampler find one; the painter takes no steps."""
        return (Sampler("Painter", ("painter",)),)

    def find_obstacle(self, request: GenerationRequest) -> str | None:
        """The painter repaints a whole photograph and follows no prompt, mask or ControlNet unit."""
        if request.kind != "img2img":
            return "The painter needs an init image; txt2img needs a diffusion model, and none is installed."
        if request.mask is not None:
            return "The painter repaints the whole picture; a mask needs a diffusion model."
        if request.control_units:
            return "The painter knows no ControlNet units; they need a diffusion model."
        if min(request.width_px, request.height_px) < painter.MIN_SIDE_PX:
            return f"The painter's pictures have sides of at least {painter.MIN_SIDE_PX} px."
        return None

    def load(self) -> None:
        """Compile the kernels, or read them from their cache."""
        painter.warm_up()

    def generate(
        self,
        request: GenerationRequest,
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> tuple[Output, ...]:
        """Paint one picture for each seed; `denoising_strength` is the painter's strength."""
        pack = self._catalog.get_pack(request.model.name.removeprefix(PREFIX))
        part = pack.manifest.painter
        if part is None:
            raise CannotGenerateError(reason=f"The style {pack.style_id} has no [painter] part any more.")
        return tuple(_paint(request, number, pack, part, report, is_cancelled) for number in range(len(request.seeds)))


def describe_model(pack: StylePack) -> Model:
    """The model under which the painter serves a style pack."""
    return Model(
        name=f"{PREFIX}{pack.style_id}",
        sha256=pack.sha256,
        filename=f"styles/{pack.style_id}/style.toml",
        revision=pack.revision,
    )


def _paint(
    request: GenerationRequest,
    number: int,
    pack: StylePack,
    part: PainterPart,
    report: Callable[[Progress], None],
    is_cancelled: Callable[[], bool],
) -> Output:
    def on_progress(fraction: float) -> None:
        if is_cancelled():
            raise GenerationCancelledError
        report(Progress((number + fraction) / len(request.seeds)))

    on_progress(0.0)
    photo = fit_image(request.get_init_image(number), request.width_px, request.height_px, request.resize_mode)
    pixels = _call_painter(photo, part, request.denoising_strength, request.seeds[number], on_progress)
    return Output(pixels, request.seeds[number], {"Engine": "painter", "Style revision": pack.revision})


def _call_painter(
    photo: Pixels, part: PainterPart, strength: float, seed: int, on_progress: Callable[[float], None]
) -> Pixels:
    try:
        return painter.paint(
            photo,
            style=part.style,
            strength=strength,
            seed=seed,
            parameters=part.parameters,
            on_progress=on_progress,
        )
    except painter.PainterError as error:
        raise CannotGenerateError(reason=str(error)) from error
