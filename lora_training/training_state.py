"""All that changes while a training runs, and its way into a checkpoint and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from lora_training.checkpoint import Checkpoint
from lora_training.config import TrainingConfig
from lora_training.drawing import BatchDrawer
from lora_training.model.adapter import Adapter
from lora_training.optimizers import MovingAverage, build_optimizer, pack_optimizer, restore_optimizer
from lora_training.validation import Measurement


@dataclass
class TrainingState:
    """The adapter, what moves it, what it is shown, and how far it is."""

    adapter: Adapter
    optimizer: torch.optim.Optimizer
    drawer: BatchDrawer
    prior_drawer: BatchDrawer | None
    average: MovingAverage | None
    scaler: torch.amp.GradScaler
    step: int = 0
    history: list[Measurement] = field(default_factory=list)

    def find_average(self) -> dict[str, Tensor] | None:
        """The averaged weights, by the adapter's names, or None when there is no average."""
        if self.average is None:
            return None
        names = self.adapter.copy_weights()
        return {name: value.cpu().clone() for name, value in zip(names, self.average.values, strict=True)}

    def pack(self, about: dict[str, object]) -> Checkpoint:
        """A checkpoint of this moment; `about` is what the training is, and is kept in it."""
        weights = self.adapter.copy_weights()
        optimizer_tensors, optimizer_rest = pack_optimizer(self.optimizer)
        draw_tensors, draw_rest = self.drawer.pack()
        groups = {"weights": weights, "optimizer": optimizer_tensors, "draws": draw_tensors}
        rest: dict[str, Any] = {"optimizer": optimizer_rest, "draws": draw_rest, "scaler": self.scaler.state_dict()}
        if self.prior_drawer is not None:
            groups["prior_draws"], rest["prior_draws"] = self.prior_drawer.pack()
        average = self.find_average()
        if average is not None:
            groups["average"] = average
        tensors = {f"{group}/{name}": value for group, values in groups.items() for name, value in values.items()}
        history = [[measurement.step, measurement.loss] for measurement in self.history]
        return Checkpoint(self.step, tensors, {"about": about, "history": history, **rest})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on where `pack` was."""
        self.adapter.set_weights(checkpoint.select("weights"))
        restore_optimizer(self.optimizer, checkpoint.select("optimizer"), checkpoint.record["optimizer"])
        self.drawer.restore(checkpoint.select("draws"), checkpoint.record["draws"])
        if self.prior_drawer is not None:
            self.prior_drawer.restore(checkpoint.select("prior_draws"), checkpoint.record["prior_draws"])
        if self.scaler.is_enabled():
            self.scaler.load_state_dict(checkpoint.record["scaler"])
        if self.average is not None:
            average = checkpoint.select("average")
            for value, name in zip(self.average.values, self.adapter.copy_weights(), strict=True):
                value.copy_(average[name])
        self.step = checkpoint.step
        self.history = [Measurement(step, loss) for step, loss in checkpoint.record["history"]]


def start_state(
    config: TrainingConfig,
    adapter: Adapter,
    drawer: BatchDrawer,
    prior_drawer: BatchDrawer | None,
    device: torch.device,
) -> TrainingState:
    """The state before the first step."""
    return TrainingState(
        adapter=adapter,
        optimizer=build_optimizer(config, adapter.unet_parameters, adapter.text_parameters),
        drawer=drawer,
        prior_drawer=prior_drawer,
        average=MovingAverage(adapter.parameters, config.ema_decay) if config.ema_decay > 0 else None,
        # Half precision drops small gradients, unless the loss is made larger first (Micikevicius et al., 2018).
        scaler=torch.amp.GradScaler(device.type, enabled=config.precision == "fp16"),
    )
