"""What an engine is asked, what it answers, and what it promises.

Pictures are arrays of shape (height, width, 3), uint8, RGB; masks (height, width), uint8, 0-255, 255 = repaint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from generator_server.engines.annotating import AnnotatorShelf
from generator_server.engines.noise import NOTHING_ASKED, Randomness

Pixels = NDArray[np.uint8]
Kind = Literal["txt2img", "img2img"]
State = Literal["starting", "warming", "ready", "failed"]
# Why a request is tried a second time: the device's memory was full, or the model's numbers ran away.
Trouble = Literal["memory", "numbers"]
MaskContent = Literal["original", "fill", "noise", "nothing"]
Passes = Literal["both", "first", "second"]


@dataclass(frozen=True)
class Model:
    """What a client chooses with `sd_model_checkpoint`: a painter style, or a diffusion checkpoint."""

    name: str
    sha256: str
    filename: str
    revision: str

    @property
    def short_hash(self) -> str:
        """The ten hex digits that web UIs show."""
        return self.sha256[:10]

    @property
    def title(self) -> str:
        """The name by which web UIs list it: `name [hash]`."""
        return f"{self.name} [{self.short_hash}]"

    def is_called(self, asked: str) -> bool:
        """True when `asked` is the title, the name or the hash, in whatever case."""
        return asked.strip().lower() in {self.title.lower(), self.name.lower(), self.short_hash, self.sha256}


@dataclass(frozen=True)
class Sampler:
    """A sampler (diffusers: scheduler) by its web-UI name."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schedule:
    """A way to spread the noise levels over the steps. `name` is what requests carry, `label` what people read."""

    name: str
    label: str


class ControlNet(Protocol):
    """A ControlNet that units can name."""

    @property
    def title(self) -> str:
        """The name by which web UIs list it: `name [hash]`."""

    def is_called(self, asked: str) -> bool:
        """True when `asked` means this net."""


@dataclass(frozen=True)
class Adapter:
    """A LoRA that prompts can name as <lora:name:weight>. `alias` is the name its trainer gave it, else `name`."""

    name: str
    alias: str
    filename: str
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class ControlUnit:
    """One ControlNet unit. `image` is None when the init image is to be used; thresholds are the annotator's."""

    model: str
    module: str
    image: Pixels | None
    conditioning_scale: float
    guidance_start: float
    guidance_end: float
    control_mode: str
    resize_mode: int
    processor_res_px: int | None
    threshold_a: float | None
    threshold_b: float | None
    is_pixel_perfect: bool
    keeps_detected_map: bool
    passes: Passes = "both"


@dataclass(frozen=True)
class MaskUse:
    """How a mask is worked on. `content` is what the masked part holds before the first step.

    `blur_px` is the standard deviation of its edge. With `padding_px` the masked part alone, and so much around it, is
    enlarged to the asked size, made anew and put back into the photograph, which keeps its own size.
    """

    blur_px: int = 0
    content: MaskContent = "original"
    is_inverted: bool = False
    padding_px: int | None = None


@dataclass(frozen=True)
class HiresFix:
    """A second pass of txt2img: the picture enlarged to `scaled_px`, cut to its own size, and worked on once more.

    All of `num_inference_steps` run, the last of a schedule so long that they are its share `denoising_strength`.
    `resize` is the asked size as clients wrote it, 0 for a side that was left open; None when `scale` was asked.
    """

    width_px: int
    height_px: int
    scaled_px: tuple[int, int]
    num_inference_steps: int
    upscaler: str = "Latent"
    sampler: str = ""
    scheduler: str = "automatic"
    prompt: str = ""
    negative_prompt: str = ""
    scale: float = 2.0
    resize: tuple[int, int] | None = None


