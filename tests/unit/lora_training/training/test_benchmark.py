"""The benchmark of the training runs in its tiny form, and its two loops learn the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.training import GOAL, OURS, PLAIN, Track, find_loss_gap, is_same_training, main


def test_both_loops_learn_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--tiny", "--rounds", "1", "--steps", "2", "--batch", "2", "--to", str(tmp_path)]
    assert main(words) == 0
    rows = json.loads((tmp_path / "training.json").read_text())["rows"]
    assert [row["loop"] for row in rows] == [OURS, PLAIN]
    assert (rows[0]["goal"], rows[1]["x plain"]) == (GOAL, 1.0)
    assert all(row["images/s"] > 0 for row in rows)
    assert float(rows[0]["mean loss"]) == pytest.approx(float(rows[1]["mean loss"]), rel=1e-3)
    assert "Largest difference of the two losses" in capsys.readouterr().out


def test_loops_that_learn_differently_are_not_compared() -> None:
    tracks = {name: Track(lambda: 0.0, losses=losses) for name, losses in ((OURS, [1.0, 1.1]), (PLAIN, [1.0, 1.0]))}
    assert find_loss_gap(tracks) == pytest.approx(0.1)
    assert not is_same_training(tracks)
