"""A stock AUTOMATIC1111 web UI in the generators' place: only calls and fields that its own API has.

Such a server knows no `/v1/styles`. The styles are those of a folder of style packs that the server can make: their
sampler and their adapters are there. ControlNet units whose net or annotator is missing are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from boothkit.logs import get_logger
from service_bridge.clients.generator import GeneratorClient, check_success
from service_bridge.clients.style_packs import PackDiffusion, PackUnit, StylePack, find_sample, read_packs
from service_bridge.clients.transport import ServiceError
from service_bridge.clients.wire import StyleAnswer, Wire
from service_bridge.settings import GeneratorSettings
from service_bridge.visits.states import Cause

ENGINE = "diffusion"
READY_MADE = "none"
# Our annotators by the names of a web UI's that draw the same; the first that is there is taken.
ALIKE = {"vitpose": ("dw_openpose_full", "openpose")}
CROP_AND_RESIZE = 1
_CONTROL_MODES = {
    "balanced": "Balanced",
    "prompt": "My prompt is more important",
    "control": "ControlNet is more important",
}
_log = get_logger(__name__)


class NamedItem(Wire):
    """One sampler or LoRA."""

    name: str
    alias: str = ""


class ControlModels(Wire):
    """Titles of ControlNets: `name [hash]`."""

    model_list: list[str]


class ControlModules(Wire):
    """Names of annotators."""

    module_list: list[str]


_NAMED = TypeAdapter(list[NamedItem])
_MODELS = TypeAdapter(ControlModels)
_MODULES = TypeAdapter(ControlModules)


@dataclass(frozen=True)
class Equipment:
    """What a web UI has. `nets` holds titles by their names in lower case."""

    samplers: frozenset[str]
    adapters: frozenset[str]
    nets: dict[str, str]
    modules: frozenset[str]

    def can_make(self, part: PackDiffusion) -> bool:
        """True when sampler and adapters are there, without which the look would be another."""
        return find_sampler(part) in self.samplers and {name for name, _ in part.list_adapters()} <= self.adapters

    def can_follow(self, unit: PackUnit) -> bool:
        """True when a unit's net and annotator are there."""
        return unit.model.lower() in self.nets and self.find_module(unit) is not None

    def find_module(self, unit: PackUnit) -> str | None:
        """The web UI's annotator for a unit."""
        asked = unit.module.lower()
        known = {READY_MADE, *self.modules}
        return next((name for name in (asked, *ALIKE.get(asked, ())) if name in known), None)


class WebUiClient(GeneratorClient):
    """Talks to a stock web UI. Thread-safe."""

    def __init__(self, settings: GeneratorSettings, packs: Path, *, poll_s: float) -> None:
        super().__init__(settings, poll_s=poll_s, scheme="Basic")
        self._packs = packs

    def list_styles(self, *, timeout_s: float) -> list[StyleAnswer]:
        """The packs that the web UI can make now. Raises ServiceError."""
        equipment = self._take_stock(timeout_s)
        return [
            describe_style(pack, pack.diffusion, equipment)
            for pack in read_packs(self._packs)
            if pack.diffusion is not None and equipment.can_make(pack.diffusion)
        ]

    def fetch_sample(self, style_id: str, *, timeout_s: float) -> bytes:
        """The sample picture that lies in the pack. Raises ServiceError when there is none."""
        sample = find_sample(self._packs, style_id)
        if sample is None:
            raise ServiceError(Cause.FILE_MISSING)
        return sample

    def is_reachable(self, *, timeout_s: float) -> bool:
        """True when it answers for its progress."""
        try:
            path = "/sdapi/v1/progress?skip_current_image=true"
            return self._transport.request("GET", path, timeout_s=timeout_s).status == 200
        except ServiceError:
            return False

    def _take_stock(self, timeout_s: float) -> Equipment:
        samplers = self._get("/sdapi/v1/samplers", _NAMED, timeout_s)
        loras = self._get("/sdapi/v1/loras", _NAMED, timeout_s)
        nets = self._find("/controlnet/model_list", _MODELS, timeout_s)
        modules = self._find("/controlnet/module_list", _MODULES, timeout_s)
        titles = nets.model_list if nets else []
        return Equipment(
            samplers=frozenset(item.name for item in samplers),
            adapters=frozenset(name for item in loras for name in (item.name, item.alias)),
            nets={title.partition(" [")[0].lower(): title for title in titles},
            modules=frozenset(name.lower() for name in (modules.module_list if modules else [])),
        )

    def _get(self, path: str, adapter: TypeAdapter[Any], timeout_s: float) -> Any:
        answer = self._transport.request("GET", path, timeout_s=timeout_s)
        check_success(answer)
        return answer.parse(adapter)

    def _find(self, path: str, adapter: TypeAdapter[Any], timeout_s: float) -> Any:
        """As `_get`; None where there is no such path, as without the ControlNet extension."""
        try:
            return self._get(path, adapter, timeout_s)
        except ServiceError as error:
            if error.status == 404:
                return None
            raise


