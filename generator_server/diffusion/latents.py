"""Between pictures and latents, and cheap previews of latents that are still noisy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import BrokenPictureError
from generator_server.engines.protocol import Pixels

# Every value of a black picture is at most this; a photograph's darkest room is not so dark everywhere.
BLACK = 3
FITTED_PX = 128
PREVIEW_SCALE = 4


def encode_pictures(pictures: Sequence[Pixels], components: Components) -> Tensor:
    """Pictures of one size as latents, (pictures, 4, height / 8, width / 8), float32.

    The autoencoder's mean is taken, not a sample, so that the same photograph is always the same latents.
    """
    rows = []
    for picture in pictures:
        values = to_tensor(picture, components.device, components.vae.dtype) * 2 - 1
        rows.append(components.vae.encode(values[None], return_dict=False)[0].mode().float())
    return torch.cat(rows) * components.scaling_factor


def decode_latents(latents: Tensor, components: Components) -> list[Pixels]:
    """The pictures, one after the other. Raises BrokenPictureError when they are not numbers, or black."""
    check_numbers(latents, "the latents are not numbers (NaN)")
    pictures = []
    for row in latents:
        values = (row[None] / components.scaling_factor).to(components.vae.dtype)
        decoded = components.vae.decode(values, return_dict=False)[0].float()
        check_numbers(decoded, "the decoded picture is not numbers (NaN)")
        pictures.append(to_pixels(decoded[0] / 2 + 0.5))
    if any(int(picture.max()) <= BLACK for picture in pictures):
        raise BrokenPictureError(reason="the picture is black all over")
    return pictures


def check_numbers(values: Tensor, reason: str) -> None:
    """Raise BrokenPictureError when a value is infinite or no number."""
    if not bool(torch.isfinite(values).all()):
        raise BrokenPictureError(reason=reason)


def to_tensor(picture: Pixels, device: torch.device, dtype: torch.dtype) -> Tensor:
    """(height, width, 3) 0-255 as (3, height, width) 0-1."""
    values = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1).float() / 255
    return values.to(device, dtype)


def to_pixels(values: Tensor) -> Pixels:
    """(3, height, width) 0-1 as (height, width, 3) 0-255."""
    scaled = (values.clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    return cast(Pixels, scaled.contiguous().cpu().numpy())


def shrink_mask(mask: Pixels, components: Components) -> Tensor:
    """A mask, (height, width) 0-255, as 1 for each latent that is mostly repainted, (1, 1, height / 8, width / 8)."""
    values = torch.from_numpy(mask.astype(np.float32) / 255)[None, None]
    return torch.nn.functional.avg_pool2d(values, components.latent_px).round().to(components.device)


class Previewer:
    """Rough pictures of latents: by a tiny decoder when there is one, else by a matrix from latents to colours."""

    def __init__(self, components: Components, tiny_decoder: Any = None) -> None:
        self._tiny_decoder = tiny_decoder
        self._matrix = None if tiny_decoder is not None else fit_colours(components)

    @torch.inference_mode()
    def draw(self, latents: Tensor) -> Pixels:
        """A preview of one picture's latents, (4, height, width)."""
        if self._tiny_decoder is not None:
            decoded = self._tiny_decoder.decode(latents[None].to(self._tiny_decoder.dtype), return_dict=False)[0]
            return to_pixels(decoded[0].float() / 2 + 0.5)
        assert self._matrix is not None  # noqa: S101 - one of the two is always there
        ones = torch.ones_like(latents[:1])
        colours = torch.einsum("chw,cd->dhw", torch.cat([latents, ones]), self._matrix)
        return to_pixels(torch.nn.functional.interpolate(colours[None], scale_factor=PREVIEW_SCALE, mode="bicubic")[0])


def fit_colours(components: Components) -> Tensor:
    """The matrix, (5, 3), that best takes this autoencoder's latents (and 1) to colours, 0-1: least squares.

    Fitted on the painter's sample portrait, mirrored in its colours too, so that no colour is unknown.
    """
    import painter
    from generator_server.engines.fitting import CROP, fit_image

    portrait = fit_image(painter.sample_portrait(), FITTED_PX, FITTED_PX, CROP)
    pictures = [portrait, 255 - portrait, np.ascontiguousarray(portrait[..., ::-1])]
    with torch.inference_mode():
        latents = encode_pictures(pictures, components).permute(0, 2, 3, 1).reshape(-1, 4).cpu()
        colours = torch.stack([to_tensor(picture, torch.device("cpu"), torch.float32) for picture in pictures])
        means = torch.nn.functional.avg_pool2d(colours, components.latent_px).permute(0, 2, 3, 1).reshape(-1, 3)
        known = torch.cat([latents, torch.ones(len(latents), 1)], dim=1)
        solution: Tensor = torch.linalg.lstsq(known, means).solution
        return solution.to(components.device)
