"""Ways to enlarge finished pictures that need no weights, by the web UI's names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from generator_server.engines.protocol import Pixels

# "None" is no way of its own; where a size has to be reached it means Lanczos.
UPSCALERS: Mapping[str, Image.Resampling | None] = {
    "None": None,
    "Lanczos": Image.Resampling.LANCZOS,
    "Nearest": Image.Resampling.NEAREST,
}
# Names of the second pass of txt2img that enlarge the latents themselves.
LATENT_UPSCALERS = (
    "Latent",
    "Latent (antialiased)",
    "Latent (bicubic)",
    "Latent (bicubic antialiased)",
    "Latent (nearest)",
    "Latent (nearest-exact)",
)


def enlarge_picture(picture: Pixels, size: tuple[int, int], method: Image.Resampling | None) -> Pixels:
    """`picture` at `size`, width and height."""
    image = Image.fromarray(picture).resize(size, method or Image.Resampling.LANCZOS)
    return np.array(image, dtype=np.uint8)
