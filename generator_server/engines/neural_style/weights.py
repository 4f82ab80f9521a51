"""Reading a VGG-19's weights: safetensors, or torchvision's own file when its hash is the one in its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from generator_server.engines.neural_style.network import list_layers
from generator_server.errors import WeightsRefusedError

_HASH_IN_NAME = re.compile(r"-([0-9a-f]{8,64})\.pth$")


def load_weights(path: Path) -> Mapping[str, Tensor]:
    """The convolutions' tensors by torchvision's names. Raises WeightsRefusedError with a sentence that says why."""
    if not path.is_file():
        raise WeightsRefusedError(file=path.name, reason="The file is not there.")
    tensors = _read_safetensors(path) if path.suffix == ".safetensors" else _read_checked_pickle(path)
    wanted = {f"{key}.{kind}" for _, key in list_layers() for kind in ("weight", "bias")}
    missing = sorted(wanted - set(tensors))
    if missing:
        raise WeightsRefusedError(file=path.name, reason=f"It holds no {missing[0]}, so it is no VGG-19.")
    _check_shapes(path, tensors)
    return {name: tensors[name] for name in wanted}


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (SafetensorError, OSError) as error:
        raise WeightsRefusedError(file=path.name, reason=f"It cannot be read: {error}.") from error


def _read_checked_pickle(path: Path) -> dict[str, Tensor]:
    """torchvision names its files after the first digits of their SHA-256. Even then only tensors are unpickled."""
    import torch

    named = _HASH_IN_NAME.search(path.name)
    if named is None:
        raise WeightsRefusedError(
            file=path.name, reason="Give a .safetensors file, or torchvision's under its own name."
        )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(named[1]):
        raise WeightsRefusedError(file=path.name, reason="Its SHA-256 is not the one in its name; load it again.")
    loaded = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(loaded, dict):
        raise WeightsRefusedError(file=path.name, reason="It holds no table of tensors.")
    return loaded


def _check_shapes(path: Path, tensors: Mapping[str, Tensor]) -> None:
    channels = 3
    for _, key in list_layers():
        shape = tuple(tensors[f"{key}.weight"].shape)
        if shape[1:] != (channels, 3, 3) or tuple(tensors[f"{key}.bias"].shape) != shape[:1]:
            raise WeightsRefusedError(file=path.name, reason=f"{key} has the shape {shape}, which does not fit.")
        channels = shape[0]