@dataclass(frozen=True)
class GenerationRequest:
    """One request, complete and checked: no default is left to the engine.

    `seeds` holds one seed (0 .. 2**32-1) per picture. `init_images` is empty for txt2img, else it holds one picture
    for all or one for each. `denoising_strength` is 0-1. `resize_mode` is A1111's: 0 stretch, 1 crop, 2 fill.
    With `keeps_likeness` only a picture is answered that still shows who was photographed.
    `variation_strength`, 0-1, mixes noise of `variation_seeds`, one per picture, into the first noise, which with
    `noise_size_px` (width, height) is that of a picture of another size. `is_tiling` makes opposite edges fit together.
    """

    task_id: str
    kind: Kind
    model: Model
    prompt: str
    negative_prompt: str
    seeds: tuple[int, ...]
    width_px: int
    height_px: int
    denoising_strength: float = 0.75
    num_inference_steps: int = 20
    guidance_scale: float = 7.0
    sampler: str = ""
    scheduler: str = "automatic"
    clip_skip: int = 1
    resize_mode: int = 0
    init_images: tuple[Pixels, ...] = ()
    mask: Pixels | None = None
    mask_use: MaskUse = MaskUse()
    hires: HiresFix | None = None
    noise_multiplier: float = 1.0
    control_units: tuple[ControlUnit, ...] = ()
    override_settings: Mapping[str, object] = field(default_factory=dict)
    keeps_likeness: bool = False
    variation_seeds: tuple[int, ...] = ()
    variation_strength: float = 0.0
    noise_size_px: tuple[int, int] | None = None
    randomness: Randomness = NOTHING_ASKED
    is_tiling: bool = False

    def get_init_image(self, number: int) -> Pixels:
        """The init image of picture `number`."""
        return self.init_images[number % len(self.init_images)]

    def pick_picture(self, number: int) -> GenerationRequest:
        """The request for picture `number` alone, which comes out the same."""
        photos = (self.get_init_image(number),) if self.init_images else ()
        variation = self.variation_seeds[number : number + 1]
        return replace(self, seeds=(self.seeds[number],), variation_seeds=variation, init_images=photos)


@dataclass(frozen=True)
class Progress:
    """How far a request has come: 0-1 over all its pictures, and steps where the engine counts them.

    `previews` are rough pictures by their places in the request, of those that are being made just now.
    """

    fraction: float
    step: int = 0
    steps: int = 0
    previews: Mapping[int, Pixels] = field(default_factory=dict)

    @property
    def preview(self) -> Pixels | None:
        """The preview of the first picture that has one."""
        return self.previews[min(self.previews)] if self.previews else None


@dataclass(frozen=True)
class Output:
    """One made picture with what made it. `remarks` go into the infotext (`Style revision: 1-0123456789`).

    `control_maps` are the control images that held it, in the order of the units, of those that keep theirs.
    """

    pixels: Pixels
    seed: int
    remarks: Mapping[str, str]
    control_maps: tuple[Pixels, ...] = ()


@dataclass(frozen=True)
class EngineState:
    """For health: where the engine stands, and a sentence when there is something to say."""

    state: State
    sentence: str = ""


class Engine(Protocol):
    """Makes pictures. `load` and `generate` are only ever called from the engine's own worker thread."""

    @property
    def name(self) -> str:
        """`painter`, `diffusion` or `neural_style`."""

    @property
    def annotators(self) -> AnnotatorShelf:
        """What draws its control images."""

    def list_models(self) -> tuple[Model, ...]:
        """Models that can be asked for now, the default first. Any thread; cheap."""

    def list_samplers(self) -> tuple[Sampler, ...]:
        """Samplers that it knows. Any thread; cheap."""

    def list_schedules(self) -> tuple[Schedule, ...]:
        """Schedules that it knows; none for an engine that takes no steps. Any thread; cheap."""

    def list_controlnets(self) -> Sequence[ControlNet]:
        """ControlNets that units can name. Any thread; cheap."""

    def list_adapters(self) -> Sequence[Adapter]:
        """LoRAs that prompts can name; none for an engine that follows no prompt. Any thread; cheap."""

    def refresh_adapters(self) -> None:
        """Look for LoRAs again. Any thread; reads files' headers, no weights."""

    def find_obstacle(self, request: GenerationRequest) -> str | None:
        """Why it cannot do `request`, as an English sentence; None when it can. Any thread; cheap."""

    def find_lora_obstacle(self, name: str) -> str | None:
        """Why a prompt cannot call this LoRA onto the default model; None when it can. Any thread; cheap."""

    def find_unit_obstacle(self, model: str, module: str) -> str | None:
        """Why a ControlNet unit with this net and annotator cannot be followed; None when it can. Any thread; cheap."""

    def load(self) -> None:
        """Get everything that the first picture needs: imports, kernels, weights. May take long."""

    def generate(
        self,
        request: GenerationRequest,
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> tuple[Output, ...]:
        """Make one picture for each seed; the same request gives the same pictures.

        Calls `report` as it goes and asks `is_cancelled` often; then raises GenerationCancelledError and leaves
        nothing half done. Foreign errors are translated to the ones in `generator_server.errors`.
        """

    def recover(self, trouble: Trouble) -> None:
        """Get ready for a second try, in the worker thread: give memory back, or take the slow and careful way."""
