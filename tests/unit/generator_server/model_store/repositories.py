"""Tiny repositories laid out as the real ones are."""

from __future__ import annotations

import json

from generator_server.model_store.known import load_known_models
from tests.unit.generator_server.model_store.hub_server import Repository, make_weights

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TAESD = load_known_models()["taesd"]
LCM = load_known_models()["lcm-lora-sdv1-5"]
SD15 = load_known_models()["stable-diffusion-v1-5"]


def make_decoder(*, size_bytes: int = 24) -> Repository:
    """TAESD at its known commit, with a pickle and other files that are not wanted beside it."""
    assert TAESD.commit is not None
    return Repository(
        TAESD.commit,
        {
            ".gitattributes": b"*.safetensors filter=lfs",
            "README.md": b"# A tiny decoder",
            "config.json": json.dumps({"_class_name": "AutoencoderTiny"}).encode(),
            "diffusion_pytorch_model.safetensors": make_weights("decoder.weight", size_bytes=size_bytes),
            "diffusion_pytorch_model.bin": b"\x80\x04K\x01.",
            "taesd_decoder.safetensors": make_weights("weight"),
        },
    )


def make_controlnet(width: int = 768) -> Repository:
    """A ControlNet in both precisions."""
    return Repository(
        COMMIT,
        {
            "config.json": json.dumps({"_class_name": "ControlNetModel", "cross_attention_dim": width}).encode(),
            "diffusion_pytorch_model.safetensors": make_weights("conv_in.weight", size_bytes=48),
            "diffusion_pytorch_model.fp16.safetensors": make_weights("conv_in.weight"),
        },
        licence="openrail",
    )


def make_checkpoint() -> Repository:
    """SD 1.5 in diffusers' layout at its known commit, with a single file and pickles beside the folders."""
    assert SD15.commit is not None
    described = {"_class_name": "StableDiffusionPipeline"}
    files = {
        "model_index.json": json.dumps(described).encode(),
        "scheduler/scheduler_config.json": b"{}",
        "tokenizer/vocab.json": b"{}",
        "tokenizer/merges.txt": b"a b",
        "v1-5-pruned.safetensors": make_weights("cond_stage_model.transformer.x"),
        "unet/diffusion_pytorch_model.bin": b"\x80\x04K\x01.",
    }
    for part, name in (
        ("unet", "diffusion_pytorch_model"),
        ("vae", "diffusion_pytorch_model"),
        ("text_encoder", "model"),
    ):
        files[f"{part}/config.json"] = b"{}"
        files[f"{part}/{name}.safetensors"] = make_weights(f"{part}.weight", size_bytes=48)
        files[f"{part}/{name}.fp16.safetensors"] = make_weights(f"{part}.weight")
    return Repository(SD15.commit, files, licence="creativeml-openrail-m")
