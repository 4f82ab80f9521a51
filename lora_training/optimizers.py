"""What moves the weights, and how fast at each step."""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lora_training.config import OptimizerName, TrainingConfig
from lora_training.training_errors import OptimizerMissingError

_TENSOR = "tensor"
_OPTIONAL: dict[OptimizerName, tuple[str, str, str]] = {
    "adamw8bit": ("bitsandbytes", "bitsandbytes.optim", "AdamW8bit"),
    "prodigy": ("prodigyopt", "prodigyopt", "Prodigy"),
}


def build_optimizer(
    config: TrainingConfig, denoiser: list[nn.Parameter], text: Sequence[nn.Parameter] = ()
) -> torch.optim.Optimizer:
    """The optimizer that the configuration names; the text encoders' weights are a group of their own.

    Raises OptimizerMissingError.
    """
    groups: list[dict[str, Any]] = [{"params": denoiser, "lr": config.learning_rate}]
    if text:
        groups.append({"params": list(text), "lr": config.text_encoder_learning_rate})
    values: dict[str, Any] = {"lr": config.learning_rate, "weight_decay": config.weight_decay}
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, **values)
    if config.optimizer == "prodigy":
        values |= {"safeguard_warmup": True, "use_bias_correction": True}
    optimizer: torch.optim.Optimizer = _find_kind(config.optimizer)(groups, **values)
    return optimizer


def set_learning_rates(config: TrainingConfig, optimizer: torch.optim.Optimizer, step: int) -> float:
    """Give every group its rate for the step after `step` finished ones; answers the denoiser's."""
    rate = find_learning_rate(config, step)
    peaks = (config.learning_rate, config.text_encoder_learning_rate)
    for group, peak in zip(optimizer.param_groups, peaks, strict=False):
        group["lr"] = rate * (peak / config.learning_rate)
    return rate


def find_learning_rate(config: TrainingConfig, step: int) -> float:
    """The learning rate of the step after `step` finished ones."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / (config.warmup_steps + 1)
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - config.warmup_steps) / (config.steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def pack_optimizer(optimizer: torch.optim.Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """An optimizer's state as named tensors (on the CPU) and as what JSON can hold, at whatever depth they lie."""
    tensors: dict[str, Tensor] = {}
    state = optimizer.state_dict()
    return tensors, {name: _take_out(state[name], name, tensors) for name in ("state", "param_groups")}


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor], rest: dict[str, Any]) -> None:
    """Go on where `pack_optimizer` was."""
    state = {int(index): _put_back(values, tensors) for index, values in rest["state"].items()}
    optimizer.load_state_dict({"state": state, "param_groups": _put_back(rest["param_groups"], tensors)})


def _take_out(value: Any, place: str, tensors: dict[str, Tensor]) -> Any:
    """`value` with each tensor moved into `tensors` and its place there left behind."""
    if isinstance(value, Tensor):
        tensors[place] = value.detach().cpu().contiguous().clone()
        return {_TENSOR: place}
    if isinstance(value, dict):
        return {str(key): _take_out(item, f"{place}/{key}", tensors) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_take_out(item, f"{place}/{index}", tensors) for index, item in enumerate(value)]
    return value


def _put_back(value: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, dict):
        if _TENSOR in value:
            return tensors[value[_TENSOR]]
        return {key: _put_back(item, tensors) for key, item in value.items()}
    return [_put_back(item, tensors) for item in value] if isinstance(value, list) else value


def _find_kind(name: OptimizerName) -> Any:
    package, module, kind = _OPTIONAL[name]
    try:
        return getattr(importlib.import_module(module), kind)
    except ImportError as error:
        raise OptimizerMissingError(optimizer=name, package=package) from error


class MovingAverage:
    """An average of the weights over the last steps, about 1 / (1 - decay) of them."""

    def __init__(self, parameters: list[nn.Parameter], decay: float) -> None:
        self._parameters = parameters
        self._decay = decay
        self.values = [parameter.detach().clone() for parameter in parameters]

    @torch.no_grad()
    def update(self) -> None:
        """Take the weights of the step just made in."""
        for value, parameter in zip(self.values, self._parameters, strict=True):
            value.lerp_(parameter, 1 - self._decay)
