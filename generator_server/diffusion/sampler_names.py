"""Samplers and schedules by their web-UI names. No torch here: names are listed before any model is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator_server.diffusion.failures import SamplerNotFoundError
from generator_server.engines.noise import NO_CHURN, Randomness
from generator_server.engines.protocol import Sampler, Schedule

AUTOMATIC = "automatic"
# More fresh noise than a step has is not possible.
MOST_ETA = 1.0
# Chung et al. 2024 (CFG++) guide on a scale of about 0-1; the web UI's guidance scale of 12.5 is 1 there.
CFGPP_SHARE = 1 / 12.5


@dataclass(frozen=True)
class SamplerChoice:
    """One sampler. `automatic` is its own schedule; `evaluations` counts UNet calls per step (the last takes one).

    `skips_next_to_last`: it runs badly at the second smallest noise level, so that one is left out.
    `eta` is its own share of fresh noise, None where it has no such choice; `has_churn` and `scales_noise` say whether
    it follows the other wishes of that kind. `is_alone`: its steps depend on the picture, so that each has its own.
    `guidance_share` multiplies the guidance scale; `is_apart`: it asks for the unguided guess as well.
    """

    sampler: Sampler
    automatic: str = "uniform"
    evaluations: int = 1
    skips_next_to_last: bool = False
    eta: float | None = None
    has_churn: bool = False
    scales_noise: bool = False
    is_alone: bool = False
    guidance_share: float = 1.0
    is_apart: bool = False

    @property
    def name(self) -> str:
        return self.sampler.name

    def settle(self, asked: Randomness, options: Mapping[str, object]) -> Randomness:
        """What of `asked` this sampler follows; its eta may also stand in the web UI's options."""
        eta = asked.eta if asked.eta is not None else self._read_option(options)
        return Randomness(
            eta=self.eta if self.eta is None or eta is None else eta,
            noise_factor=asked.noise_factor if self.scales_noise or self.has_churn else 1.0,
            churn=asked.churn if self.has_churn else NO_CHURN,
        )

    def describe(self, settled: Randomness) -> dict[str, str]:
        """What of it is not the sampler's own, in the web UI's words."""
        churn = settled.churn
        numbers = {
            "Eta DDIM" if self.eta == 0 else "Eta": (settled.eta, self.eta),
            "Sigma churn": (churn.amount, NO_CHURN.amount),
            "Sigma tmin": (churn.least_sigma, NO_CHURN.least_sigma),
            "Sigma tmax": (churn.most_sigma, NO_CHURN.most_sigma),
            "Sigma noise": (settled.noise_factor, 1.0),
        }
        return {name: f"{value:g}" for name, (value, own) in numbers.items() if value is not None and value != own}

    def _read_option(self, options: Mapping[str, object]) -> float | None:
        asked = options.get("eta_ddim" if self.eta == 0 else "eta_ancestral")
        is_possible = isinstance(asked, (int, float)) and 0 <= asked <= MOST_ETA
        return float(asked) if is_possible else None  # type: ignore[arg-type]


@dataclass(frozen=True)
class Plan:
    """A known sampler with a known schedule."""

    choice: SamplerChoice
    schedule: str

    @property
    def schedule_label(self) -> str:
        """The schedule as people read it; a sampler's own one counts as automatic."""
        return next((item.label for item in SCHEDULES if item.name == self.schedule), SCHEDULES[0].label)


SCHEDULES = (
    Schedule(AUTOMATIC, "Automatic"),
    Schedule("uniform", "Uniform"),
    Schedule("karras", "Karras"),
    Schedule("exponential", "Exponential"),
    Schedule("polyexponential", "Polyexponential"),
    Schedule("sgm_uniform", "SGM Uniform"),
    Schedule("kl_optimal", "KL Optimal"),
    Schedule("align_your_steps", "Align Your Steps"),
    Schedule("simple", "Simple"),
    Schedule("normal", "Normal"),
    Schedule("ddim", "DDIM"),
    Schedule("beta", "Beta"),
)
# Schedules that belong to one sampler and have no name in web UIs.
DDIM_OWN, FEW_STEP = "ddim_own", "few_step"

