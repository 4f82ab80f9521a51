"""A tiny ViTPose built in code: the true layers, little width."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import VitPoseBackboneConfig, VitPoseConfig, VitPoseForPoseEstimation

KEYPOINTS = 17


def write_tiny_pose(folder: Path, *, level: float = 0.0, experts: int = 1) -> Path:
    """`folder`/vitpose with seeded weights; `level` is added to every heat map, so that joints are sure or unsure."""
    backbone = VitPoseBackboneConfig(
        image_size=[64, 48],
        patch_size=[16, 16],
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        mlp_ratio=2,
        num_experts=experts,
        part_features=8,
        out_indices=[2],
    )
    config = VitPoseConfig(backbone_config=backbone, num_labels=KEYPOINTS, scale_factor=4, use_simple_decoder=True)
    torch.manual_seed(0)
    net = VitPoseForPoseEstimation(config)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(0, 0.2)
        net.head.conv.bias.fill_(level)
    net.save_pretrained(folder / "vitpose")
    return folder
