"""The engine `neural_style`: photographs after one picture, for every style pack that holds an exemplar."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boothkit.logs import get_logger
from generator_server.engines.annotating import NoAnnotators
from generator_server.engines.fitting import fit_image
from generator_server.engines.painter_engine import describe_model
from generator_server.engines.painting import find_noise_obstacle, follow
from generator_server.engines.protocol import (
    Adapter,
    ControlNet,
    GenerationRequest,
    Model,
    Output,
    Pixels,
    Progress,
    Sampler,
    Schedule,
    Trouble,
)
from generator_server.errors import CannotGenerateError, EngineFailedError
from generator_server.styles import StyleCatalog, StylePack
from generator_server.styles.learnt import EXEMPLAR, read_exemplar

if TYPE_CHECKING:
    from torch import Tensor

    from generator_server.engines.neural_style.network import Vgg

PREFIX = "neural_style/"
_log = get_logger(__name__)


class NeuralStyleEngine:
    """Serves every pack with an exemplar as the model `neural_style/<style_id>`.

    `weights` is a VGG-19's file, `device` a torch device or `auto`. Pictures are optimised at most `max_side_px`
    large in `iterations` steps and enlarged to the asked size: on a processor a step takes seconds.
    """

    name = "neural_style"
    annotators = NoAnnotators()

    def __init__(
        self,
        catalog: StyleCatalog,
        weights: Path,
        *,
        device: str = "auto",
        iterations: int = 150,
        max_side_px: int = 512,
    ) -> None:
        self._catalog = catalog
        self._path = weights
        self._device = device
        self._iterations = iterations
        self._max_side_px = max_side_px
        self._vgg: Vgg | None = None

    def list_models(self) -> tuple[Model, ...]:
        """One model per pack with an exemplar, in the catalogue's order."""
        return tuple(describe_model(pack, prefix=PREFIX) for pack in self._catalog.list_packs() if _has_exemplar(pack))

    def list_samplers(self) -> tuple[Sampler, ...]:
        """One name; the optimiser is what it is."""
        return (Sampler("L-BFGS", ("lbfgs",)),)

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
        """It changes a whole photograph and follows no prompt, mask or ControlNet unit."""
        if request.kind != "img2img":
            return "Style transfer needs an init image."
        if request.mask is not None or request.control_units:
            return "Style transfer knows no mask and no ControlNet units."
        return find_noise_obstacle(request)

    def find_lora_obstacle(self, name: str) -> str | None:
        """It wears none."""
        return "Style transfer follows no prompt and wears no LoRA."

    def find_unit_obstacle(self, model: str, module: str) -> str | None:
        """It knows none."""
        return "Style transfer knows no ControlNet units."

    def load(self) -> None:
        """Read the weights. Raises WeightsRefusedError."""
        import torch

        from generator_server.engines.neural_style.network import Vgg
        from generator_server.engines.neural_style.weights import load_weights

        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if self._device == "auto" else self._device
        self._vgg = Vgg(load_weights(self._path), torch.device(chosen))

    def generate(
        self,
        request: GenerationRequest,
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> tuple[Output, ...]:
        """One picture for each seed, all alike: nothing here is random. `denoising_strength` weighs the style."""
        pack = self._catalog.get_pack(request.model.name.removeprefix(PREFIX))
        if not _has_exemplar(pack):
            raise CannotGenerateError(reason=f"The style {pack.style_id} has no exemplar any more.")
        exemplar = read_exemplar(pack.folder)
        outputs = []
        for number, seed in enumerate(request.seeds):
            on_step = follow(report, is_cancelled, part=number, parts=len(request.seeds))
            pixels = self._make(request, number, exemplar, on_step)
            outputs.append(Output(pixels, seed, {"Engine": self.name, "Style revision": pack.revision}))
        return tuple(outputs)

    def recover(self, trouble: Trouble) -> None:
        """Nothing: it raises neither of the errors that are tried again."""

    def _make(
        self, request: GenerationRequest, number: int, exemplar: Pixels, on_step: Callable[[float], None]
    ) -> Pixels:
        from generator_server.engines.neural_style.gatys import Plan, transfer

        if self._vgg is None:
            raise EngineFailedError
        on_step(0.0)
        photo = fit_image(request.get_init_image(number), request.width_px, request.height_px, request.resize_mode)
        reduction = max(1.0, max(request.width_px, request.height_px) / self._max_side_px)
        width, height = (math.ceil(side / reduction) for side in (request.width_px, request.height_px))
        small = fit_image(photo, width, height, 0)
        plan = Plan(self._iterations, request.denoising_strength, on_step)
        made = transfer(self._vgg, _to_tensor(small, self._vgg), _to_tensor(exemplar, self._vgg), plan)
        if not bool(made.isfinite().all()):
            # As bytes it would be a black picture.
            _log.error("The optimiser's numbers ran away.", action="generation.broken", task_id=request.task_id)
            raise EngineFailedError
        return fit_image(_to_pixels(made), request.width_px, request.height_px, 0)


def _has_exemplar(pack: StylePack) -> bool:
    return pack.manifest.painter is not None and pack.manifest.painter.style == EXEMPLAR


def _to_tensor(pixels: Pixels, vgg: Vgg) -> Tensor:
    import torch

    return torch.tensor(pixels, device=vgg.device).permute(2, 0, 1)[None].float().div(255.0).contiguous()


def _to_pixels(picture: Tensor) -> Any:
    return picture[0].permute(1, 2, 0).mul(255.0).round().to("cpu").byte().numpy()