def open_generator(settings: GeneratorSettings, *, poll_s: float) -> GeneratorClient:
    """The client for what the settings name: our own generators, or a stock web UI."""
    if settings.web_ui_styles is None:
        return GeneratorClient(settings, poll_s=poll_s)
    return WebUiClient(settings, settings.web_ui_styles, poll_s=poll_s)


def describe_style(pack: StylePack, part: PackDiffusion, equipment: Equipment) -> StyleAnswer:
    """A pack as a style of the booth, with its request for the web UI."""
    for unit in part.controlnet:
        if not equipment.can_follow(unit):
            _say_once(pack.style_id, unit.model, unit.module)
    return StyleAnswer(
        style_id=pack.style_id,
        revision=str(pack.revision),
        name=pack.name,
        description=pack.description,
        engines=[ENGINE],
        requests={ENGINE: build_body(part, equipment)},
        source=pack.source,
    )


def build_body(part: PackDiffusion, equipment: Equipment) -> dict[str, Any]:
    """An img2img body in the stock API's words, without the photograph and its size."""
    tags = "".join(f" <lora:{name}:{weight:g}>" for name, weight in part.list_adapters())
    units = [_build_unit(unit, equipment) for unit in part.controlnet if equipment.can_follow(unit)]
    return {
        "prompt": f"{part.prompt}{tags}",
        "negative_prompt": part.negative_prompt,
        "denoising_strength": part.denoising_strength,
        "steps": part.num_inference_steps,
        "cfg_scale": part.guidance_scale,
        "sampler_name": find_sampler(part),
        "width": part.max_width_px,
        "resize_mode": CROP_AND_RESIZE,
        # No visitor's face stays in the web UI's folders.
        "save_images": False,
        **({"alwayson_scripts": {"ControlNet": {"args": units}}} if units else {}),
    }


def find_sampler(part: PackDiffusion) -> str:
    """The style's sampler by its web-UI name."""
    return part.few_step.sampler if part.few_step else part.sampler


def _build_unit(unit: PackUnit, equipment: Equipment) -> dict[str, Any]:
    """A unit that uses the photograph."""
    return {
        "enabled": True,
        "model": equipment.nets[unit.model.lower()],
        "module": equipment.find_module(unit),
        "weight": unit.conditioning_scale,
        "guidance_start": unit.guidance_start,
        "guidance_end": unit.guidance_end,
        "control_mode": _CONTROL_MODES[unit.control_mode],
        "save_detected_map": False,
    }


@cache
def _say_once(style_id: str, net: str, module: str) -> None:
    _log.warning(
        "A style is made without one of its ControlNet units.",
        action="styles.unit_left_out",
        style_id=style_id,
        controlnet=net,
        module=module,
    )
