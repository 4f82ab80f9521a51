"""Which checkpoint and weight are suggested, and the file that says so."""

from __future__ import annotations

import json
from dataclasses import replace

from lora_training.evaluation.cells import Cell, judge

BASE = Cell(step=0, weight=0.0, validation_loss=0.2, distance_to_style=1.0, distance_to_base=0.0, likeness=0.8)
GOOD = Cell(step=200, weight=0.8, validation_loss=0.1, distance_to_style=0.3, distance_to_base=0.8, likeness=0.75)


def test_the_nearest_to_the_style_is_suggested() -> None:
    further = replace(GOOD, step=100, distance_to_style=0.5)
    result = judge(BASE, [further, GOOD])
    assert (result.suggested, result.reason) == (GOOD, "nearest")


def test_a_checkpoint_that_has_overlearnt_is_left_out() -> None:
    overlearnt = replace(GOOD, step=900, validation_loss=0.1051, distance_to_style=0.1)
    assert judge(BASE, [GOOD, overlearnt]).suggested == GOOD
    just_sound = replace(overlearnt, validation_loss=0.105)
    assert judge(BASE, [GOOD, just_sound]).suggested == just_sound


def test_a_cell_that_loses_the_face_is_left_out() -> None:
    lost = replace(GOOD, weight=1.0, distance_to_style=0.1, likeness=0.63)
    assert judge(BASE, [GOOD, lost]).suggested == GOOD
    just_kept = replace(lost, likeness=0.65)
    assert judge(BASE, [GOOD, just_kept]).suggested == just_kept


def test_of_equals_the_smaller_weight_and_then_the_earlier_step() -> None:
    stronger = replace(GOOD, weight=1.0, distance_to_style=0.29)
    later = replace(GOOD, step=300, distance_to_style=0.285)
    assert judge(BASE, [later, stronger, GOOD]).suggested == GOOD


def test_when_no_cell_keeps_the_shapes_the_one_that_keeps_most_and_a_word_why() -> None:
    bad, worse = replace(GOOD, likeness=0.2), replace(GOOD, weight=1.0, likeness=0.1, distance_to_style=0.0)
    result = judge(BASE, [worse, bad])
    assert (result.suggested, result.reason) == (bad, "keeps_shapes")


def test_when_nothing_came_nearer_it_is_said() -> None:
    result = judge(BASE, [replace(GOOD, distance_to_style=0.99)])
    assert result.reason == "no_nearer"
    korean, english = result.describe(is_weightless=False)
    assert "200단계, 가중치 0.8." in korean
    assert english.startswith("Suggested: step 200, weight 0.8. Not nearer")
    assert result.describe(is_weightless=True)[1].startswith("Suggested: strength 0.8.")


def test_without_held_out_pictures_the_loss_plays_no_part() -> None:
    cells = [replace(GOOD, validation_loss=None), replace(GOOD, validation_loss=None, distance_to_style=0.1)]
    assert judge(replace(BASE, validation_loss=None), cells).suggested == cells[1]


def test_the_numbers_as_a_file() -> None:
    record = json.loads(judge(BASE, [GOOD]).pack(style_id="ink"))
    assert record["suggested"] == {"step": 200, "weight": 0.8}
    assert record["style_id"] == "ink"
    assert record["base"]["distance_to_style"] == 1.0
    assert record["checkpoints"] == [
        {
            "step": 200,
            "weight": 0.8,
            "validation_loss": 0.1,
            "distance_to_style": 0.3,
            "distance_to_base": 0.8,
            "likeness": 0.75,
        }
    ]
