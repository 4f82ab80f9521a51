"""The layers of a model that a LoRA can change, and every name by which files call them.

A UNet's layer `down_blocks.0.attentions.0.proj_in` is `unet.down_blocks.0.attentions.0.proj_in` to diffusers, bare to
peft, `lora_unet_down_blocks_0_attentions_0_proj_in` to kohya, and in kohya's files for SDXL
`lora_unet_input_blocks_1_1_proj_in`, after the original layout. Text encoders have a level `text_model` in files of
transformers 4 and none in those of transformers 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from generator_server.diffusion.components import Components

UNET = "unet"
_TEXT_ROOT = "text_model."
_RESNET = {
    "conv1": "in_layers_2",
    "conv2": "out_layers_3",
    "time_emb_proj": "emb_layers_1",
    "conv_shortcut": "skip_connection",
}
_SINGLE = {
    "conv_in": "input_blocks_0_0",
    "conv_out": "out_2",
    "time_embedding.linear_1": "time_embed_0",
    "time_embedding.linear_2": "time_embed_2",
    "add_embedding.linear_1": "label_emb_0_0",
    "add_embedding.linear_2": "label_emb_0_2",
}


@dataclass(frozen=True)
class Target:
    """One layer: `part` is `unet` or the text encoder's folder, `path` its place there without `text_model`."""

    part: str
    path: str
    module: Any

    @property
    def is_unet(self) -> bool:
        return self.part == UNET

    @property
    def down_shape(self) -> tuple[int, ...]:
        """What a row of the way down looks like: (inputs,) or (channels, height, width)."""
        return tuple(self.module.weight.shape[1:])

    @property
    def up_shape(self) -> tuple[int, ...]:
        """What follows a column of the way up: nothing, or one pixel."""
        return (1, 1) if isinstance(self.module, torch.nn.Conv2d) else ()

    @property
    def outputs(self) -> int:
        return int(self.module.weight.shape[0])


def name_targets(components: Components) -> dict[str, Target]:
    """Every known name of every layer."""
    named: dict[str, Target] = {}
    for path, module in _list_layers(components.unet):
        target = Target(UNET, path, module)
        for name in _name_unet_layer(path, components.unet):
            named.setdefault(name, target)
    for number, encoder in enumerate(components.text_encoders):
        for path, module in _list_layers(encoder):
            target = Target(_get_folder(number), path.removeprefix(_TEXT_ROOT), module)
            for name in _name_text_layer(target.path, number, len(components.text_encoders)):
                named.setdefault(name, target)
    return named


def _list_layers(model: Any) -> Iterator[tuple[str, Any]]:
    for path, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) or (isinstance(module, torch.nn.Conv2d) and module.groups == 1):
            yield path, module


def _get_folder(number: int) -> str:
    return "text_encoder" if number == 0 else f"text_encoder_{number + 1}"


def _name_unet_layer(path: str, unet: Any) -> Iterator[str]:
    yield f"unet.{path}"
    yield path
    yield f"lora_unet_{_join(path)}"
    original = _find_original_name(path, unet)
    if original is not None:
        yield f"lora_unet_{original}"


def _name_text_layer(path: str, number: int, encoders: int) -> Iterator[str]:
    # Some writers call the only encoder of 1.5 models by SDXL's name for the first one.
    prefixes = (f"lora_te{number + 1}_",) if encoders > 1 else ("lora_te_", "lora_te1_")
    for full in (f"{_TEXT_ROOT}{path}", path):
        yield f"{_get_folder(number)}.{full}"
        yield full
        for prefix in prefixes:
            yield f"{prefix}{_join(full)}"


def _join(path: str) -> str:
    return path.replace(".", "_")


def _find_original_name(path: str, unet: Any) -> str | None:
    """A UNet layer's name in the layout of Rombach et al. 2022, dots written as underscores."""
    if path in _SINGLE:
        return _SINGLE[path]
    parts = path.split(".")
    layers = unet.config.layers_per_block
    if not isinstance(layers, int):
        return None
    if parts[0] == "mid_block":
        return f"middle_block_{2 * int(parts[2]) if parts[1] == 'resnets' else 1}_{_rename_inner(parts[1], parts[3:])}"
    block, kind, number = int(parts[1]), parts[2], int(parts[3])
    if parts[0] == "down_blocks":
        if kind == "downsamplers":
            return f"input_blocks_{(block + 1) * (layers + 1)}_0_op"
        place = f"input_blocks_{block * (layers + 1) + number + 1}_{int(kind == 'attentions')}"
        return f"{place}_{_rename_inner(kind, parts[4:])}"
    if kind == "upsamplers":
        level = 2 if "CrossAttn" in unet.config.up_block_types[block] else 1
        return f"output_blocks_{(block + 1) * (layers + 1) - 1}_{level}_conv"
    place = f"output_blocks_{block * (layers + 1) + number}_{int(kind == 'attentions')}"
    return f"{place}_{_rename_inner(kind, parts[4:])}"


def _rename_inner(kind: str, parts: list[str]) -> str:
    return _RESNET[parts[0]] if kind == "resnets" else "_".join(parts)
