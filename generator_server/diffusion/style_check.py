"""What of a style's manifest only the diffusion engine can judge. No torch is needed for it."""

from __future__ import annotations

from boothkit.faults import FieldFault
from generator_server.diffusion.failures import SamplerNotFoundError
from generator_server.diffusion.sampler_names import find_plan
from generator_server.styles import StyleManifest


def find_style_fault(manifest: StyleManifest) -> FieldFault | None:
    """The field that would have every picture refused, with what is wrong; None when there is none."""
    if manifest.diffusion is None or manifest.diffusion.few_step is not None:
        return None
    try:
        find_plan(manifest.diffusion.sampler, "")
    except SamplerNotFoundError as error:
        return FieldFault("diffusion.sampler", error.public_message("ko"), error.public_message("en"))
    return None
