"""Whether a file can be a LoRA at all, told from its header: no weight is read, no torch is needed."""

from __future__ import annotations

from pathlib import Path

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.keys import Role, read_key
from generator_server.diffusion.model_files import read_header

MOST_RANK = 128


def check_header(path: Path) -> None:
    """Raises ModelFileError unless every tensor is part of a LoRA, and every layer of it is whole and of a fit rank."""
    shapes = read_header(path).shapes
    modules: dict[str, dict[Role, tuple[int, ...]]] = {}
    for key, shape in shapes.items():
        known = read_key(key)
        if known is None:
            raise ModelFileError(reason=f"{path.name}: {key[:200]} is no part of a LoRA that is understood here.")
        modules.setdefault(known.module, {})[known.role] = shape
    if not modules:
        raise ModelFileError(reason=f"{path.name}: it holds no LoRA.")
    for module, parts in modules.items():
        _check_module(path, module[:200], parts)


def _check_module(path: Path, module: str, parts: dict[Role, tuple[int, ...]]) -> None:
    if "down" not in parts or "up" not in parts:
        raise ModelFileError(reason=f"{path.name}: {module} lacks its {'up' if 'down' in parts else 'down'} part.")
    down, up = parts["down"], parts["up"]
    if len(down) < 2 or len(up) < 2 or down[0] != up[1]:
        raise ModelFileError(reason=f"{path.name}: the two parts of {module} do not fit each other.")
    if not 1 <= down[0] <= MOST_RANK:
        raise ModelFileError(reason=f"{path.name}: {module} has rank {down[0]}; 1 to {MOST_RANK} fit.")
