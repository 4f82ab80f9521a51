"""The small parts of the window, each by itself: facts, fonts, catalogues, singletons, commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from kiosk.errors import NoRoomError
from kiosk.flow.scene import Scene, Sorry, State
from kiosk.flow.visit import Generation, Output, Style, Visit, Words
from kiosk.ui import translations
from kiosk.ui.facts import Facts, build_consents, build_facts
from kiosk.ui.fonts import NoKoreanFontError, choose_fonts, find_fonts
from kiosk.ui.pictures import decode_picture, draw_qr
from kiosk.ui.scenery import paint_scenery
from kiosk.ui.translations import LANGUAGES, TranslationError, compile_catalogue, find_catalogue
from tests.unit.kiosk.contract_bridge import TOKEN, ContractBridge

STYLE = Style("ink_wash", Words("수묵화", "Ink wash"), Words("먹", "Ink"))


def facts_of(scene: Scene, **more: dict[str, str]) -> Facts:
    return build_facts(
        scene,
        hall_name=Words("집", "Hall"),
        answers=more.get("answers", {}),
        sources=more.get("sources", {}),
        countdown_s=5.0,
    )


def test_facts_speak_the_language_of_the_scene() -> None:
    visit = Visit("v", "ko", style=STYLE)
    korean = facts_of(Scene(state=State.STYLE, language="ko", visit=visit, styles=(STYLE,)))
    english = facts_of(Scene(state=State.STYLE, language="en", visit=visit, styles=(STYLE,)))

    assert (korean.hall_name, korean.styles[0]["name"]) == ("집", "수묵화")
    assert (english.hall_name, english.styles[0]["name"]) == ("Hall", "Ink wash")
    assert english.style_id == "ink_wash"


def test_resting_booth_knows_nothing_of_anybody() -> None:
    facts = facts_of(Scene())

    assert (facts.letter, facts.sender_name, facts.relation, facts.receipt_code, facts.memorial_name) == ("",) * 5
    assert not facts.has_memorials


@pytest.mark.parametrize(
    ("generation", "output", "expected"),
    [
        (None, None, "queued"),
        (Generation("running", "painter", 0.5), None, "running"),
        (Generation("done", "painter", 1.0, "o"), None, "running"),
        (Generation("done", "painter", 1.0, "o"), Output("o", "painter", b"png"), "done"),
        (Generation("waiting"), None, "waiting"),
        (Generation("failed"), None, "failed"),
    ],
)
def test_picture_is_done_when_it_can_be_seen(
    generation: Generation | None, output: Output | None, expected: str
) -> None:
    visit = Visit("v", "ko", style=STYLE, generation=generation, output=output)
    facts = facts_of(Scene(state=State.RESULT, visit=visit))

    assert facts.picture_state == expected
    assert facts.has_picture == (expected == "done")


def test_visit_without_a_style_has_no_picture() -> None:
    assert facts_of(Scene(state=State.RESULT, visit=Visit("v", "ko"))).picture_state == "off"


@pytest.mark.parametrize(("engine", "is_ai"), [("painter", False), ("diffusion", True), ("neural_style", True)])
def test_ai_is_named_by_the_engine_that_made_the_picture(engine: str, is_ai: bool) -> None:
    visit = Visit("v", "ko", style=STYLE, output=Output("o", engine, b"png"))

    assert facts_of(Scene(state=State.RESULT, visit=visit)).is_ai_generated is is_ai


def test_countdown_shows_whole_seconds_and_what_is_left() -> None:
    facts = facts_of(Scene(state=State.CAMERA, visit=Visit("v", "ko"), countdown_left_s=2.5))

    assert (facts.is_counting, facts.seconds_left, facts.part_left) == (True, 3, 0.5)
    assert not facts_of(Scene()).is_counting


def test_apology_is_shown_in_the_visitors_language() -> None:
    error = NoRoomError()
    sorry = Sorry(error.reason, Words(error.public_message("ko"), error.public_message("en")), State.SAVING)
    scene = Scene(state=State.SORRY, language="en", visit=Visit("v", "en"), sorry=sorry)

    assert facts_of(scene).sorry_words == error.public_message("en")
    assert facts_of(replace(scene, language="ko")).sorry_words == error.public_message("ko")


def test_consents_become_a_record() -> None:
    answers = {"family_page": "yes", "ai_restyle": "no", "online_voice": "yes", "keep": "no"}
    consents = build_consents(answers, date(2026, 3, 1))

    assert (consents.family_page, consents.ai_restyle, consents.online_voice) == (True, False, True)
    assert consents.keep_until == date(2027, 3, 1)
    assert build_consents({**answers, "keep": "yes"}, date(2026, 3, 1)).keep_until is None


def test_fonts_fall_back_and_are_missed(app: QGuiApplication) -> None:
    assert find_fonts().serif == "NanumMyeongjo"
    assert choose_fonts(["NanumGothic"]).serif == "NanumGothic"
    assert choose_fonts(["Some Korean Font"]).sans == "Some Korean Font"
    with pytest.raises(NoKoreanFontError, match="fonts-nanum"):
        choose_fonts([])


def test_catalogue_is_compiled_when_it_is_missing_or_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "kiosk_ko.ts"
    source.write_bytes(Path(translations.__file__).with_name("i18n").joinpath("kiosk_ko.ts").read_bytes())
    monkeypatch.setattr(translations, "_SOURCES", tmp_path)
    compiled = find_catalogue("ko")
    assert compiled == tmp_path / "kiosk_ko.qm"
    first = compiled.stat().st_mtime_ns

    assert find_catalogue("ko").stat().st_mtime_ns == first
    os.utime(compiled, (0, 0))
    assert find_catalogue("ko").stat().st_mtime_ns != 0


def test_broken_catalogue_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "kiosk_ko.ts"
    source.write_text("no catalogue")

    with pytest.raises(TranslationError):
        compile_catalogue(source, tmp_path / "kiosk_ko.qm")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_complete(language: str) -> None:
    text = (Path(translations.__file__).parent / "i18n" / f"kiosk_{language}.ts").read_text()

    assert "unfinished" not in text
    assert "!" not in "".join(part.split("</translation>")[0] for part in text.split("<translation>")[1:])


def test_pictures_are_decoded_upright_and_no_longer_than_needed() -> None:
    wide = cv2.imencode(".jpg", np.zeros((1500, 3000, 3), np.uint8))[1].tobytes()
    noise = np.random.default_rng(0).integers(0, 255, (40, 30, 3)).astype(np.uint8)
    small = cv2.imencode(".webp", noise)[1].tobytes()

    assert (decode_picture(wide).width(), decode_picture(wide).height()) == (1440, 720)
    assert (decode_picture(small).width(), decode_picture(small).height()) == (30, 40)
    assert decode_picture(b"nothing").isNull()


def test_qr_code_can_be_read() -> None:
    address = "https://memorial.example/r/K7F29QXM4T"
    image = draw_qr(address)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()

    assert cv2.QRCodeDetector().detectAndDecode(pixels)[0] == address


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1280, 800), (3, 3)])
def test_scenery_is_the_same_each_time(app: QGuiApplication, width: int, height: int) -> None:
    image = paint_scenery(width, height)

    assert (image.width(), image.height()) == (width, height)
    assert image == paint_scenery(width, height)


def test_singletons_survive_what_a_day_of_qt_calls_would_do() -> None:
    """PySide6 6.12 ends Python 3.11 with "deallocating None" after some thousand calls; this program makes more."""
    program = (
        "from kiosk.ui.lasting_singletons import keep_singletons_alive\n"
        "from PySide6.QtCore import QCoreApplication, QTimer\n"
        "keep_singletons_alive(); keep_singletons_alive()\n"
        "app = QCoreApplication([]); timer = QTimer()\n"
        "for _ in range(200_000): timer.start(1000)\n"
        "print('alive')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)

    assert (run.returncode, run.stdout) == (0, "alive\n"), run.stderr


# --- commands --------------------------------------------------------------------------------------------------------


def call(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *words],
        capture_output=True,
        text=True,
        timeout=90,
        env={**os.environ, **environ},
    )


def test_help_needs_no_qt() -> None:
    program = (
        "import sys\nfrom kiosk.__main__ import main\n"
        "try:\n    main(['run', '--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'cv2', 'numpy', 'pydantic'))]\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)

    assert run.returncode == 0, run.stderr
    assert "--auto-visitor" in run.stdout


def test_config_names_origins() -> None:
    run = call("config", BOOTH_KIOSK__TIMING__COUNTDOWN_S="3")

    assert run.returncode == 0, run.stderr
    line = next(line for line in run.stdout.splitlines() if line.startswith("timing.countdown_s"))
    assert "BOOTH_KIOSK__TIMING__COUNTDOWN_S" in line


@pytest.mark.parametrize("size", ["large", "1080", "100x100", "1080x"])
def test_wrong_size_is_refused(size: str) -> None:
    run = call("run", "--size", size)

    assert run.returncode == 2
    assert "1080x1920" in run.stderr


def test_enrolment_keeps_the_token_for_its_owner_alone(bridge: ContractBridge, tmp_path: Path) -> None:
    environ = {"BOOTH_KIOSK__BRIDGE__URL": bridge.url, "BOOTH_KIOSK__STORE__DATA_DIR": str(tmp_path)}
    refused = call("enrol", "--code", "AAAA-AAAA", **environ)
    assert refused.returncode == 1
    assert refused.stderr.strip()
    assert not (tmp_path / "token").exists()

    accepted = call("enrol", "--code", bridge.enrolment_code, **environ)
    assert (accepted.returncode, accepted.stdout) == (0, "booth-1\n")
    assert (tmp_path / "token").read_text() == TOKEN
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def test_program_runs_the_automatic_visit_once(bridge: ContractBridge, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    photo = tmp_path / "photo.jpg"
    cv2.imwrite(str(photo), np.full((800, 600, 3), (40, 90, 160), np.uint8))
    environ = {
        "BOOTH_KIOSK__BRIDGE__URL": bridge.url,
        "BOOTH_KIOSK__STORE__DATA_DIR": str(tmp_path),
        "BOOTH_KIOSK__TIMING__COUNTDOWN_S": "1",
    }
    run = call(
        "run", "--auto-visitor", "--once", "--language", "en", "--letter", "Rest well.", "--style", "ink_wash",
        *("--photo", str(photo), "--size", "1280x800", "--report", str(tmp_path / "report.json")),
        **environ,
    )  # fmt: skip

    assert run.returncode == 0, run.stderr
    steps = [json.loads(line) for line in run.stdout.splitlines()]
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["result"] == "ok"
    assert report["steps"] == steps
    assert bridge.finishes[0]["letter"] == "Rest well."
    assert {"visit_id", "receipt_code", "memorial_id", "style_id", "engine", "language", "photo_sha256"} <= set(report)
    picture = cv2.imdecode(np.frombuffer(bridge.visits[report["visit_id"]].image, np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(picture.reshape(-1, 3).mean(axis=0) - (40, 90, 160)).max() < 40


def test_failed_visit_ends_with_one_and_says_why(bridge: ContractBridge, tmp_path: Path) -> None:
    bridge.faults["PUT capture"] = [507]
    (tmp_path / "token").write_text(TOKEN)
    environ = {
        "BOOTH_KIOSK__BRIDGE__URL": bridge.url,
        "BOOTH_KIOSK__STORE__DATA_DIR": str(tmp_path),
        "BOOTH_KIOSK__TIMING__COUNTDOWN_S": "1",
    }
    run = call("run", "--auto-visitor", "--once", "--report", str(tmp_path / "report.json"), **environ)

    report = json.loads((tmp_path / "report.json").read_text())
    assert run.returncode == 1
    assert report["result"] == "failed"
    assert report["reason"].startswith("hand_over")


def test_second_kiosk_on_the_same_folder_is_refused(bridge: ContractBridge, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    environ = {**os.environ, "BOOTH_KIOSK__BRIDGE__URL": bridge.url, "BOOTH_KIOSK__STORE__DATA_DIR": str(tmp_path)}
    first = subprocess.Popen([sys.executable, "-m", "kiosk", "run"], stderr=subprocess.PIPE, text=True, env=environ)
    assert first.stderr is not None
    try:
        while "kiosk.opened" not in first.stderr.readline():
            assert first.poll() is None
        second = call("run", BOOTH_KIOSK__STORE__DATA_DIR=str(tmp_path))
        assert second.returncode == 1
        assert str(tmp_path) in second.stderr
    finally:
        first.terminate()
        first.communicate(timeout=10)
    assert first.returncode == 0


def test_catalogues_are_there_before_any_window(app: QCoreApplication) -> None:
    for language in LANGUAGES:
        assert find_catalogue(language).stat().st_size > 1000
