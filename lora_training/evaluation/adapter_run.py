"""The pictures of a training with a base model: its checkpoints, or the adapter file where they are gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from lora_training.checkpoint import Checkpoint, CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.dataset import Dataset
from lora_training.devices import settle_precision
from lora_training.evaluation.errors import EvaluationRefusedError
from lora_training.evaluation.features import StyleEye
from lora_training.export import match_weights, read_adapter
from lora_training.preparation import Prepared, name_sample_prompt, prepare
from lora_training.sampling import Photo, make_pictures

Weights = dict[str, Tensor]
OnProgress = Callable[[str, int, int], None]


class AdapterRun:
    """A training's own parts, which hold one checkpoint after the other."""

    def __init__(self, config: TrainingConfig, prepared: Prepared, by_step: dict[int, Weights]) -> None:
        self._config = config
        self._prepared = prepared
        self._by_step = by_step
        self._parts = prepared.load_sampling_parts()
        self._eye = StyleEye(self._parts.vae, self._parts.device)

    @classmethod
    def open(cls, folder: Path, pictures: Dataset, base: Path, on_progress: OnProgress) -> Self:
        """Raises EvaluationRefusedError for a run with nothing to draw with, and what `prepare` raises."""
        checkpoints = CheckpointFolder(folder / "checkpoints")
        found = [checkpoint for step in checkpoints.list_steps() if (checkpoint := checkpoints.find(step)) is not None]
        if found:
            config = read_config(found[-1])
            prepared = prepare(config, pictures, base, folder / "cache", on_progress=on_progress)
            return cls(config, prepared, {checkpoint.step: select_weights(checkpoint) for checkpoint in found})
        file = folder / f"{pictures.style_id}.safetensors"
        if not file.is_file():
            raise EvaluationRefusedError(folder=folder, reason="It holds neither checkpoints nor an adapter file.")
        return cls._open_file(file, pictures, base, on_progress)

    @classmethod
    def _open_file(cls, path: Path, pictures: Dataset, base: Path, on_progress: OnProgress) -> Self:
        file = read_adapter(path)
        first = next(iter(file.modules.values()))
        has_text = any(place.startswith("lora_te") for place in file.modules)
        values = {"rank": len(first.down), "alpha": first.alpha, "text_encoder": has_text}
        config = settle_precision(TrainingConfig(resolution=pictures.resolution, **values), None)
        prepared = prepare(config, pictures, base, path.parent / "cache", on_progress=on_progress)
        weights = match_weights(file, prepared.adapter.copy_weights(), prepared.base.family)
        return cls(config, prepared, {int(file.metadata.get("ss_steps", 0)): weights})

    @property
    def config(self) -> TrainingConfig:
        """What the training was made with."""
        return self._config

    @property
    def steps(self) -> Sequence[int]:
        return sorted(self._by_step)

    def draw(self, step: int, weight: float, photos: Sequence[Photo]) -> list[Photo]:
        config = self._config
        with self._prepared.adapter.holding(weaken(self._by_step[step], weight)), torch.no_grad():
            prompt, empty = self._prepared.embed([name_sample_prompt(config, self._prepared.trigger), ""])
            return make_pictures(
                self._parts,
                photos,
                prompt,
                empty,
                strength=config.sample_strength,
                steps=config.sample_steps,
                seed=config.seed,
            )

    def measure_loss(self, step: int, weight: float) -> float | None:
        if len(self._prepared.held_out) == 0:
            return None
        with self._prepared.adapter.holding(weaken(self._by_step[step], weight)):
            return self._prepared.held_out.measure(self._prepared.denoiser)

    def describe(self, pictures: Sequence[Photo]) -> Tensor:
        return self._eye.look_at_all(pictures)


def read_config(checkpoint: Checkpoint) -> TrainingConfig:
    """The training's configuration, without what only training needs: class pictures and compiling."""
    only_training = {"prior_weight": 0.0, "compile": "off"}
    return TrainingConfig.model_validate(checkpoint.record["about"]["config"] | only_training)


def select_weights(checkpoint: Checkpoint) -> Weights:
    """The weights that would be exported."""
    return checkpoint.select("average") or checkpoint.select("weights")


def weaken(weights: Weights, weight: float) -> Weights:
    """The adapter at a weight: `up` alone is multiplied, since its product with `down` acts."""
    return {name: value * weight if name.endswith(".up") else value for name, value in weights.items()}
