"""Following the automatic visitor by the kiosk's lines and report."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.onebox.visit import Step, VisitFailedError, VisitLateError, VisitReport, VisitWatch, parse_step

REPORT: dict[str, Any] = {
    "visit_id": "0192",
    "receipt_code": "K7F2-9QXM-4T",
    "memorial_id": "m",
    "style_id": "ink_wash",
    "engine": "painter",
    "language": "ko",
    "photo_sha256": "ab",
    "steps": [{"step": "capture", "seconds": 1.25}],
    "result": "ok",
    "reason": "",
}


@pytest.fixture
def report_file(tmp_path: Path) -> Path:
    return tmp_path / "visit.json"


@pytest.mark.parametrize(
    "line",
    ["", "plain words", "{broken", "[1]", '{"event": "Capture saved.", "action": "capture.saved"}', '{"step": "x"}'],
)
def test_lines_that_are_no_step_are_passed_over(line: str) -> None:
    assert parse_step(line) is None


def test_steps_are_told_as_they_come(report_file: Path) -> None:
    told: list[Step] = []
    watch = VisitWatch(report_file, told.append)
    watch.on_line('{"step": "language", "seconds": 0.4}')
    watch.on_line("a log line")
    watch.on_line('{"step": "capture", "seconds": 1.25, "more": 1}')
    assert told == [Step("language", 0.4), Step("capture", 1.25)]


def test_the_report_ends_the_visit(report_file: Path) -> None:
    async def main() -> VisitReport:
        watch = VisitWatch(report_file, lambda step: None)
        asyncio.get_running_loop().call_later(0.05, report_file.write_text, json.dumps(REPORT))
        return await watch.until_reported()

    report = asyncio.run(main())
    assert report.receipt_code == "K7F2-9QXM-4T"
    assert report.steps == (Step("capture", 1.25),)


def test_a_report_of_an_earlier_visit_is_not_taken(report_file: Path) -> None:
    report_file.write_text(json.dumps(REPORT))
    watch = VisitWatch(report_file, lambda step: None, late_after_s=0.1)
    with pytest.raises(VisitLateError):
        asyncio.run(watch.until_reported())


def test_a_failed_visit_names_its_last_step_and_the_reason(report_file: Path) -> None:
    watch = VisitWatch(report_file, lambda step: None)
    watch.on_line('{"step": "style", "seconds": 0.4}')
    report_file.write_text(json.dumps(REPORT | {"result": "failed", "reason": "no camera"}))
    with pytest.raises(VisitFailedError) as caught:
        asyncio.run(watch.until_reported())
    assert (caught.value.step, caught.value.reason) == ("style", "no camera")


def test_a_kiosk_that_ends_without_a_report_has_failed(report_file: Path) -> None:
    watch = VisitWatch(report_file, lambda step: None)
    watch.on_line('{"step": "saving", "seconds": 0.4}')
    watch.on_kiosk_ended()
    with pytest.raises(VisitFailedError) as caught:
        asyncio.run(watch.until_reported())
    assert caught.value.step == "saving"


def test_a_visit_without_progress_is_late_and_steps_postpone_that(report_file: Path) -> None:
    async def main() -> float:
        watch = VisitWatch(report_file, lambda step: None, late_after_s=0.3)
        loop = asyncio.get_running_loop()
        started_at = loop.time()
        loop.call_later(0.2, watch.on_line, '{"step": "letter", "seconds": 0.2}')
        with pytest.raises(VisitLateError) as caught:
            await watch.until_reported()
        assert caught.value.step == "letter"
        return loop.time() - started_at

    assert asyncio.run(main()) >= 0.5
