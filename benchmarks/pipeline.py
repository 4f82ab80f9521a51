"""From "finish" to the family's page, without generation and speech: what the pipeline itself costs."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import requests

from benchmarks.handover import make_session, put_capture, vary
from benchmarks.report import quantile, write_result
from benchmarks.stills import make_still
from boothkit.ids import new_id
from scripts.onebox.family_page import FamilyPage
from scripts.onebox.running import RunningBox

LOOK_EVERY_S = 0.005


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="visits measured")
    arguments = parser.parse_args()
    still = make_still()
    with tempfile.TemporaryDirectory() as folder, RunningBox(Path(folder, "box")) as box:
        demonstration = box.enrolment.get_demonstration()
        page = FamilyPage(demonstration.invitation_url, demonstration.pin)
        page.open()
        session = make_session(box)
        for number in range(3):
            measure_visit(box, session, page, vary(still, -1 - number))
        rounds = [measure_visit(box, session, page, vary(still, number)) for number in range(arguments.count)]
    rows = [
        {"what": what, "p50 ms": quantile(values, 0.5), "p95 ms": quantile(values, 0.95)}
        for what, values in zip(
            ("finish answered", "finish sent to on the page"), zip(*rounds, strict=True), strict=True
        )
    ]
    notes = [
        f"{arguments.count} visits: an original of 3 MB and a letter, no voice.",
        f"The page is asked every {LOOK_EVERY_S * 1e3:.0f} ms.",
        "Goal: p95 of at most 400 ms.",
    ]
    print(write_result("pipeline", "Finish to family page", rows, notes=notes).read_text())


def measure_visit(box: RunningBox, session: requests.Session, page: FamilyPage, image: bytes) -> tuple[float, float]:
    """Milliseconds until finish is answered and until the memory is on the page."""
    visit_id = new_id()
    put_capture(box, session, visit_id, image)
    started = time.perf_counter()
    answer = session.post(f"{box.booth_url}/api/v1/visits/{visit_id}/finish", json=FINISH, timeout=30)
    answer.raise_for_status()
    answered = time.perf_counter()
    while visit_id not in page.list_memory_ids():
        if time.perf_counter() - answered > 30:
            raise TimeoutError(f"visit {visit_id} did not reach the page")
        time.sleep(LOOK_EVERY_S)
    return (answered - started) * 1e3, (time.perf_counter() - started) * 1e3


FINISH = {
    "letter": "고마웠습니다. 늘 생각하겠습니다.",
    "sender_name": "측정",
    "relation": "친구",
    "language": "ko",
    "voice": "none",
    "chosen": "original",
    "consents": {"family_page": True, "ai_restyle": False, "voice": False, "online_voice": False, "keep_until": None},
}


if __name__ == "__main__":
    main()
