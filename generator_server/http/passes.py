"""From a body's words to how a mask is worked on, and to the second pass of txt2img."""

from __future__ import annotations

from collections.abc import Iterable

from generator_server.engines import HiresFix, MaskUse, Model
from generator_server.engines.protocol import MaskContent, Pixels
from generator_server.engines.upscaling import LATENT_UPSCALERS, UPSCALERS
from generator_server.errors import CannotGenerateError
from generator_server.http.bodies import Img2ImgBody, Txt2ImgBody
from generator_server.settings import LimitSettings

SIDE_STEP_PX = 8
_CONTENTS: tuple[MaskContent, ...] = ("fill", "original", "noise", "nothing")
# What web UIs' own clients send where the second pass has nothing of its own.
_SAME = ("", "none", "use same sampler", "use same scheduler", "use same checkpoint")


def read_mask_use(body: Img2ImgBody) -> MaskUse:
    """How the body's mask is worked on."""
    return MaskUse(
        blur_px=body.mask_blur,
        content=_CONTENTS[body.inpainting_fill],
        is_inverted=bool(body.inpainting_mask_invert),
        padding_px=body.inpaint_full_res_padding if body.inpaint_full_res else None,
    )


def check_photos(photos: Iterable[Pixels], body: Img2ImgBody, limits: LimitSettings) -> None:
    """Raise CannotGenerateError for a photograph that would be answered at its own size, which is too large."""
    if not body.mask or not body.inpaint_full_res:
        return
    if any(max(photo.shape[:2]) > limits.max_side_px for photo in photos):
        raise CannotGenerateError(
            reason="With inpaint_full_res the picture keeps the photograph's own size, whose sides may have at most "
            f"{limits.max_side_px} px."
        )


def read_hires(body: Txt2ImgBody, model: Model, limits: LimitSettings) -> HiresFix | None:
    """The second pass, None when none is asked. Raises CannotGenerateError for what there is not here."""
    if not body.enable_hr:
        return None
    if body.hr_upscaler not in (*LATENT_UPSCALERS, *UPSCALERS):
        known = ", ".join((*LATENT_UPSCALERS, *UPSCALERS))
        raise CannotGenerateError(reason=f"There is no upscaler {body.hr_upscaler} here. There are {known}.")
    if body.hr_checkpoint_name.lower() not in _SAME and not model.is_called(body.hr_checkpoint_name):
        raise CannotGenerateError(reason="The second pass cannot use another checkpoint here.")
    final, scaled = find_sizes(body)
    if max(*final, *scaled) > limits.max_side_px:
        raise CannotGenerateError(reason=f"A picture's sides may have at most {limits.max_side_px} px.")
    is_resized = bool(body.hr_resize_x or body.hr_resize_y)
    return HiresFix(
        width_px=final[0],
        height_px=final[1],
        scaled_px=scaled,
        num_inference_steps=body.hr_second_pass_steps or body.steps,
        upscaler=body.hr_upscaler,
        sampler=_choose(body.hr_sampler_name, body.sampler_name or body.sampler_index),
        scheduler=_choose(body.hr_scheduler, body.scheduler).lower(),
        prompt=body.hr_prompt,
        negative_prompt=body.hr_negative_prompt,
        scale=body.hr_scale,
        resize=(body.hr_resize_x, body.hr_resize_y) if is_resized else None,
    )


def find_sizes(body: Txt2ImgBody) -> tuple[tuple[int, int], tuple[int, int]]:
    """The second pass's size, and the size that is enlarged to before the cut: multiples of 8 px, rounded down."""
    wide, high = body.width, body.height
    across, down = body.hr_resize_x, body.hr_resize_y
    if not across and not down:
        scaled = (int(wide * body.hr_scale), int(high * body.hr_scale))
        return _round_down(scaled), _round_down(scaled)
    if not down or (across and wide * down < across * high):
        scaled = (across, across * high // wide)
    else:
        scaled = (down * wide // high, down)
    return _round_down((across or scaled[0], down or scaled[1])), _round_down(scaled)


def _round_down(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] // SIDE_STEP_PX * SIDE_STEP_PX, size[1] // SIDE_STEP_PX * SIDE_STEP_PX


def _choose(own: str, first: str) -> str:
    return first if own.lower() in _SAME else own
