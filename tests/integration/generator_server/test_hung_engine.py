"""A job that hangs costs its process, not the booth: what waits is refused at once, and the process ends by itself."""

from __future__ import annotations

import threading
from pathlib import Path

import requests

from boothkit.waiting import wait_until
from generator_server.runner import HUNG_EXIT_CODE
from tests.integration.generator_server.server import make_body, running_generator

PROGRAM = ("tests.integration.generator_server.hanging_program",)


def test_a_hung_worker_is_recycled_with_its_process(tmp_path: Path) -> None:
    answers: dict[str, requests.Response] = {}
    with running_generator(tmp_path, "[generator.queue]\ndeadline_s = 4.0\n", program=PROGRAM) as running:
        wait_until(
            lambda: running.get("/health/ready").json()["status"] == "ready", within_s=120, what="the warm painter"
        )

        def ask(name: str) -> None:
            answers[name] = running.post("/sdapi/v1/img2img", make_body(force_task_id=name))

        threads = [threading.Thread(target=ask, args=(name,)) for name in ("hangs", "waits")]
        threads[0].start()
        wait_until(lambda: "hangs" in answers, within_s=40, what="the answer of the job that hangs")
        assert (answers["hangs"].status_code, answers["hangs"].json()["error"]) == (504, "generation_timeout")
        threads[1].start()
        code = running.process.wait(30)
        for thread in threads:
            thread.join(10)
    assert code == HUNG_EXIT_CODE
    assert (answers["waits"].status_code, answers["waits"].json()["error"]) == (503, "engine_unavailable")
    assert int(answers["waits"].headers["Retry-After"]) > 0
    assert "A generation does not end" in (tmp_path / "generator.log").read_text()
