"""Samplers and schedules by their web-UI names. No torch here: names are listed before any model is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from generator_server.diffusion.failures import SamplerNotFoundError
from generator_server.engines.protocol import Sampler, Schedule

AUTOMATIC = "automatic"


@dataclass(frozen=True)
class SamplerChoice:
    """One sampler. `automatic` is its own schedule; `evaluations` counts UNet calls per step (the last takes one).

    `skips_next_to_last`: it runs badly at the second smallest noise level, so that one is left out.
    """

    sampler: Sampler
    automatic: str = "uniform"
    evaluations: int = 1
    skips_next_to_last: bool = False

    @property
    def name(self) -> str:
        return self.sampler.name


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
    SamplerChoice(Sampler("DPM++ SDE", ("k_dpmpp_sde",)), "karras", evaluations=2),
    SamplerChoice(Sampler("DPM++ 2M SDE", ("k_dpmpp_2m_sde",)), "exponential"),
    SamplerChoice(Sampler("DPM++ 2M SDE Heun", ("k_dpmpp_2m_sde_heun",)), "exponential"),
    SamplerChoice(Sampler("DPM++ 2S a", ("k_dpmpp_2s_a",)), "karras", evaluations=2),
    SamplerChoice(
        Sampler("Euler a", ("k_euler_a", "k_euler_ancestral")),
    ),
    SamplerChoice(Sampler("Euler", ("k_euler",))),
    SamplerChoice(Sampler("LMS", ("k_lms",))),
    SamplerChoice(Sampler("Heun", ("k_heun",)), evaluations=2),
    SamplerChoice(Sampler("DPM2", ("k_dpm_2",)), "karras", evaluations=2, skips_next_to_last=True),
    SamplerChoice(Sampler("DPM2 a", ("k_dpm_2_a",)), "karras", evaluations=2, skips_next_to_last=True),
    SamplerChoice(Sampler("DEIS", ("k_deis",))),
    SamplerChoice(Sampler("DDIM"), DDIM_OWN),
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
