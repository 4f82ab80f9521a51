"""What a compiled model is asked before its engine is ready, so that no visitor waits for the compiler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import painter
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.engines.protocol import ControlUnit, GenerationRequest, Model
from generator_server.settings import DiffusionSettings
from generator_server.styles import StylePack

STEPS = 2
GUIDED, UNGUIDED = 7.0, 1.0
Shape = tuple[int, int, int, bool, bool]


def describe_shape(request: GenerationRequest) -> Shape:
    """What the compiler tells requests apart by: size, pictures, guidance, ControlNets."""
    is_guided = request.guidance_scale != UNGUIDED
    return request.width_px, request.height_px, len(request.seeds), is_guided, bool(request.control_units)


def list_warm_up_requests(
    model: Model,
    settings: DiffusionSettings,
    packs: Sequence[StylePack],
    nets: Sequence[ControlNetFiles],
    most_joined: int,
) -> Iterator[GenerationRequest]:
    """One request for each size and each kind that the styles want; and two pictures at once where those are made."""
    parts = [pack.manifest.diffusion for pack in packs if pack.manifest.diffusion is not None]
    kinds = {(part.guidance_scale != UNGUIDED, bool(part.controlnet and nets)) for part in parts}
    for size in settings.compile_sizes:
        width_px, height_px = (int(side) for side in size.split("x"))
        for is_guided, has_units in sorted(kinds or {(True, False)}):
            for count in (1, 2) if most_joined > 1 else (1,):
                yield GenerationRequest(
                    task_id=f"warm-up-{size}",
                    kind="img2img",
                    model=model,
                    prompt="",
                    negative_prompt="",
                    seeds=tuple(range(count)),
                    width_px=width_px,
                    height_px=height_px,
                    num_inference_steps=STEPS,
                    guidance_scale=GUIDED if is_guided else UNGUIDED,
                    sampler="Euler",
                    init_images=(painter.sample_portrait(),),
                    control_units=(build_unit(nets[0]),) if has_units else (),
                )


def build_unit(net: ControlNetFiles) -> ControlUnit:
    """A unit whose control image is the photograph itself."""
    return ControlUnit(
        model=net.name,
        module="none",
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
