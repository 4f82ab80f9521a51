"""Style packs as the bridge reads them for a stock web UI: the few fields of `style.toml` that such a request needs."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from boothkit.logs import get_logger
from service_bridge.clients.wire import NAME_PATTERN, StyleSource, Wire, Words

MANIFEST_NAME = "style.toml"
SAMPLE_NAMES = ("sample.webp", "sample.png", "sample.jpg")
_log = get_logger(__name__)


class PackUnit(Wire):
    """One ControlNet unit."""

    model: str
    module: str
    conditioning_scale: float = 1.0
    guidance_start: float = 0.0
    guidance_end: float = 1.0
    control_mode: Literal["balanced", "prompt", "control"] = "balanced"


class PackFewStep(Wire):
    """The adapter and the method of a style of few steps."""

    kind: Literal["lcm", "hyper_sd", "tcd"]
    adapter: str | None = None
    adapter_weight: float = 1.0

    @property
    def sampler(self) -> str:
        """The sampler that the method was made for."""
        return "LCM" if self.kind == "lcm" else "TCD"


class PackDiffusion(Wire):
    """How a diffusion model makes the style."""

    prompt: str
    negative_prompt: str = ""
    denoising_strength: float
    max_width_px: int = 768
    num_inference_steps: int = 20
    guidance_scale: float = 7.0
    sampler: str = "DPM++ 2M"
    controlnet: list[PackUnit] = Field(default_factory=list)
    adapter: str | None = None
    adapter_weight: float = 1.0
    few_step: PackFewStep | None = None

    def list_adapters(self) -> list[tuple[str, float]]:
        """Names, as a web UI lists them, and weights: files without their ending."""
        own = [(self.adapter.removesuffix(".safetensors"), self.adapter_weight)] if self.adapter else []
        few = self.few_step
        return [*own, *([(few.adapter, few.adapter_weight)] if few is not None and few.adapter else [])]


class StylePack(Wire):
    """A style pack. `diffusion` is None for one that only the painter can make."""

    style_id: str = Field(pattern=NAME_PATTERN)
    revision: int
    position: int = 100
    name: Words
    description: Words
    diffusion: PackDiffusion | None = None
    source: StyleSource | None = None


def read_packs(folder: Path) -> list[StylePack]:
    """The packs of a folder in their order. One that cannot be read is left out, with a sentence in the log."""
    found = (_read_pack(path) for path in sorted(folder.glob(f"*/{MANIFEST_NAME}")))
    return sorted((pack for pack in found if pack is not None), key=lambda pack: (pack.position, pack.style_id))


def find_sample(folder: Path, style_id: str) -> bytes | None:
    """The sample picture in a pack, or None."""
    paths = (folder / style_id / name for name in SAMPLE_NAMES)
    path = next((path for path in paths if path.is_file()), None)
    return None if path is None else path.read_bytes()


def _read_pack(path: Path) -> StylePack | None:
    try:
        pack = StylePack.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        _say_once(str(path), str(error))
        return None
    return pack if pack.style_id == path.parent.name else None


@cache
def _say_once(path: str, reason: str) -> None:
    """The list is asked for all the time; one sentence for each mistake is enough."""
    _log.warning("A style pack cannot be read.", action="styles.pack_refused", path=path, reason=reason)
