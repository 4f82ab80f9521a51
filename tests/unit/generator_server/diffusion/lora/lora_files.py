"""Seeded LoRA files in every layout, made from one set of updates: what they say is the same, only the names differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.lora.files import AdapterFile
from generator_server.diffusion.lora.tags import ChosenFile
from generator_server.diffusion.lora.targets import name_targets
from generator_server.engines import Adapter

UNET_LAYERS = (
    "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
    "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k",
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_v",
    "up_blocks.1.attentions.1.transformer_blocks.0.attn1.to_out.0",
    "up_blocks.1.attentions.0.transformer_blocks.0.ff.net.0.proj",
)
CONV_LAYERS = (
    "down_blocks.1.attentions.0.proj_in",
    "down_blocks.0.resnets.0.conv1",
    "down_blocks.0.downsamplers.0.conv",
    "up_blocks.1.upsamplers.0.conv",
    "up_blocks.1.resnets.0.conv_shortcut",
)
TEXT_LAYERS = ("encoder.layers.0.self_attn.q_proj", "encoder.layers.2.mlp.fc1")


@dataclass(frozen=True)
class Update:
    """One layer's update; `alpha` as kohya writes it."""

    part: str
    path: str
    down: Tensor
    up: Tensor
    alpha: float


def make_updates(
    components: Components,
    *,
    seed: int = 0,
    rank: int = 4,
    alpha: float = 2.0,
    unet: tuple[str, ...] = UNET_LAYERS,
    text: tuple[str, ...] = (),
) -> list[Update]:
    """Updates for these layers, strong enough to be seen."""
    generator = torch.Generator().manual_seed(seed)
    named = name_targets(components)
    parts = [("unet", path) for path in unet]
    for number in range(len(components.text_encoders)):
        parts += [("text_encoder" if number == 0 else "text_encoder_2", path) for path in text]
    updates = []
    for part, path in parts:
        target = named[f"{part}.{path}"]
        down = torch.randn((rank, *target.down_shape), generator=generator) * 0.5
        up = torch.randn((target.outputs, rank, *target.up_shape), generator=generator) * 0.5
        updates.append(Update(part, path, down, up, alpha))
    return updates


def write_kohya(path: Path, updates: list[Update], *, encoders: int = 1, metadata: Mapping[str, str] = {}) -> Path:
    """kohya's layout, with an alpha for each layer."""
    tensors: dict[str, Tensor] = {}
    for update in updates:
        name = _name_kohya(update, encoders)
        tensors |= {f"{name}.lora_down.weight": update.down, f"{name}.lora_up.weight": update.up}
        tensors[f"{name}.alpha"] = torch.tensor(update.alpha)
    return save(path, tensors, metadata)


def _name_kohya(update: Update, encoders: int) -> str:
    inner = update.path.replace(".", "_")
    if update.part == "unet":
        return f"lora_unet_{inner}"
    number = "" if encoders == 1 else "1" if update.part == "text_encoder" else "2"
    return f"lora_te{number}_text_model_{inner}"


def write_diffusers(path: Path, updates: list[Update], *, transformers: int = 5) -> Path:
    """diffusers' layout with its settings beside the tensors; text encoders as that transformers release has them."""
    levels = {"text_encoder": "text_model." if transformers == 4 else "", "text_encoder_2": "text_model."}
    tensors: dict[str, Tensor] = {}
    config: dict[str, object] = {}
    targets: dict[str, list[str]] = {}
    for update in updates:
        inner = f"{levels.get(update.part, '')}{update.path}"
        name = f"{update.part}.{inner}"
        tensors |= {f"{name}.lora_A.weight": update.down, f"{name}.lora_B.weight": update.up}
        config |= {f"{update.part}.lora_alpha": update.alpha, f"{update.part}.r": len(update.down)}
        config |= {f"{update.part}.rank_pattern": {}, f"{update.part}.alpha_pattern": {}}
        config[f"{update.part}.target_modules"] = targets[update.part] = [*targets.get(update.part, []), inner]
    return save(path, tensors, {"format": "pt", "lora_adapter_metadata": json.dumps(config)})


def write_peft(folder: Path, updates: list[Update]) -> Path:
    """peft's layout, one part's weights beside its settings."""
    folder.mkdir(parents=True)
    tensors: dict[str, Tensor] = {}
    for update in updates:
        name = f"base_model.model.{update.path}"
        tensors |= {f"{name}.lora_A.weight": update.down, f"{name}.lora_B.weight": update.up}
    config = {"r": len(updates[0].down), "lora_alpha": updates[0].alpha, "peft_type": "LORA"}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return save(folder / "adapter_model.safetensors", tensors)


def save(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] = {}) -> Path:
    """A `.safetensors` file; answers `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, dict(metadata) or None)
    return path


def choose(path: Path, weight: float = 1.0, *, text: float | None = None, is_few_step: bool = False) -> ChosenFile:
    """A file as a prompt's tag calls it."""
    adapter = Adapter(name=path.stem, alias=path.stem, filename=path.name, metadata={})
    return ChosenFile(AdapterFile(adapter, path, is_few_step), weight if text is None else text, weight)
