"""The names by which LoRA files call a tensor: kohya's, diffusers' and peft's, with the older spellings of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["down", "up", "alpha"]

_PEFT_ROOT = "base_model.model."
_ROLES: dict[str, Role] = {
    "lora_down": "down",
    "lora_up": "up",
    "lora_A": "down",
    "lora_B": "up",
    "lora.down": "down",
    "lora.up": "up",
    "lora_linear_layer.down": "down",
    "lora_linear_layer.up": "up",
}
_WEIGHT = re.compile(
    r"(?P<module>.+)\.(?P<role>lora_down|lora_up|lora_A|lora_B|lora\.(?:down|up)|lora_linear_layer\.(?:down|up))"
    r"(?:\.[A-Za-z0-9_-]+)?\.weight"
)


@dataclass(frozen=True)
class LoraKey:
    """One tensor's place: the file's own word for the module, and which of the module's parts it is."""

    module: str
    role: Role


def read_key(key: str) -> LoraKey | None:
    """What a tensor's name means; None when it is no part of a plain LoRA."""
    plain = key.removeprefix(_PEFT_ROOT)
    match = _WEIGHT.fullmatch(plain)
    if match:
        return LoraKey(match["module"], _ROLES[match["role"]])
    if plain.endswith(".alpha"):
        return LoraKey(plain.removesuffix(".alpha"), "alpha")
    return None
