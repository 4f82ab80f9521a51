"""Pictures that staff bring besides the set (test photographs, class pictures), and pictures on their way to a file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from boothkit.errors import BoothError
from lora_training.buckets import fit_size
from lora_training.config import TrainingConfig
from lora_training.dataset.intake import list_pictures, open_intake, read_picture
from lora_training.model.encoding import cover
from lora_training.training_errors import PicturesRefusedError

Photo = NDArray[np.uint8]


def read_faces(folder: Path | None, config: TrainingConfig) -> dict[str, Photo]:
    """Test photographs by name (RGB (H, W, 3), 0-255), in the sizes that the training works with.

    Without a folder it is the painter's sample portrait. Raises PicturesRefusedError.
    """
    if folder is not None:
        return read_folder(folder, config)
    from painter.sample import sample_portrait

    return {"portrait": fit_photo(sample_portrait(), config)}


def read_folder(folder: Path, config: TrainingConfig) -> dict[str, Photo]:
    """All pictures of a folder, decoded safely, each in a size of the training, by their paths in it as plain names.

    Raises PicturesRefusedError when one cannot be used, or when there is none.
    """
    if not folder.is_dir():
        raise PicturesRefusedError(folder=folder, reason="There is no such folder.")
    names = list_pictures(folder)
    if not names:
        raise PicturesRefusedError(folder=folder, reason="It holds no pictures.")
    with open_intake() as intake:
        photos = {}
        for name in names:
            try:
                pixels = read_picture(intake, folder / name).pixels
            except BoothError as error:
                reason = f"{name}: {error.public_message('en')}"
                raise PicturesRefusedError(folder=folder, reason=reason) from error
            photos[_make_plain(name)] = fit_photo(pixels, config)
    return photos


def fit_photo(photo: Photo, config: TrainingConfig) -> Photo:
    """The photograph in a size that is trained in, cut at its middle."""
    height, width = photo.shape[:2]
    size = fit_size(width, height, resolution=config.resolution, step_px=config.bucket_step_px)
    return np.array(cover(Image.fromarray(photo), size), dtype=np.uint8)


def encode_png(picture: Photo) -> bytes:
    """RGB pixels (H, W, 3; 0-255) as a PNG file; the same pixels give the same bytes."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    return file.getvalue()


def _make_plain(name: str) -> str:
    """A file's path in its folder as a name without folders and points; the ending stays, so that no two are one."""
    return name.replace("/", "_").replace(".", "_")
