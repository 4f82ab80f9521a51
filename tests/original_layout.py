"""Tiny models in one file, with the tensor names of the first releases (as the web UI's checkpoints have them)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from tests.tiny_diffusion import (
    TEXT_WIDTH,
    Family,
    build_controlnet,
    build_text_encoder,
    build_unet,
    build_vae,
)

_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
_ENDS = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.attentions.0": "middle_block.1",
    "controlnet_cond_embedding.conv_in": "input_hint_block.0",
    "controlnet_mid_block": "middle_block_out.0",
}
_CLIP_LAYER = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}
_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def write_checkpoint(path: Path, family: Family = "sd15", *, seed: int = 0) -> Path:
    """The model of `tiny_diffusion.write_model` as one file; answers `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"model.diffusion_model.{rename_unet(name, family)}": tensor
        for name, tensor in build_unet(family, seed=seed).state_dict().items()
    }
    tensors |= {f"first_stage_model.{name}": tensor for name, tensor in _list_vae_tensors(seed)}
    prefix = "cond_stage_model" if family == "sd15" else "conditioner.embedders.0"
    first = build_text_encoder(has_projection=False, seed=seed).state_dict()
    tensors |= {f"{prefix}.transformer.text_model.{name}": tensor for name, tensor in first.items()}
    if family == "sdxl":
        second = build_text_encoder(has_projection=True, seed=seed + 1).state_dict()
        renamed = rename_open_clip(second)
        tensors |= {f"conditioner.embedders.1.model.{name}": tensor for name, tensor in renamed.items()}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    return path


def write_single_controlnet(path: Path, *, seed: int) -> Path:
    """The net of `tiny_diffusion.write_controlnet` for sd15 as one file; answers `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = build_controlnet("sd15", seed=seed).state_dict()
    save_file(
        {f"control_model.{rename_unet(name, 'sd15')}": tensor.contiguous() for name, tensor in tensors.items()}, path
    )
    return path


def rename_unet(name: str, family: Family) -> str:
    """One name of a UNet or ControlNet with two layers per block."""
    for new, old in _ENDS.items():
        if name.startswith(f"{new}."):
            return name.replace(new, old, 1)
    if match := re.match(r"controlnet_cond_embedding\.(blocks\.(\d+)|conv_out)\.(.+)", name):
        place = 2 * (int(match[2]) + 1) if match[2] else 14
        return f"input_hint_block.{place}.{match[3]}"
    if match := re.match(r"controlnet_down_blocks\.(\d+)\.(.+)", name):
        return f"zero_convs.{match[1]}.0.{match[2]}"
    if match := re.match(r"mid_block\.resnets\.(\d)\.([^.]+)\.(.+)", name):
        return f"middle_block.{2 * int(match[1])}.{_RESNET[match[2]]}.{match[3]}"
    return _rename_block(name, family)


def _rename_block(name: str, family: Family) -> str:
    match = re.match(r"(down|up)_blocks\.(\d)\.(resnets|attentions|downsamplers|upsamplers)\.(\d)\.(.+)", name)
    assert match, name
    side, block, kind, layer, rest = match[1], int(match[2]), match[3], int(match[4]), match[5]
    if side == "down":
        place = f"input_blocks.{3 * block + layer + 1}"
        samples = f"input_blocks.{3 * block + 3}.0.op"
    else:
        place = f"output_blocks.{3 * block + layer}"
        # An upsampler follows the attention, where the block has one.
        samples = f"output_blocks.{3 * block + 2}.{1 if family == 'sd15' and block == 0 else 2}.conv"
    if kind.endswith("samplers"):
        return f"{samples}.{rest.removeprefix('conv.')}"
    if kind == "attentions":
        return f"{place}.1.{rest}"
    part, _, rest = rest.partition(".")
    return f"{place}.0.{_RESNET[part]}.{rest}"


def _list_vae_tensors(seed: int) -> list[tuple[str, Tensor]]:
    return [_rename_vae(name, tensor) for name, tensor in build_vae(seed=seed).state_dict().items()]


def _rename_vae(name: str, tensor: Tensor) -> tuple[str, Tensor]:
    name = re.sub(r"down_blocks\.(\d)\.resnets\.(\d)", r"down.\1.block.\2", name)
    name = re.sub(r"up_blocks\.(\d)\.resnets\.(\d)", lambda match: f"up.{3 - int(match[1])}.block.{match[2]}", name)
    name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
    name = re.sub(r"up_blocks\.(\d)\.upsamplers\.0", lambda match: f"up.{3 - int(match[1])}.upsample", name)
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda match: f"mid.block_{int(match[1]) + 1}", name)
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    if "mid_block.attentions.0" in name:
        head, _, rest = name.partition("mid_block.attentions.0.")
        part, _, kind = rest.rpartition(".")
        name = f"{head}mid.attn_1.{_ATTENTION[part]}.{kind}"
        if kind == "weight" and part != "group_norm":
            tensor = tensor[..., None, None]
    return name, tensor


def rename_open_clip(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A CLIP text model's tensors as OpenCLIP names and joins them."""
    outer = {
        "text_model.embeddings.token_embedding.weight": "token_embedding.weight",
        "text_model.embeddings.position_embedding.weight": "positional_embedding",
        "text_model.final_layer_norm.weight": "ln_final.weight",
        "text_model.final_layer_norm.bias": "ln_final.bias",
    }
    renamed = {old: tensors[new] for new, old in outer.items()}
    renamed["text_projection"] = tensors["text_projection.weight"].T
    renamed["logit_scale"] = torch.ones(())
    for name, tensor in tensors.items():
        match = re.match(r"text_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)", name)
        if match and match[2] in _CLIP_LAYER:
            renamed[f"transformer.resblocks.{match[1]}.{_CLIP_LAYER[match[2]]}.{match[3]}"] = tensor
        elif match and match[2] == "self_attn.q_proj":
            joined = [tensors[name.replace("q_proj", part)] for part in ("q_proj", "k_proj", "v_proj")]
            renamed[f"transformer.resblocks.{match[1]}.attn.in_proj_{match[3]}"] = torch.cat(joined)
    return renamed


def describe_layout(family: Family) -> Any:
    """The product's description of a family, with the tiny models' sizes."""
    from generator_server.diffusion.layouts import LAYOUTS, Layout

    known = LAYOUTS[family]
    unet, net, vae = build_unet(family).config, build_controlnet(family, seed=0).config, build_vae().config
    text = {"vocab_size": 542, "hidden_size": TEXT_WIDTH, "projection_dim": TEXT_WIDTH, "intermediate_size": 37}
    text |= {"num_hidden_layers": 4, "num_attention_heads": 4, "eos_token_id": 541, "bos_token_id": 540}
    return Layout(
        unet=_shrink(known.unet, unet),
        vae=_shrink(known.vae, vae),
        controlnet=_shrink(known.controlnet, net),
        text_encoders=tuple({**dict(config), **text} for config in known.text_encoders),
        scheduler=known.scheduler,
    )


def _shrink(known: Mapping[str, Any], tiny: Mapping[str, Any]) -> dict[str, Any]:
    """`known` with the tiny sizes; block types and everything else stay the product's."""
    sizes = ("block_out_channels", "attention_head_dim", "cross_attention_dim", "norm_num_groups", "sample_size")
    sizes += ("transformer_layers_per_block", "addition_time_embed_dim", "projection_class_embeddings_input_dim")
    sizes += ("conditioning_embedding_out_channels",)
    return {**known, **{name: tiny[name] for name in sizes if name in tiny}}
