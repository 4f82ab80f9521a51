"""What pages read of a run, of a comparison, and of what generators hold."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lora_training.evaluation.cells import REASONS
from lora_training.run_record import RunRecord
from lora_training.studio.web.durations import describe_duration
from lora_training.studio.web.styles import make_id
from lora_training.studio.work.base_models import list_models
from lora_training.studio.work.curve import HEIGHT, WIDTH, draw_curve, list_round_numbers
from lora_training.studio.work.evaluation_view import EvaluationView, find_evaluation
from lora_training.studio.work.projects import ProjectFolder
from lora_training.studio.work.revisions import Revision, list_generators, revisions_file
from lora_training.studio.work.run_view import find_reached_step, thin_out, view_run

EVENTS = [
    {"event": "step", "step": 1, "loss": 0.5, "left_s": 9.0},
    {"event": "step", "step": 2, "loss": 0.25, "left_s": 8.0},
    {"event": "measured", "step": 2, "loss": 0.4},
    {"event": "step", "step": 3, "loss": 0.3, "left_s": 7.0},
    {"event": "measured", "step": 3, "loss": 0.35},
]


def write_events(folder: Path, tail: str = "") -> None:
    text = "".join(f"{json.dumps(event)}\n" for event in EVENTS)
    (folder / "progress.jsonl").write_text(text + tail)


def test_an_empty_folder_is_a_run_that_has_not_begun(tmp_path: Path) -> None:
    run = view_run(tmp_path / "none")
    assert (run.step, run.has_begun, run.has_result, run.best, run.samples) == (0, False, False, None, ())


@pytest.mark.parametrize("tail", ["", '{"event": "step", "st', "[1]\n", '{"step": "x"}\n', "null\n", "\x00\xff\n"])
def test_a_half_written_line_is_passed_over(tmp_path: Path, tail: str) -> None:
    write_events(tmp_path, tail)
    run = view_run(tmp_path)
    assert run.losses == ((1, 0.5), (2, 0.25), (3, 0.3))
    assert (run.step, run.left_s, run.best) == (3, 7.0, (3, 0.35))
    assert find_reached_step(tmp_path) == 3


def test_a_run_has_a_result_when_its_record_says_so(tmp_path: Path) -> None:
    record = RunRecord(kind="lora", style_id="a", trigger="a", base="b", dataset="c", state="running", steps=0)
    record.save(tmp_path)
    assert not view_run(tmp_path).has_result
    record.model_copy(update={"state": "overtrained"}).save(tmp_path)
    assert view_run(tmp_path).has_result


def test_samples_are_listed_latest_first_and_strange_files_are_not(tmp_path: Path) -> None:
    for step in ("step-000000", "step-000100"):
        (tmp_path / "samples" / step).mkdir(parents=True)
        (tmp_path / "samples" / step / "face.png").touch()
    (tmp_path / "samples" / "step-000100" / ".draft.tmp").touch()
    (tmp_path / "samples" / "elsewhere").mkdir()
    samples = view_run(tmp_path).samples
    assert [(one.step, one.names) for one in samples] == [(100, ("face.png",)), (0, ("face.png",))]


def test_a_long_curve_is_thinned_to_means() -> None:
    thin = thin_out([(step, float(step % 2)) for step in range(1, 1001)], 100)
    assert len(thin) == 100
    assert thin[-1] == (1000, 0.5)


def test_the_curve_stays_in_its_drawing(tmp_path: Path) -> None:
    write_events(tmp_path)
    curve = draw_curve(view_run(tmp_path), 10)
    assert curve is not None
    points = [tuple(map(float, point.split(","))) for point in curve.losses.split()]
    assert len(points) == 3
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in [*points, *curve.dots])
    assert points[0][1] < points[1][1], "a smaller loss stands lower"
    assert [mark.words for mark in curve.steps] == ["0", "5", "10"]


def test_one_point_is_no_curve(tmp_path: Path) -> None:
    (tmp_path / "progress.jsonl").write_text(json.dumps(EVENTS[0]))
    assert draw_curve(view_run(tmp_path), 10) is None


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [(0.327, 1.08, [0.4, 0.6, 0.8, 1.0]), (0.101, 0.111, [0.102, 0.104, 0.106, 0.108, 0.11])],
)
def test_lines_stand_at_round_numbers(low: float, high: float, numbers: list[float]) -> None:
    assert list_round_numbers(low, high) == pytest.approx(numbers)


def test_a_comparison_is_read_with_what_later_versions_add(tmp_path: Path) -> None:
    assert find_evaluation(tmp_path) is None
    (tmp_path / "evaluation").mkdir()
    file = tmp_path / "evaluation" / "evaluation.json"
    file.write_text("{")
    assert find_evaluation(tmp_path) is None
    row = {"step": 100, "weight": 0.8, "likeness": 0.9, "validation_loss": None, "novelty": 1}
    file.write_text(json.dumps({"suggested": {"step": 100, "weight": 0.8}, "checkpoints": [row, {**row, "step": 50}]}))
    found = find_evaluation(tmp_path)
    assert found is not None
    assert [found.is_suggested(candidate) for candidate in found.checkpoints] == [True, False]


@pytest.mark.parametrize("reason", REASONS)
def test_only_a_result_that_is_nearer_and_keeps_the_pose_is_praised(reason: str) -> None:
    assert EvaluationView(reason=reason).is_good is (reason == "nearest")


def test_the_time_of_a_revision_is_that_of_the_clock_on_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        published_at = datetime(2026, 11, 21, 16, 47, 54, tzinfo=UTC)
        assert Revision(revision=1, published_at=published_at).published_here == "2026-11-22 01:47"
        assert Revision(revision=1).published_here == ""
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_generators_hold_is_read(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    held = {"generator": "http://a", "style_id": "x", "current": None, "revisions": [{"revision": 1, "sha256": "0"}]}
    revisions_file(folder, 0).write_text(json.dumps(held))
    revisions_file(folder, 1).write_text("no JSON")
    assert [(one.generator, one.current, one.revisions[0].revision) for one in list_generators(folder)] == [
        ("http://a", None, 1)
    ]


def test_models_are_folders_in_the_known_layout(tmp_path: Path) -> None:
    for name, pipeline in (("b_xl", "StableDiffusionXLPipeline"), ("a", "StableDiffusionPipeline")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model_index.json").write_text(json.dumps({"_class_name": pipeline}))
    (tmp_path / "other").mkdir()
    assert [(model.name, model.family) for model in list_models(tmp_path)] == [("a", "sd15"), ("b_xl", "sdxl")]
    assert list_models(None) == list_models(tmp_path / "missing") == []


@pytest.mark.parametrize(
    ("seconds", "ko", "en"),
    [
        (20, "1분 안", "less than a minute"),
        (185, "약 3분", "about 3 min"),
        (7200, "약 2시간", "about 2 h"),
        (7900, "약 2시간 10분", "about 2 h 10 min"),
    ],
)
def test_durations_are_words(seconds: float, ko: str, en: str) -> None:
    assert (describe_duration(seconds, "ko"), describe_duration(seconds, "en")) == (ko, en)


@pytest.mark.parametrize(
    ("name", "style_id"),
    [
        ("Soft light", "soft_light"),
        ("Ink wash", "hall_ink_wash"),
        ("  3 Café-Gouaches! ", "cafe_gouaches"),
        ("수묵화", ""),
        ("", ""),
    ],
)
def test_ids_are_made_from_english_names(name: str, style_id: str) -> None:
    assert make_id(name) == style_id