SAMPLERS = (
    SamplerChoice(Sampler("DPM++ 2M", ("k_dpmpp_2m",)), "karras"),
    SamplerChoice(Sampler("DPM++ SDE", ("k_dpmpp_sde",)), "karras", evaluations=2, eta=1.0, scales_noise=True),
    SamplerChoice(Sampler("DPM++ 2M SDE", ("k_dpmpp_2m_sde",)), "exponential", eta=1.0, scales_noise=True),
    SamplerChoice(Sampler("DPM++ 2M SDE Heun", ("k_dpmpp_2m_sde_heun",)), "exponential", eta=1.0, scales_noise=True),
    SamplerChoice(Sampler("DPM++ 2S a", ("k_dpmpp_2s_a",)), "karras", evaluations=2, eta=1.0, scales_noise=True),
    SamplerChoice(
        Sampler("DPM++ 3M SDE", ("k_dpmpp_3m_sde",)),
        "exponential",
        skips_next_to_last=True,
        eta=1.0,
        scales_noise=True,
    ),
    SamplerChoice(Sampler("Euler a", ("k_euler_a", "k_euler_ancestral")), eta=1.0),
    SamplerChoice(Sampler("Euler", ("k_euler",)), has_churn=True),
    SamplerChoice(Sampler("LMS", ("k_lms",))),
    SamplerChoice(Sampler("Heun", ("k_heun",)), evaluations=2, has_churn=True),
    SamplerChoice(Sampler("DPM2", ("k_dpm_2",)), "karras", evaluations=2, skips_next_to_last=True, has_churn=True),
    SamplerChoice(
        Sampler("DPM2 a", ("k_dpm_2_a",)),
        "karras",
        evaluations=2,
        skips_next_to_last=True,
        eta=1.0,
        scales_noise=True,
    ),
    SamplerChoice(Sampler("DPM fast", ("k_dpm_fast",)), eta=1.0, scales_noise=True),
    SamplerChoice(Sampler("DPM adaptive", ("k_dpm_ad",)), eta=1.0, is_alone=True),
    SamplerChoice(Sampler("Restart"), "karras", evaluations=2),
    SamplerChoice(Sampler("DEIS", ("k_deis",))),
    SamplerChoice(Sampler("DDIM"), DDIM_OWN, eta=0.0),
    SamplerChoice(Sampler("DDIM CFG++", ("ddim_cfgpp",)), DDIM_OWN, eta=0.0, guidance_share=CFGPP_SHARE, is_apart=True),
    SamplerChoice(Sampler("PLMS"), DDIM_OWN),
    SamplerChoice(Sampler("UniPC")),
    SamplerChoice(Sampler("LCM", ("k_lcm",)), FEW_STEP),
    SamplerChoice(Sampler("TCD"), FEW_STEP),
)


def find_plan(sampler: str, schedule: str) -> Plan:
    """The plan behind names as clients send them: `DPM++ 2M Karras` is the sampler with the schedule in its name.

    No sampler name means the first one, no schedule name the automatic one. Raises SamplerNotFoundError.
    """
    asked = " ".join(sampler.lower().split())
    choice, from_name = (SAMPLERS[0], None) if not asked else _split_name(asked)
    if choice is None:
        raise SamplerNotFoundError(asked=sampler[:100], known=", ".join(each.name for each in SAMPLERS))
    wanted = _find_schedule(schedule or AUTOMATIC)
    if wanted is None:
        raise SamplerNotFoundError(asked=schedule[:100], known=", ".join(each.label for each in SCHEDULES))
    if wanted == AUTOMATIC:
        wanted = from_name or choice.automatic
    return Plan(choice, wanted)


def _split_name(asked: str) -> tuple[SamplerChoice | None, str | None]:
    plain = _find_sampler(asked)
    if plain is not None:
        return plain, None
    for schedule in SCHEDULES:
        if asked.endswith(f" {schedule.label.lower()}"):
            return _find_sampler(asked.removesuffix(schedule.label.lower()).strip()), schedule.name
    return None, None


def _find_sampler(asked: str) -> SamplerChoice | None:
    return next((choice for choice in SAMPLERS if asked in _list_names(choice.sampler)), None)


def _list_names(sampler: Sampler) -> set[str]:
    return {name.lower() for name in (sampler.name, *sampler.aliases)}


def _find_schedule(asked: str) -> str | None:
    wanted = asked.strip().lower()
    return next((item.name for item in SCHEDULES if wanted in (item.name, item.label.lower())), None)
