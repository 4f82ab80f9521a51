"""Descriptions of the standard models, which single files do not carry: Stable Diffusion 1.5 and XL, in full size.

The values are the architectures' own (Rombach et al. 2022; Podell et al. 2023; Zhang, Rao and Agrawala 2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator_server.diffusion.model_files import Family

Config = Mapping[str, Any]


@dataclass(frozen=True)
class Layout:
    """How a family's parts are built."""

    unet: Config
    vae: Config
    controlnet: Config
    text_encoders: tuple[Config, ...]
    scheduler: Config


_VAE: Config = {
    "_class_name": "AutoencoderKL",
    "in_channels": 3,
    "out_channels": 3,
    "latent_channels": 4,
    "block_out_channels": [128, 256, 512, 512],
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
    "layers_per_block": 2,
    "norm_num_groups": 32,
}
_SCHEDULER: Config = {
    "num_train_timesteps": 1000,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "prediction_type": "epsilon",
}
# CLIP ViT-L/14's text side (Radford et al. 2021).
_CLIP_L: Config = {
    "vocab_size": 49408,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "projection_dim": 768,
    "hidden_act": "quick_gelu",
    "bos_token_id": 49406,
    "eos_token_id": 49407,
    "pad_token_id": 1,
}
# OpenCLIP ViT-bigG/14's text side.
_CLIP_G: Config = {
    **_CLIP_L,
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_hidden_layers": 32,
    "num_attention_heads": 20,
    "projection_dim": 1280,
    "hidden_act": "gelu",
}
_SD15_NET: Config = {
    "in_channels": 4,
    "block_out_channels": [320, 640, 1280, 1280],
    "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
    "layers_per_block": 2,
    "attention_head_dim": 8,
    "cross_attention_dim": 768,
}
_SDXL_NET: Config = {
    "in_channels": 4,
    "block_out_channels": [320, 640, 1280],
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "layers_per_block": 2,
    "attention_head_dim": [5, 10, 20],
    "transformer_layers_per_block": [1, 2, 10],
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
_UNET_ENDS: Config = {"_class_name": "UNet2DConditionModel", "out_channels": 4}
_HINT: Config = {"_class_name": "ControlNetModel", "conditioning_embedding_out_channels": [16, 32, 96, 256]}

LAYOUTS: Mapping[Family, Layout] = {
    "sd15": Layout(
        unet={
            **_SD15_NET,
            **_UNET_ENDS,
            "sample_size": 64,
            "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
        },
        vae={**_VAE, "sample_size": 512, "scaling_factor": 0.18215, "force_upcast": False},
        controlnet={**_SD15_NET, **_HINT},
        text_encoders=(_CLIP_L,),
        scheduler=_SCHEDULER,
    ),
    "sdxl": Layout(
        unet={
            **_SDXL_NET,
            **_UNET_ENDS,
            "sample_size": 128,
            "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        },
        vae={**_VAE, "sample_size": 1024, "scaling_factor": 0.13025, "force_upcast": True},
        controlnet={**_SDXL_NET, **_HINT},
        text_encoders=(_CLIP_L, _CLIP_G),
        scheduler=_SCHEDULER,
    ),
}
