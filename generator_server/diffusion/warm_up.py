"""What a compiled model is asked before its engine is ready, so that no visitor waits for the compiler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import painter
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.engines.annotating import READY_MADE
from generator_server.engines.protocol import ControlUnit, GenerationRequest, Model
from generator_server.settings import DiffusionSettings
from generator_server.styles import StylePack
from generator_server.styles.manifest import DiffusionPart

# As many that units which end before the last step have steps with and without them; graphs are recorded in the second.
STEPS = 4
GUIDED, UNGUIDED = 7.0, 1.0


def list_warm_up_requests(
    model: Model,
    settings: DiffusionSettings,
    packs: Sequence[StylePack],
    nets: Sequence[ControlNetFiles],
    most_joined: int,
) -> Iterator[GenerationRequest]:
    """Each size as each style will ask for it, with its own words and nets; and two at once where those are made.

    What is compiled depends on the length of the words and on when which net speaks. Requests that are alike come once.
    """
    parts = [pack.manifest.diffusion for pack in packs if pack.manifest.diffusion is not None]
    plain = _build_request(model, "", "", is_guided=True, units=())
    kinds = [_build_style_request(model, part, nets) for part in parts] or [plain]
    for size in settings.compile_sizes:
        width_px, height_px = (int(side) for side in size.split("x"))
        seen: list[GenerationRequest] = []
        for kind in kinds:
            if kind not in seen:
                seen.append(kind)
                for count in (1, 2) if most_joined > 1 else (1,):
                    yield replace(
                        kind,
                        task_id=f"warm-up-{size}",
                        seeds=tuple(range(count)),
                        width_px=width_px,
                        height_px=height_px,
                        init_images=(painter.sample_portrait(),),
                    )


def _build_style_request(model: Model, part: DiffusionPart, nets: Sequence[ControlNetFiles]) -> GenerationRequest:
    units = tuple(
        replace(
            build_unit(net),
            guidance_start=unit.guidance_start,
            guidance_end=unit.guidance_end,
            control_mode=unit.control_mode,
        )
        for unit in part.controlnet
        for net in nets
        if net.is_called(unit.model)
    )
    return _build_request(
        model, part.prompt, part.negative_prompt, is_guided=part.guidance_scale != UNGUIDED, units=units
    )


def _build_request(
    model: Model, prompt: str, negative_prompt: str, *, is_guided: bool, units: tuple[ControlUnit, ...]
) -> GenerationRequest:
    """A request of no size yet, all of whose steps run."""
    return GenerationRequest(
        task_id="warm-up",
        kind="img2img",
        model=model,
        prompt=prompt,
        negative_prompt=negative_prompt,
        seeds=(),
        width_px=0,
        height_px=0,
        num_inference_steps=STEPS,
        denoising_strength=1.0,
        guidance_scale=GUIDED if is_guided else UNGUIDED,
        sampler="Euler",
        control_units=units,
    )


def build_unit(net: ControlNetFiles) -> ControlUnit:
    """A unit whose control image is the photograph itself."""
    return ControlUnit(
        model=net.name,
        module=READY_MADE,
        image=None,
        conditioning_scale=1.0,
        guidance_start=0.0,
        guidance_end=1.0,
        control_mode="balanced",
        resize_mode=1,
        processor_res_px=None,
        threshold_a=None,
        threshold_b=None,
        is_pixel_perfect=False,
        keeps_detected_map=False,
    )
