"""Noise levels (sigmas) of a model and of each schedule.

A sigma is the noise's standard deviation relative to a picture of unit scale; the model knows 1000 of them, one for
each timestep of its training. Every schedule falls strictly and ends at 0, DDIM's own one at the model's least sigma.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.model_files import Family
from generator_server.diffusion.sampler_names import DDIM_OWN, FEW_STEP

Values = NDArray[np.float64]
# Sabour, Fidler and Kreis 2024, Align Your Steps: the paper's ten steps, for other numbers interpolated.
_ALIGNED: Mapping[Family, tuple[float, ...]] = {
    "sd15": (14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029),
    "sdxl": (14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029),
}
KARRAS_RHO = 7.0
BETA_SHAPE = 0.6
# Luo et al. 2023 distil consistency models along so many of the training steps.
FEW_STEP_GRID = 50


@dataclass(frozen=True)
class SigmaTable:
    """A model's sigmas, (timesteps,), rising; timesteps between two entries are found on a logarithmic scale."""

    sigmas: Values

    @property
    def least(self) -> float:
        return float(self.sigmas[0])

    @property
    def largest(self) -> float:
        return float(self.sigmas[-1])

    def to_timestep(self, sigma: float) -> float:
        """The timestep, 0 to 999, at which the model saw this much noise."""
        return float(np.interp(math.log(sigma), np.log(self.sigmas), np.arange(len(self.sigmas))))

    def to_sigmas(self, timesteps: Values) -> Values:
        """The noise at these timesteps."""
        return np.exp(np.interp(timesteps, np.arange(len(self.sigmas)), np.log(self.sigmas)))


def build_table(config: Mapping[str, Any]) -> SigmaTable:
    """The sigmas of a scheduler's description (`scheduler_config.json`). Raises ModelFileError."""
    count, kind = int(config.get("num_train_timesteps", 1000)), config.get("beta_schedule", "linear")
    start, end = float(config.get("beta_start", 0.0001)), float(config.get("beta_end", 0.02))
    if config.get("rescale_betas_zero_snr"):
        raise ModelFileError(reason="Models trained with rescale_betas_zero_snr cannot be used.")
    if kind == "scaled_linear":
        betas = np.linspace(math.sqrt(start), math.sqrt(end), count) ** 2
    elif kind == "linear":
        betas = np.linspace(start, end, count)
    else:
        raise ModelFileError(reason=f"The noise schedule {kind} is not known; scaled_linear and linear are.")
    kept = np.cumprod(1 - betas)
    return SigmaTable(np.sqrt((1 - kept) / kept))


def build_sigmas(
    schedule: str, steps: int, table: SigmaTable, family: Family, *, skips_next_to_last: bool = False
) -> tuple[float, ...]:
    """`steps` + 1 noise levels, falling."""
    if skips_next_to_last:
        longer = build_sigmas(schedule, steps + 1, table, family)
        return (*longer[:-2], longer[-1])
    is_published = schedule == "align_your_steps"
    levels = _align(_ALIGNED[family], steps) if is_published else _SCHEDULES[schedule](steps, table)
    end = table.least if schedule == DDIM_OWN else 0.0
    return (*(float(level) for level in levels), end)


def _ramp(steps: int) -> Values:
    """0 to 1 in `steps` values; 0 alone for one step."""
    return np.linspace(0.0, 1.0, steps)


def _space_uniformly(steps: int, table: SigmaTable) -> Values:
    return table.to_sigmas((len(table.sigmas) - 1) * (1 - _ramp(steps)))


def _space_without_end(steps: int, table: SigmaTable) -> Values:
    """Evenly spaced timesteps that stop one step before the last one."""
    return table.to_sigmas(np.linspace(len(table.sigmas) - 1, 0, steps + 1)[:-1])


def space_karras(steps: int, least: float, largest: float) -> Values:
    """Karras, Aittala, Aila and Laine 2022, equation 5, with rho 7: `steps` levels from the largest to the least."""
    first, last = largest ** (1 / KARRAS_RHO), least ** (1 / KARRAS_RHO)
    return np.asarray((first + _ramp(steps) * (last - first)) ** KARRAS_RHO)


def _space_karras(steps: int, table: SigmaTable) -> Values:
    return space_karras(steps, table.least, table.largest)


def _space_exponentially(steps: int, table: SigmaTable) -> Values:
    return np.exp(math.log(table.largest) + _ramp(steps) * (math.log(table.least) - math.log(table.largest)))


def _space_kl_optimally(steps: int, table: SigmaTable) -> Values:
    """Sabour, Fidler and Kreis 2024: the arc tangents are evenly spaced."""
    first, last = math.atan(table.largest), math.atan(table.least)
    return np.tan(first + _ramp(steps) * (last - first))


def _align(published: tuple[float, ...], steps: int) -> Values:
    places = np.linspace(0, len(published) - 1, steps)
    return np.exp(np.interp(places, np.arange(len(published)), np.log(published)))


def _pick_simply(steps: int, table: SigmaTable) -> Values:
    """Entries of the table at equal distances, counted from its end."""
    count = len(table.sigmas)
    return table.sigmas[[count - 1 - int(number * count / steps) for number in range(steps)]]


def _pick_leading(steps: int, table: SigmaTable) -> Values:
    """Song, Meng and Ermon 2021 (DDIM): every so many timesteps, from the second one up."""
    count = len(table.sigmas)
    timesteps = np.arange(steps) * max(count // steps, 1) + 1
    return table.sigmas[np.minimum(timesteps, count - 1)[::-1]]


def _pick_few(steps: int, table: SigmaTable) -> Values:
    """Luo et al. 2023: evenly chosen from the timesteps on which the model was distilled."""
    stride = len(table.sigmas) // max(FEW_STEP_GRID, steps)
    distilled = np.arange(len(table.sigmas) // stride, 0, -1) * stride - 1
    places = np.floor(np.linspace(0, len(distilled), steps, endpoint=False)).astype(int)
    return np.asarray(table.sigmas[distilled[places]])


def _space_by_beta(steps: int, table: SigmaTable) -> Values:
    """Lee et al. 2024: quantiles of a beta distribution, dense at both ends."""
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    shares = np.asarray(betaincinv(BETA_SHAPE, BETA_SHAPE, 1 - _ramp(steps)), dtype=np.float64)
    return table.least + shares * (table.largest - table.least)


_SCHEDULES: Mapping[str, Callable[[int, SigmaTable], Values]] = {
    "uniform": _space_uniformly,
    "normal": _space_uniformly,
    "karras": _space_karras,
    "exponential": _space_exponentially,
    # With its usual exponent of 1 it is the exponential one.
    "polyexponential": _space_exponentially,
    "sgm_uniform": _space_without_end,
    "kl_optimal": _space_kl_optimally,
    "simple": _pick_simply,
    "ddim": _pick_leading,
    DDIM_OWN: _pick_leading,
    FEW_STEP: _pick_few,
    "beta": _space_by_beta,
}
