"""The proof that a training learns, in its short form; the long form is `python -m benchmarks.learning`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmarks.learning_proof.base_model import make_base
from benchmarks.learning_proof.pictures import draw_subject, paint
from benchmarks.learning_proof.proof import SHORT, Proof, prove


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """A model of this size gains nothing from more threads, and the sums come out the same everywhere."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory, is_long: bool) -> Proof:
    """A base model from nothing, a training on a look that it never saw, and in the long form one on its own."""
    folder = tmp_path_factory.mktemp("learning")
    said: list[str] = []
    plan = replace(SHORT, has_control=is_long)
    return prove(make_base(folder / "base", plan.effort, said.append), plan, folder, said.append)


@pytest.mark.timeout(900)
def test_an_adapter_moves_the_outputs_most_of_the_way_to_a_look_the_model_never_saw(proof: Proof) -> None:
    """By the measure of `style evaluate`; what is counted without a model needs the time of the long form."""
    moved = proof.moved["style"]
    assert moved.by_encoder >= 0.8
    assert moved.by_statistics >= 0.65
    assert moved.left_by_encoder <= 0.3


def test_at_weight_zero_it_changes_nothing_to_the_bit(proof: Proof) -> None:
    assert proof.unlike == 0
    assert not np.array_equal(proof.outputs["style"][0], proof.outputs["base"][0])


def test_half_the_weight_moves_less(proof: Proof) -> None:
    assert 0 < proof.moved["half"].by_statistics < proof.moved["style"].by_statistics


@pytest.mark.long
def test_more_of_the_base_look_moves_nothing_towards_the_other(proof: Proof) -> None:
    """After so short a schooling the base still gets a little better at its own look: that leads away, if anywhere."""
    moved = proof.moved["base_again"]
    assert -0.15 < moved.by_statistics < 0.05
    assert -0.15 < moved.by_encoder < 0.05


def test_the_two_looks_have_the_same_shapes_and_other_colours() -> None:
    subject = draw_subject(np.random.default_rng(5))
    known, held_out = paint(subject, "gouache").astype(int), paint(subject, "hatching").astype(int)
    warmth = [(picture[..., 0] - picture[..., 2]).mean() for picture in (known, held_out)]
    assert warmth[1] > warmth[0] + 40
    darkness = [picture.mean(axis=2).ravel() for picture in (known, held_out)]
    assert np.corrcoef(*darkness)[0, 1] > 0.5
