"""Tensor names of all layouts, and the layers that they mean."""

from __future__ import annotations

import pytest

from generator_server.diffusion.components import Components
from generator_server.diffusion.lora.keys import LoraKey, read_key
from generator_server.diffusion.lora.targets import name_targets


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("lora_unet_mid_block_proj.lora_down.weight", LoraKey("lora_unet_mid_block_proj", "down")),
        ("lora_te_text_model_x.lora_up.weight", LoraKey("lora_te_text_model_x", "up")),
        ("lora_unet_mid_block_proj.alpha", LoraKey("lora_unet_mid_block_proj", "alpha")),
        ("unet.mid_block.to_q.lora_A.weight", LoraKey("unet.mid_block.to_q", "down")),
        ("unet.mid_block.to_q.lora.up.weight", LoraKey("unet.mid_block.to_q", "up")),
        ("text_encoder.q_proj.lora_linear_layer.down.weight", LoraKey("text_encoder.q_proj", "down")),
        ("base_model.model.mid_block.to_q.lora_B.weight", LoraKey("mid_block.to_q", "up")),
        ("base_model.model.mid_block.to_q.lora_A.default.weight", LoraKey("mid_block.to_q", "down")),
        ("lora_unet_x.hada_w1_a", None),
        ("lora_unet_x.lora_mid.weight", None),
        ("lora_unet_x.dora_scale", None),
        ("mid_block.to_q.lora_magnitude_vector", None),
        ("mid_block.to_q.weight", None),
    ],
)
def test_keys_are_read_in_every_layout(key: str, meant: LoraKey | None) -> None:
    assert read_key(key) == meant


def test_one_layer_has_its_name_in_every_layout(sd15: Components) -> None:
    named = name_targets(sd15)
    inner = "down_blocks.0.attentions.0.proj_in"
    names = (inner, f"unet.{inner}", "lora_unet_down_blocks_0_attentions_0_proj_in")
    assert {named[name].path for name in names} == {inner}
    text = "encoder.layers.1.mlp.fc2"
    texts = (
        text,
        f"text_model.{text}",
        f"text_encoder.{text}",
        f"text_encoder.text_model.{text}",
        "lora_te_text_model_encoder_layers_1_mlp_fc2",
        "lora_te1_text_model_encoder_layers_1_mlp_fc2",
        "lora_te1_encoder_layers_1_mlp_fc2",
    )
    assert {(named[name].part, named[name].path) for name in texts} == {("text_encoder", text)}


def test_both_text_encoders_of_sdxl_are_told_apart(sdxl: Components) -> None:
    named = name_targets(sdxl)
    first = named["lora_te1_text_model_encoder_layers_0_self_attn_q_proj"]
    second = named["lora_te2_text_model_encoder_layers_0_self_attn_q_proj"]
    assert (first.part, second.part) == ("text_encoder", "text_encoder_2")
    assert first.module is sdxl.text_encoders[0].get_submodule("encoder.layers.0.self_attn.q_proj")
    assert second.module is sdxl.text_encoders[1].get_submodule("text_model.encoder.layers.0.self_attn.q_proj")
    assert "lora_te_text_model_encoder_layers_0_self_attn_q_proj" not in named


@pytest.mark.parametrize(
    ("original", "path"),
    [
        ("input_blocks_0_0", "conv_in"),
        ("input_blocks_1_0_in_layers_2", "down_blocks.0.resnets.0.conv1"),
        ("input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv"),
        ("input_blocks_4_0_skip_connection", "down_blocks.1.resnets.0.conv_shortcut"),
        ("input_blocks_5_1_proj_out", "down_blocks.1.attentions.1.proj_out"),
        ("middle_block_0_emb_layers_1", "mid_block.resnets.0.time_emb_proj"),
        ("middle_block_1_proj_in", "mid_block.attentions.0.proj_in"),
        ("middle_block_2_out_layers_3", "mid_block.resnets.1.conv2"),
        ("output_blocks_2_2_conv", "up_blocks.0.upsamplers.0.conv"),
        ("output_blocks_8_0_in_layers_2", "up_blocks.2.resnets.2.conv1"),
        ("time_embed_2", "time_embedding.linear_2"),
        ("label_emb_0_0", "add_embedding.linear_1"),
        ("out_2", "conv_out"),
    ],
)
def test_original_names_of_sdxl(original: str, path: str, sdxl: Components) -> None:
    assert name_targets(sdxl)[f"lora_unet_{original}"].path == path


def test_every_layer_of_both_families_has_a_name_of_its_own(sd15: Components, sdxl: Components) -> None:
    for components in (sd15, sdxl):
        named = name_targets(components)
        kohya = {id(target.module) for name, target in named.items() if name.startswith("lora_")}
        assert kohya == {id(target.module) for target in named.values()}
        originals = [name for name in named if "put_blocks_" in name or "middle_block_" in name]
        assert len({named[name].path for name in originals}) == len(originals)
