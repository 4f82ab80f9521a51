"""The main job from start to table, with small programs in the place of the real ones."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from boothkit.waiting import wait_until
from scripts.onebox import box as box_module
from scripts.onebox.box import MainJob
from scripts.onebox.enrolment import Enrolment
from scripts.onebox.errors import ONBOX_ERRORS, explain
from scripts.onebox.folders import Folders, make_folders
from scripts.onebox.options import parse_options
from scripts.onebox.programs import Box, build_environ, build_programs
from scripts.onebox.running import find_free_base_port
from scripts.onebox.screen import Screen
from scripts.onebox.site import prepare_site
from scripts.onebox.visit import VisitWatch
from scripts.onebox.words import Words

FAKE_BOOTH = (sys.executable, "-S", str(Path(__file__).with_name("fake_booth.py")))


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path)


def make_box(folders: Folders, *words: str, visit: str = "ok", display: str = "") -> tuple[Box, Enrolment]:
    options = parse_options(["--var", str(folders.var), "--lang", "en", *words], {"DISPLAY": display})
    ports = prepare_site(folders, base_port=None if folders.site_file.exists() else find_free_base_port())
    environ = {**build_environ(folders), "FAKE_VISIT": visit}
    box = Box(folders, ports, options, environ, FAKE_BOOTH)
    return box, Enrolment(folders, ports.public_url, environ, FAKE_BOOTH)


def run(folders: Folders, *words: str, visit: str = "ok", display: str = "") -> int | str:
    """Exit code of the main job, or the sentence that explains its failure."""
    box, enrolment = make_box(folders, *words, visit=visit, display=display)
    with folders.log_file.open("w") as log:
        job = MainJob(box, enrolment, Screen(Words("en"), log, is_verbose=False))
        try:
            return asyncio.run(job.run())
        except ONBOX_ERRORS as error:
            return explain(error, Words("en"), folders)


def read_calls(folders: Folders) -> list[str]:
    return [line for line in (folders.var / "calls").read_text().splitlines() if not line.startswith("GET")]


def test_one_visit_ends_with_the_table(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folders, "--once") == 0
    shown = capsys.readouterr().out
    ready = {line.split()[0] for line in shown.splitlines() if " ready (" in line}
    assert ready == {"nginx", "memorial", "generator", "bridge", "kiosk"}
    assert ["language", "0.1", "s"] in [line.split() for line in shown.splitlines()]
    rows = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in shown.splitlines() if line.startswith("  ")]
    table = {row[0]: row[-1] for row in rows}
    assert table["receipt code"] == "K7F2-9QXM-4T"
    assert (table["style"], table["engine"]) == ("ink_wash", "painter")
    assert table["family page"].endswith("/m/m1")
    assert table["how to open it"].endswith("/i/token in a browser and enter the PIN 1234")
    assert Path(table["original file"]).read_bytes() == b"photograph"
    assert table["original unchanged"].startswith("yes")


def test_a_first_start_enrols_in_order_and_a_second_start_runs_no_command(folders: Folders) -> None:
    assert run(folders, "--once") == 0
    commands = [call for call in read_calls(folders) if not call.endswith("serve")]
    assert sorted(commands[:2]) == ["generator warm-up", "memorial seed-demo"]
    assert commands[2:-1] == [
        "memorial enrolment-code --hall Demo",
        "bridge enrol --code ABCD-EFGH",
        "bridge enrolment-code --role kiosk",
        "kiosk enrol --code ABCD-EFGH",
    ]
    (folders.var / "calls").unlink()
    assert run(folders, "--once") == 0
    assert sorted(call.split()[1] for call in read_calls(folders)) == ["run", *["serve"] * 4]


def test_a_deleted_data_folder_is_set_up_again_with_all_that_depends_on_it(folders: Folders) -> None:
    run(folders, "--once")
    (folders.data_of("memorial") / "onebox.json").unlink()
    _, enrolment = make_box(folders)
    assert (enrolment.is_seeded, enrolment.is_bridge_enrolled, enrolment.is_kiosk_enrolled) == (False, False, True)


def test_the_invitation_follows_the_site_to_another_port(folders: Folders) -> None:
    run(folders, "--once")
    base = find_free_base_port()
    ports = prepare_site(folders, base_port=base)
    enrolment = Enrolment(folders, ports.public_url, {}, FAKE_BOOTH)
    assert enrolment.get_demonstration().invitation_url == f"http://127.0.0.1:{base + 80}/i/token"


@pytest.mark.parametrize(
    ("visit", "reason"),
    [
        ("failed", "the visit ended at the step 'photograph': no camera"),
        ("crash", "kiosk: ended with exit code 3 before it was ready"),
        ("lost", "the visit ended at the step 'language': the kiosk ended without a report"),
        ("silent", "the visit made no progress for 2 s after the step 'language'"),
        ("undelivered", "the memory was not on the family page within 2 s"),
        ("other_original", "the original on the family page is not the photograph taken"),
    ],
)
def test_a_visit_that_does_not_reach_the_page_says_where_it_ended(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, visit: str, reason: str
) -> None:
    monkeypatch.setattr(box_module, "ON_PAGE_WITHIN_S", 2.0)
    monkeypatch.setattr(VisitWatch.__init__, "__defaults__", (2.0,))
    assert reason in str(run(folders, "--once", visit=visit))


def test_a_program_that_does_not_start_is_named(folders: Folders) -> None:
    box, enrolment = make_box(folders)
    broken = Box(box.folders, box.ports, box.options, box.environ, (sys.executable, "-c", "print('no'); exit(2)"))
    with folders.log_file.open("w") as log, pytest.raises(ONBOX_ERRORS) as caught:
        asyncio.run(MainJob(broken, enrolment, Screen(Words("en"), log, is_verbose=False)).run())
    assert "ended with exit code 2" in explain(caught.value, Words("en"), folders)  # type: ignore[arg-type]


def do_when(file: Path, text: str, action: Callable[[], None]) -> threading.Thread:
    """Do something as soon as the file has the text."""

    def wait_and_do() -> None:
        wait_until(lambda: file.exists() and text in file.read_text(), within_s=60, what=text)
        action()

    thread = threading.Thread(target=wait_and_do)
    thread.start()
    return thread


def interrupt_when(folders: Folders, text: str) -> threading.Thread:
    """Ctrl-C a moment after the log has the text."""

    def interrupt() -> None:
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    return do_when(folders.log_file, text, interrupt)


@pytest.mark.parametrize(
    ("visit", "code", "sentence"),
    [
        ("ok", 0, "The memory is on the family page."),
        ("failed", 1, "Failed: the visit ended at the step 'photograph': no camera"),
    ],
)
def test_everything_stays_up_until_it_is_interrupted(
    folders: Folders, capsys: pytest.CaptureFixture[str], visit: str, code: int, sentence: str
) -> None:
    thread = interrupt_when(folders, "capture")
    assert run(folders, visit=visit) == code
    thread.join()
    shown = capsys.readouterr().out
    assert sentence in shown
    assert "Everything stays up. Press Ctrl-C to end it." in shown
    assert f"memorial-booth style studio --config {folders.site_file}" in shown


def test_an_interruption_during_the_visit_is_no_success(folders: Folders) -> None:
    thread = interrupt_when(folders, "language")
    assert run(folders, visit="silent") == 130
    thread.join()


def test_a_person_is_told_the_code_and_of_each_memory_that_arrives(
    folders: Folders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_module, "LOOK_FOR_PEOPLE_EVERY_S", 0.1)
    thread = do_when(folders.var / "calls", "GET /m/m1\nGET /m/m1\n", (folders.var / "delivered").touch)
    assert run(folders, "--once", visit="silent", display=":0") == 0
    thread.join()
    shown = capsys.readouterr().out
    assert "Code of the memorial: AB12" in shown
    assert "A new memory is on the family page: http://127.0.0.1" in shown


def test_a_window_opens_only_where_there_is_a_display(folders: Folders) -> None:
    for display, platform in ((":0", None), ("", f"offscreen:configfile={folders.run}/screen.json")):
        box, enrolment = make_box(folders, display=display)
        kiosk = build_programs(box, enrolment)[-1]
        assert kiosk.environ.get("QT_QPA_PLATFORM") == platform
        assert ("--auto-visitor" in kiosk.command) == (platform is not None)


def test_wishes_reach_the_automatic_visitor(folders: Folders) -> None:
    box, enrolment = make_box(folders, "--once", "--photo", "/a.jpg", "--letter", "", "--style", "ink_wash")
    words = build_programs(box, enrolment)[-1].command
    text = " ".join(words)
    assert "--auto-visitor --once --language en" in text
    assert text.endswith("--photo /a.jpg --letter  --style ink_wash")
