"""Three trainings and their controls, and how far each moves what the model draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.learning_proof.base_model import Effort, Say
from benchmarks.learning_proof.outputs import Drawer
from benchmarks.learning_proof.pictures import Look, Picture, Subject, draw_subject, paint
from benchmarks.learning_proof.training import TRIGGER, learn, make_config, write_set
from lora_training.evaluation.counting import describe_look
from lora_training.evaluation.features import Road, StyleEye, lay_road
from lora_training.model.base_model import load_vae, open_base
from lora_training.sampling import decode_latents, encode_photo

HELD_OUT_SEED = 90_000


@dataclass(frozen=True)
class Plan:
    """How the base is made, pictures in a set, trainings' steps, learning rate and rank, and held-out seeds.

    `has_control`: more of the base's own look is trained on too.
    """

    effort: Effort
    pictures: int
    steps: int
    learning_rate: float
    rank: int
    seeds: int
    has_control: bool = True

    @property
    def looks(self) -> dict[str, Look]:
        """What is trained on, by the name of the training."""
        control: dict[str, Look] = {"base_again": "gouache"} if self.has_control else {}
        return {"style": "hatching", **control}


LONG = Plan(Effort(500, 1800, 16), pictures=64, steps=600, learning_rate=5e-3, rank=8, seeds=48)
SHORT = Plan(Effort(100, 180, 16), pictures=32, steps=280, learning_rate=8e-3, rank=8, seeds=16, has_control=False)


@dataclass(frozen=True)
class Moved:
    """How far outputs moved on the road from base to style, by two measures, and how far from the style they are."""

    by_statistics: float
    by_encoder: float
    left_by_statistics: float
    left_by_encoder: float


@dataclass(frozen=True)
class Proof:
    """`moved` and `outputs` by the name of what was done; `unlike` counts pictures that weight 0 changed."""

    plan: Plan
    moved: dict[str, Moved]
    outputs: dict[str, list[Picture]]
    unlike: int


def prove(base: Path, plan: Plan, folder: Path, say: Say) -> Proof:
    """Train on the held-out look and on the base look, and draw held-out subjects from held-out seeds with each."""
    adapters = {}
    for name, look in plan.looks.items():
        subjects = _draw_subjects(plan.pictures, 500)
        captions = [subject.describe() for subject in subjects]
        if look == "gouache":
            np.random.default_rng(3).shuffle(captions)
        pictures = write_set(folder / name / "set", name, _paint_all(subjects, look), captions)
        say(f"training on {name}")
        config = make_config(plan.steps, plan.learning_rate, plan.rank)
        adapters[name] = learn(base, pictures, config, folder / name / "run")
    say("drawing")
    return _judge(base, plan, adapters)


def _judge(base: Path, plan: Plan, adapters: dict[str, Path]) -> Proof:
    subjects = _draw_subjects(plan.seeds, HELD_OUT_SEED)
    prompts = [f"{TRIGGER}, {subject.describe()}" for subject in subjects]
    drawer = Drawer(base)
    outputs = {"base": drawer.draw(prompts, first_seed=HELD_OUT_SEED)}
    untouched = drawer.draw(prompts, first_seed=HELD_OUT_SEED, adapter=adapters["style"], weight=0.0)
    for name, adapter in adapters.items():
        outputs[name] = drawer.draw(prompts, first_seed=HELD_OUT_SEED, adapter=adapter)
    outputs["half"] = drawer.draw(prompts, first_seed=HELD_OUT_SEED, adapter=adapters["style"], weight=0.5)
    known, truth = (show_again(base, _paint_all(subjects, look)) for look in ("gouache", "hatching"))
    moved = _measure(base, outputs, truth)
    pairs = zip(outputs["base"], untouched, strict=True)
    unlike = sum(not np.array_equal(one, other) for one, other in pairs)
    return Proof(plan, moved, outputs | {"style itself": truth, "base itself": known}, unlike)


def show_again(base: Path, pictures: list[Picture]) -> list[Picture]:
    """Pictures as the base's frozen autoencoder shows them: the best that any output of the model can be."""
    vae, device = load_vae(open_base(base)), torch.device("cpu")
    return [decode_latents(vae, encode_photo(vae, picture, device), device) for picture in pictures]


def _measure(base: Path, outputs: dict[str, list[Picture]], truth: list[Picture]) -> dict[str, Moved]:
    opened = open_base(base)
    eye = StyleEye(load_vae(opened), torch.device("cpu"))
    counted = {name: describe_look(pictures) for name, pictures in outputs.items()}
    seen = {name: eye.look_at_all(pictures) for name, pictures in outputs.items()}
    first: Road = lay_road(counted["base"], describe_look(truth))
    second: Road = lay_road(seen["base"], eye.look_at_all(truth))
    return {
        name: Moved(
            first.measure_progress(counted[name]),
            second.measure_progress(seen[name]),
            first.measure_to_style(counted[name]),
            second.measure_to_style(seen[name]),
        )
        for name in outputs
    }


def _draw_subjects(count: int, seed: int) -> list[Subject]:
    chance = np.random.default_rng(seed)
    return [draw_subject(chance) for _ in range(count)]


def _paint_all(subjects: list[Subject], look: Look) -> list[Picture]:
    return [paint(subject, look) for subject in subjects]
