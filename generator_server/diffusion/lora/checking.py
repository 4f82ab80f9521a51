"""From a file's tensors to layers that fit a model, or a sentence that names file and key. Touches no model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from generator_server.diffusion.lora.keys import Role, read_key
from generator_server.diffusion.lora.reading import RawAdapter, find_scale
from generator_server.diffusion.lora.targets import Target
from generator_server.diffusion.model_files import Family

MOST_RANK = 128
_FAMILY_NAMES: dict[Family, str] = {"sd15": "Stable Diffusion 1.5", "sdxl": "Stable Diffusion XL"}


@dataclass(frozen=True)
class Layer:
    """One layer's update, up @ down x scale: down (rank, inputs...), up (outputs, rank...), scale (rank,), all alike.

    The tensors are on the model's device, in its number format.
    """

    target: Target
    down: Tensor
    up: Tensor
    scale: Tensor

    @property
    def rank(self) -> int:
        return len(self.down)


@dataclass(frozen=True)
class Adapter:
    """A LoRA that fits the model it was checked against."""

    name: str
    sha256: str
    layers: tuple[Layer, ...]
    changes_text: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes_text", any(not layer.target.is_unet for layer in self.layers))

    def count_bytes(self) -> int:
        """Memory that its tensors take."""
        return sum(tensor.nbytes for layer in self.layers for tensor in (layer.down, layer.up, layer.scale))


def check_adapter(
    raw: RawAdapter, targets: Mapping[str, Target], family: Family, *, device: torch.device | None = None
) -> Adapter:
    """The adapter with every tensor checked, on the model's device or on another one. Raises ModelFileError."""
    _check_family(raw, family)
    modules = _group(raw)
    if not modules:
        raise raw.refuse("it holds no LoRA.")
    layers = [_check_layer(raw, module, parts, targets, device) for module, parts in modules.items()]
    seen: set[tuple[str, str]] = set()
    for module, layer in zip(modules, layers, strict=True):
        place = (layer.target.part, layer.target.path)
        if place in seen:
            raise raw.refuse(f"{module} and another of its keys mean the same layer.")
        seen.add(place)
    return Adapter(raw.name, raw.sha256, tuple(layers))


def _check_family(raw: RawAdapter, family: Family) -> None:
    """Trainers write down for which model they trained; the shapes catch those that do not."""
    written = raw.metadata.get("ss_base_model_version", "").lower()
    made_for: Family | None = "sdxl" if "sdxl" in written else "sd15" if written.startswith("sd_v1") else None
    if made_for is not None and made_for != family:
        raise raw.refuse(f"it was trained for {_FAMILY_NAMES[made_for]}; this model is {_FAMILY_NAMES[family]}.")


def _group(raw: RawAdapter) -> dict[str, dict[Role, Tensor]]:
    modules: dict[str, dict[Role, Tensor]] = {}
    for key, tensor in raw.tensors.items():
        known = read_key(key)
        if known is None:
            raise raw.refuse(f"{key[:200]} is no part of a LoRA that is understood here.")
        if not tensor.is_floating_point():
            raise raw.refuse(f"{key[:200]} holds {str(tensor.dtype).removeprefix('torch.')}, not floating numbers.")
        if not bool(torch.isfinite(tensor.float()).all()):
            raise raw.refuse(f"{key[:200]} holds numbers that are not finite.")
        modules.setdefault(known.module, {})[known.role] = tensor.float()
    return modules


def _check_layer(
    raw: RawAdapter,
    module: str,
    parts: Mapping[Role, Tensor],
    targets: Mapping[str, Target],
    device: torch.device | None,
) -> Layer:
    target = targets.get(module)
    if target is None:
        raise raw.refuse(f"{module[:200]} is not a layer of this model; it was made for another kind of model.")
    if "down" not in parts or "up" not in parts:
        raise raw.refuse(f"{module[:200]} lacks its {'up' if 'down' in parts else 'down'} part.")
    down, up = parts["down"], parts["up"]
    rank = len(down) if down.ndim else 0
    if not 1 <= rank <= MOST_RANK:
        raise raw.refuse(f"{module} has rank {rank}; 1 to {MOST_RANK} fit.")
    down = _fit(raw, f"{module} (down)", down, (rank, *target.down_shape))
    up = _fit(raw, f"{module} (up)", up, (target.outputs, rank, *target.up_shape))
    weight = target.module.weight
    scale = torch.full((rank,), _read_scale(raw, module, parts, target, rank))
    # Looked at before they leave the processor: each look at a GPU's numbers waits for the GPU.
    fitted = [tensor.to(weight.dtype) for tensor in (down, up, scale)]
    if not all(bool(torch.isfinite(tensor).all()) for tensor in fitted):
        raise raw.refuse(f"{module} holds numbers too large for {str(weight.dtype).removeprefix('torch.')}.")
    return Layer(target, *(tensor.to(device or weight.device) for tensor in fitted))


def _fit(raw: RawAdapter, what: str, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The tensor in the layer's own shape; a 1 x 1 convolution may be written as a matrix and the other way round."""
    sides = tuple(tensor.shape)
    if sides[:2] == shape[:2] and all(side == 1 for side in (*sides[2:], *shape[2:])):
        return tensor.reshape(shape).contiguous()
    if sides == shape:
        return tensor.contiguous()
    raise raw.refuse(
        f"{what} has the shape {_spell(sides)}, the layer takes {_spell(shape)}; it was made for another model."
    )


def _spell(sides: tuple[int, ...]) -> str:
    return " x ".join(map(str, sides)) or "of a single number"


def _read_scale(raw: RawAdapter, module: str, parts: Mapping[Role, Tensor], target: Target, rank: int) -> float:
    if "alpha" not in parts:
        return find_scale(raw, module, target.part, target.path, rank)
    if parts["alpha"].numel() != 1:
        raise raw.refuse(f"{module}.alpha is not a single number.")
    scale = float(parts["alpha"].item()) / rank
    if not math.isfinite(scale):
        raise raw.refuse(f"{module}.alpha is not a finite number.")
    return scale
