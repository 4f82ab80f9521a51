"""What a visitor leaves who writes nothing, whose voice fails, or who reads the receipt slowly."""

from __future__ import annotations

import pytest

from kiosk.errors import BridgeUnreachableError
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.scene import State
from kiosk.flow.visit import FinishRequest
from tests.unit.kiosk.booth import Booth

V = "visit-1"


def finish(booth: Booth) -> FinishRequest:
    booth.send(e.VoiceConfirmed())
    assert booth.state is State.RESULT
    (effect,) = booth.send(e.FinishPressed())
    assert isinstance(effect, f.Finish)
    return effect.request


@pytest.mark.parametrize("letter", ["", "  \n", "\u200b\u2060\ufeff"])
def test_without_words_the_question_of_a_voice_needs_no_answer(letter: str) -> None:
    booth = Booth().go_to(State.LETTER)
    booth.send(e.LetterDrafted(letter, "", ""))
    booth.send(e.LetterConfirmed())

    assert booth.refuses(e.VoiceChosen("letter_read_aloud"))
    assert finish(booth).voice == "none"


def test_a_letter_with_words_is_not_sent_before_the_voice_is_decided() -> None:
    booth = Booth().go_to(State.VOICE)

    assert booth.refuses(e.VoiceConfirmed())


def test_whoever_goes_on_without_a_voice_that_failed_leaves_none() -> None:
    """The bridge would otherwise make it later, and the family hear what the visitor never did."""
    booth = Booth().go_to(State.VOICE)
    booth.send(e.VoiceChosen("letter_read_aloud"))
    booth.send(e.VoiceFailed(V, "편지", BridgeUnreachableError()))

    assert finish(booth).voice == "none"
    assert booth.visit.letter == "편지"


def test_the_farewell_tells_its_last_seconds_and_a_touch_keeps_it() -> None:
    booth = Booth().go_to(State.THANKS)
    booth.wait(booth.rules.thanks_s - 10)
    assert booth.scene.idle_left_s == pytest.approx(10.0)
    booth.send(e.Touched())
    assert booth.scene.idle_left_s is None

    booth.wait(booth.rules.thanks_s - 10)
    assert booth.state is State.THANKS
    booth.wait(11)
    assert booth.state is State.ATTRACT
