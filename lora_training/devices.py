"""Where a training runs, and which numbers it reckons with there."""

from __future__ import annotations

from typing import Literal

import torch

from lora_training.checkpoint import Checkpoint
from lora_training.config import TrainingConfig

Precision = Literal["fp32", "bf16", "fp16"]


def choose_device(config: TrainingConfig) -> torch.device:
    """The device that the configuration means; `auto` is the GPU where there is one."""
    if config.device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(config.device)


def choose_precision(kind: str, *, has_bf16: bool) -> Precision:
    """What suits a device: of what kind it is (`cpu`, `cuda`), and whether it computes bf16 itself.

    bf16 reaches as far as fp32, and needs no enlarged loss; a GPU that only imitates it is quicker in fp16.
    """
    if kind != "cuda":
        return "fp32"
    return "bf16" if has_bf16 else "fp16"


def settle_precision(config: TrainingConfig, begun: Checkpoint | None) -> TrainingConfig:
    """The configuration with a precision of its own: `auto` is the device's, or that of the training `begun` before."""
    if config.precision != "auto":
        return config
    if begun is not None:
        return config.model_copy(update={"precision": begun.record["about"]["config"]["precision"]})
    kind = choose_device(config).type
    has_bf16 = kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return config.model_copy(update={"precision": choose_precision(kind, has_bf16=has_bf16)})
