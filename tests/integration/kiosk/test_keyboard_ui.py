"""Writing on the real keyboard of the real letter screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from kiosk.ui.keyboard_view import KeyboardView
from tests.integration.kiosk.stage import Stage, settle, wait_until


@pytest.fixture
def writer(stage: Stage) -> Stage:
    """A visitor at the letter."""
    stage.go_to_letter()
    return stage


def text_of(stage: Stage, field: str = "letterArea") -> str:
    return str(stage.find(field).property("text"))


def test_hangul_is_composed_while_it_is_written(writer: Stage) -> None:
    for key in "ㄷㅏㄹㄱ":
        writer.tap(f"key_{key}")
    area = writer.find("letterArea")
    assert (area.property("text"), area.property("preeditText")) == ("", "닭")

    writer.tap("key_backspace")
    assert area.property("preeditText") == "달"
    writer.tap("key_space")
    assert (area.property("text"), area.property("preeditText")) == ("달 ", "")


@pytest.mark.parametrize(
    "text",
    [
        "할머니, 보고 싶어요. 괜찮아",
        "쌀밥 깨끗이 따뜻한 짜장\n얘기 예의",
        "값 앉아 읽는다 (1954) 50%",
        "ㅋㅋ ㅠㅠ",
    ],
)
def test_any_korean_text_can_be_typed(writer: Stage, text: str) -> None:
    writer.type(text)
    writer.tap("letterNextButton")

    assert writer.visit.letter == text


def test_english_letters_signs_and_shift(writer: Stage) -> None:
    text = "Dear Mary, it's 7:30; ABC @home"
    writer.type(text)
    writer.kiosk.views.keyboard.flush()

    assert text_of(writer) == text
    assert not writer.kiosk.views.keyboard.shifted


def test_keys_leave_the_focus_where_it_is(writer: Stage) -> None:
    writer.tap("senderNameField")
    writer.tap("key_ㅂ")

    assert writer.find("senderNameField").property("activeFocus")
    assert text_of(writer) == ""


def test_open_syllable_stays_in_its_field(writer: Stage) -> None:
    writer.tap("senderNameField")
    for key in "ㄱㅏㅇ":
        writer.tap(f"key_{key}")
    writer.tap("relationField")
    writer.tap("key_ㄴ")

    assert text_of(writer, "senderNameField") == "강"
    assert writer.find("relationField").property("preeditText") == "ㄴ"


def test_touching_the_text_finishes_the_syllable(writer: Stage) -> None:
    for key in "ㄱㅏㅇ":
        writer.tap(f"key_{key}")
    writer.tap("letterArea")
    writer.tap("key_ㄴ")
    writer.tap("key_ㅏ")
    writer.kiosk.views.keyboard.flush()

    assert sorted(text_of(writer)) == sorted("강나")


def test_backspace_takes_finished_text_away(writer: Stage) -> None:
    writer.type("강 나")
    writer.kiosk.views.keyboard.flush()
    for _ in range(2):
        writer.tap("key_backspace")

    assert text_of(writer) == "강"


def test_enter_goes_from_name_to_relation_to_letter(writer: Stage) -> None:
    writer.tap("senderNameField")
    writer.type("가")
    writer.tap("key_enter")
    assert writer.find("relationField").property("activeFocus")
    assert text_of(writer, "senderNameField") == "가"
    writer.tap("key_enter")
    assert writer.find("letterArea").property("activeFocus")


def test_language_switch_finishes_the_syllable_and_changes_the_letters(writer: Stage) -> None:
    writer.tap("key_ㅂ")
    writer.tap("key_ㅏ")
    writer.tap("languageSwitch")
    settle(0.1)

    assert text_of(writer) == "바"
    assert writer.is_shown("key_q")
    assert "Your letter" in writer.texts()


def test_lower_half_of_the_paper_can_be_touched(writer: Stage) -> None:
    writer.tap("senderNameField")
    area = writer.find("letterArea")
    place = area.mapToScene(QPointF(area.width() / 2, area.height() - 30)).toPoint()
    QTest.mouseClick(writer.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    assert area.height() > 400
    assert area.property("activeFocus")


def test_letter_ends_at_its_limit_and_stays_whole(writer: Stage) -> None:
    keyboard = writer.kiosk.views.keyboard
    keyboard.insert("가" * 5100)
    settle(0.1)
    assert len(text_of(writer)) == 5000
    writer.tap("letterNextButton")

    assert writer.visit.letter == "가" * 5000


def test_name_ends_at_its_limit(writer: Stage) -> None:
    writer.tap("senderNameField")
    writer.kiosk.views.keyboard.insert("가" * 100)

    wait_until(lambda: len(writer.visit.sender_name) == 80, "the draft")


def test_hardware_keyboard_works_too(writer: Stage) -> None:
    for letter in "hello":
        QTest.keyClick(writer.window, letter)

    assert text_of(writer) == "hello"


def test_touches_name_what_the_keyboard_does_not_have() -> None:
    touches = list(KeyboardView().list_touches("é"))

    assert [(touch.name, touch.is_on_keyboard) for touch in touches] == [("é", False)]
