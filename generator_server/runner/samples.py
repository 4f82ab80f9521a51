"""A sample picture for each style, made by its own engine from a public-domain portrait and kept on disk."""

from __future__ import annotations

import io
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

import painter
from boothkit.errors import StorageError, StorageFullError
from boothkit.files import publish_file
from boothkit.ids import new_id
from boothkit.logs import get_logger
from generator_server.engines import GenerationRequest
from generator_server.engines.painter_engine import describe_model
from generator_server.engines.protocol import Pixels
from generator_server.errors import StyleNotFoundError
from generator_server.runner.job import GenerationJob
from generator_server.runner.router import Router
from generator_server.styles import StylePack

WIDTH_PX, HEIGHT_PX = 480, 640
MOST_BYTES = 60_000
SEED = 1
OWN_SAMPLES = {"sample.png": "PNG", "sample.jpg": "JPEG"}
"""A pack's own sample, by which a style that only a diffusion model makes has one; the first that is there."""
DEADLINE_S = 60.0
_QUALITIES = (86, 78, 70, 60, 50, 40, 25, 10, 0)
_log = get_logger(__name__)


class SampleShelf:
    """Samples in `folder`, one file per style and revision."""

    def __init__(self, folder: Path, router: Router) -> None:
        self._folder = folder
        self._router = router

    def get_sample(self, pack: StylePack) -> bytes:
        """WebP of at most 60 kB, 480 x 640: of the pack's own sample, else painted now when this revision has none.

        Blocks meanwhile. Raises StyleNotFoundError for a style that only an absent engine can make, and the queue's
        errors.
        """
        # A newer painter may paint the same style differently, so the product's version is part of the name.
        path = self._folder / f"{pack.style_id}-{pack.revision}-{version('memorial-booth')}.webp"
        if path.is_file():
            return path.read_bytes()
        own = _read_own_sample(pack)
        sample = encode_sample(self._make(pack) if own is None else own)
        self._keep(path, sample, pack)
        return sample

    def forget(self, style_id: str) -> None:
        """Remove the sample of a style that is offered no more."""
        for path in self._folder.glob(f"{style_id}-*.webp"):
            path.unlink(missing_ok=True)

    def _keep(self, path: Path, sample: bytes, pack: StylePack) -> None:
        """Without room on the disk the sample is shown all the same, and made again the next time."""
        try:
            publish_file(path, sample, mode=0o644)
        except (StorageFullError, StorageError) as error:
            _log.warning(
                "A style's sample was not kept.", action="sample.not_kept", style_id=pack.style_id, cause=error.code
            )
        else:
            self._forget_older(pack, path)

    def _make(self, pack: StylePack) -> Pixels:
        part = pack.manifest.painter
        if part is None:
            raise StyleNotFoundError(style_id=pack.style_id)
        portrait = painter.sample_portrait()
        request = GenerationRequest(
            task_id=f"sample-{new_id()}",
            kind="img2img",
            model=describe_model(pack),
            prompt="",
            negative_prompt="",
            seeds=(SEED,),
            width_px=WIDTH_PX,
            height_px=HEIGHT_PX,
            denoising_strength=part.strength,
            init_images=(portrait,),
        )
        job = GenerationJob(request=request, deadline_at=time.monotonic() + DEADLINE_S)
        self._router.choose_worker(request).submit(job)
        return job.future.result()[0].pixels

    def _forget_older(self, pack: StylePack, kept: Path) -> None:
        for path in self._folder.glob(f"{pack.style_id}-*.webp"):
            if path != kept:
                path.unlink(missing_ok=True)


def _read_own_sample(pack: StylePack) -> Pixels | None:
    """The picture that whoever made the pack chose to show, cut to the sample's shape; None without a readable one."""
    from PIL import Image, ImageOps

    name = next((name for name in OWN_SAMPLES if (pack.folder / name).is_file()), None)
    if name is None:
        return None
    try:
        with Image.open(pack.folder / name, formats=(OWN_SAMPLES[name],)) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except OSError as error:
        _log.warning(
            "A style's own sample cannot be read.", action="sample.broken", style_id=pack.style_id, cause=str(error)
        )
        return None
    fitted = ImageOps.fit(upright, (WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)
    return np.asarray(fitted, dtype=np.uint8)


def encode_sample(pixels: Pixels) -> bytes:
    """`pixels` as WebP of 480 x 640, at the best quality that stays within 60 kB."""
    from PIL import Image

    small = Image.fromarray(pixels).resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)
    encoded = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=quality, method=5)
        encoded = buffer.getvalue()
        if len(encoded) <= MOST_BYTES:
            break
    return encoded
