"""The names that other tools read: kohya's layout of LoRA files.

Stable Diffusion 1.5 keeps diffusers' module names. SDXL uses the names of the original code, where the blocks are
numbered through: `input_blocks.N.1`, `middle_block.1` and `output_blocks.N.1`. Text encoders are `lora_te` (`lora_te1`
and `lora_te2` in SDXL), always with the `text_model` that newer versions of transformers leave out.
"""

from __future__ import annotations

import re

_PREFIX = "lora_unet_"
_TEXT_PREFIXES = {
    ("sd15", "text_encoder"): "lora_te_text_model_",
    ("sdxl", "text_encoder"): "lora_te1_text_model_",
    ("sdxl", "text_encoder_2"): "lora_te2_text_model_",
}
_BLOCKS_PER_LEVEL = 3
_SDXL = re.compile(r"(?:(down|up)_blocks\.(\d+)|(mid)_block)\.attentions\.(\d+)\.(.+)")


def name_module(module: str, family: str) -> str:
    """The file's name of an adapter's module, without `.lora_down.weight` and the like."""
    part, _, inner = module.partition(".")
    if (family, part) in _TEXT_PREFIXES:
        return _TEXT_PREFIXES[family, part] + inner.removeprefix("text_model.").replace(".", "_")
    place = _name_in_original(module) if family == "sdxl" else module
    return _PREFIX + place.replace(".", "_")


def _name_in_original(module: str) -> str:
    match = _SDXL.fullmatch(module)
    if match is None:
        return module
    side, level, middle, number, rest = match.groups()
    if middle:
        return f"middle_block.1.{rest}"
    index = _BLOCKS_PER_LEVEL * int(level) + int(number)
    # The first input block is the convolution that takes the latents in.
    return f"input_blocks.{index + 1}.1.{rest}" if side == "down" else f"output_blocks.{index}.1.{rest}"
