"""What a LoRA file says of itself: `ss_*` and modelspec metadata, and hashes of its weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import safetensors.torch
from torch import Tensor

_BASE_VERSIONS = {"sd15": "sd_v1", "sdxl": "sdxl_base_v1-0"}
_ARCHITECTURES = {"sd15": "stable-diffusion-v1/lora", "sdxl": "stable-diffusion-xl-v1-base/lora"}
_MIXED_PRECISIONS = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}


def describe_training(about: Mapping[str, Any], step: int, made_at: datetime) -> dict[str, str]:
    """The metadata without the hashes. Every value is text, as the file format asks."""
    config = about["config"]
    side = config["resolution"]
    values = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": config["rank"],
        "ss_network_alpha": config["alpha"],
        "ss_base_model_version": _BASE_VERSIONS[about["family"]],
        "ss_sd_model_name": about["base"],
        "ss_v2": False,
        "ss_output_name": about["style_id"],
        "ss_learning_rate": config["learning_rate"],
        "ss_unet_lr": config["learning_rate"],
        "ss_text_encoder_lr": config["text_encoder_learning_rate"] if config["text_encoder"] else None,
        "ss_lr_scheduler": config["schedule"],
        "ss_lr_warmup_steps": config["warmup_steps"],
        "ss_optimizer": config["optimizer"],
        "ss_max_train_steps": config["steps"],
        "ss_steps": step,
        "ss_batch_size_per_device": config["batch_size"],
        "ss_gradient_accumulation_steps": config["accumulation"],
        "ss_gradient_checkpointing": config["gradient_checkpointing"],
        "ss_mixed_precision": _MIXED_PRECISIONS[config["precision"]],
        "ss_resolution": f"({side}, {side})",
        "ss_enable_bucket": True,
        "ss_num_train_images": about["picture_count"],
        "ss_num_reg_images": about["prior_count"],
        "ss_prior_loss_weight": config["prior_weight"] if about["prior_count"] else None,
        "ss_min_snr_gamma": config["min_snr_gamma"] or None,
        "ss_noise_offset": config["noise_offset"] or None,
        "ss_caption_dropout_rate": config["caption_dropout"],
        "ss_shuffle_caption": config["shuffle_captions"],
        "ss_seed": config["seed"],
        "ss_tag_frequency": json.dumps({about["style_id"]: {about["trigger"]: about["picture_count"]}}),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": _ARCHITECTURES[about["family"]],
        "modelspec.implementation": "https://github.com/Stability-AI/generative-models",
        "modelspec.title": about["style_id"],
        "modelspec.author": about["author"],
        "modelspec.license": about["licence"],
        "modelspec.description": f"Learnt from: {about['source']}",
        "modelspec.trigger_phrase": about["trigger"],
        "modelspec.date": made_at.isoformat(timespec="seconds"),
        "modelspec.resolution": f"{side}x{side}",
    }
    return {name: str(value) for name, value in values.items()}


def hash_content(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> dict[str, str]:
    """Hashes by which tools know the weights again, whatever is written into the metadata later.

    `sshs_model_hash` and `modelspec.hash_sha256` are the SHA-256 of all bytes behind the header. The legacy hash looks
    at 64 KiB from 1 MiB on, of the file as it is with its `ss_*` metadata alone.
    """
    plain = safetensors.torch.save(
        dict(tensors), {name: value for name, value in metadata.items() if name.startswith("ss_")}
    )
    content = hashlib.sha256(plain[8 + int.from_bytes(plain[:8], "little") :]).hexdigest()
    legacy = hashlib.sha256(plain[0x100000:0x110000]).hexdigest()[:8]
    return {"sshs_model_hash": content, "sshs_legacy_hash": legacy, "modelspec.hash_sha256": f"0x{content}"}
