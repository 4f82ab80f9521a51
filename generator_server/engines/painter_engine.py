"""The engine that needs no weights: the painter library, one model per style."""

from __future__ import annotations

from collections.abc import Callable

import painter
from generator_server.engines.annotating import NoAnnotators
from generator_server.engines.fitting import fit_image
from generator_server.engines.pack_painter import PackPainter
from generator_server.engines.painting import find_noise_obstacle, follow, translate_errors
from generator_server.engines.protocol import (
    Adapter,
    ControlNet,
    GenerationRequest,
    Model,
    Output,
    Progress,
    Sampler,
    Schedule,
    Trouble,
)
from generator_server.errors import CannotGenerateError
from generator_server.styles import StyleCatalog, StylePack
from generator_server.styles.manifest import PainterPart

PREFIX = "painter/"
NO_UNITS = "The painter knows no ControlNet units; they need a diffusion model."


class PainterEngine:
    """Serves every style pack that has a [painter] part as the model `painter/<style_id>`."""

    name = "painter"
    annotators = NoAnnotators()

    def __init__(self, catalog: StyleCatalog) -> None:
        self._catalog = catalog
        self._packs = PackPainter()

    def list_models(self) -> tuple[Model, ...]:
        """One model per style, in the catalogue's order."""
        return tuple(describe_model(pack) for pack in self._catalog.list_packs() if pack.manifest.painter)

    def list_samplers(self) -> tuple[Sampler, ...]:
        """One name, so that clients which insist on a sampler find one; the painter takes no steps."""
        return (Sampler("Painter", ("painter",)),)

    def list_schedules(self) -> tuple[Schedule, ...]:
        """None: there is no noise to spread."""
        return ()

    def list_controlnets(self) -> tuple[ControlNet, ...]:
        """None."""
        return ()

    def list_adapters(self) -> tuple[Adapter, ...]:
        """None."""
        return ()

    def refresh_adapters(self) -> None:
        """There are none to look for."""

    def find_obstacle(self, request: GenerationRequest) -> str | None:
        """The painter repaints a whole photograph and follows no prompt, mask or ControlNet unit."""
        if request.kind != "img2img":
            return "The painter needs an init image; txt2img needs a diffusion model, and none is installed."
        if request.mask is not None:
            return "The painter repaints the whole picture; a mask needs a diffusion model."
        if request.control_units:
            return NO_UNITS
        if min(request.width_px, request.height_px) < painter.MIN_SIDE_PX:
            return f"The painter's pictures have sides of at least {painter.MIN_SIDE_PX} px."
        return find_noise_obstacle(request)

    def find_lora_obstacle(self, name: str) -> str | None:
        """It wears none."""
        return "The painter follows no prompt and wears no LoRA."

    def find_unit_obstacle(self, model: str, module: str) -> str | None:
        """It knows none."""
        return NO_UNITS

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
        return tuple(
            self._paint(request, number, pack, part, report, is_cancelled) for number in range(len(request.seeds))
        )

    def recover(self, trouble: Trouble) -> None:
        """Nothing: it raises neither of the errors that are tried again."""

    def _paint(
        self,
        request: GenerationRequest,
        number: int,
        pack: StylePack,
        part: PainterPart,
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> Output:
        on_progress = follow(report, is_cancelled, part=number, parts=len(request.seeds))
        on_progress(0.0)
        photo = fit_image(request.get_init_image(number), request.width_px, request.height_px, request.resize_mode)
        seed = request.seeds[number]
        with translate_errors():
            pixels = self._packs.paint(
                pack, part, photo, strength=request.denoising_strength, seed=seed, on_progress=on_progress
            )
        return Output(pixels, seed, {"Engine": "painter", "Style revision": pack.revision})


def describe_model(pack: StylePack, *, prefix: str = PREFIX) -> Model:
    """The model under which the painter, or the engine of another prefix, serves a style pack."""
    return Model(
        name=f"{prefix}{pack.style_id}",
        sha256=pack.sha256,
        filename=f"styles/{pack.style_id}/style.toml",
        revision=pack.revision,
    )
