"""What a visit still needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service_bridge.visits.planning import (
    can_upgrade,
    find_picture,
    find_voice,
    is_replaced,
    is_upgrade,
    needs_speech,
    next_revision,
    picture_wait_s,
    text_sha256,
    wants_picture,
)
from service_bridge.visits.states import (
    DeliveryState,
    GenerationState,
    PictureChoice,
    VoiceChoice,
    VoiceKind,
    VoiceState,
)
from tests.unit.service_bridge.builders import delivery, done, finish, generation, later, parts, visit, voice

SENT_MANIFEST = {"files": {"picture": {"sha256": done().sealed_sha256}}}
NO_RESTYLE = {"family_page": True, "ai_restyle": False, "voice": True, "online_voice": False, "keep_until": None}


@pytest.mark.parametrize(
    ("a_visit", "a_finish", "expected"),
    [
        (visit(), None, True),
        (visit(), finish(), True),
        (visit(ai_restyle=False), None, False),
        (visit(ai_restyle=False), finish(), False),
        (visit(), finish(chosen=PictureChoice.ORIGINAL), False),
        (visit(), finish(consents=NO_RESTYLE), False),
    ],
)
def test_a_picture_needs_consent_and_wish(a_visit: Any, a_finish: Any, expected: bool) -> None:
    assert wants_picture(a_visit, a_finish) is expected


def test_only_a_picture_that_is_done_is_found() -> None:
    assert find_picture(parts(generation=done())) == done()
    assert find_picture(parts(generation=generation())) is None
    assert find_picture(parts()) is None
    assert find_picture(parts(generation=done(), finish=finish(chosen=PictureChoice.ORIGINAL))) is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 60.0), (20, 40.0), (60, 0.0), (500, 0.0), (-86400, 60.0)],
    ids=["at once", "later", "over", "long over", "clock went back"],
)
def test_patience_is_counted_from_the_finish_and_never_grows(seconds: float, expected: float) -> None:
    waiting = parts(generation=generation(), finish=finish())
    assert picture_wait_s(waiting, patience_s=60.0, now=later(seconds)) == expected


@pytest.mark.parametrize(
    "settled",
    [
        parts(generation=done(), finish=finish()),
        parts(generation=generation(state=GenerationState.FAILED), finish=finish()),
        parts(generation=generation(state=GenerationState.OFF), finish=finish()),
        parts(generation=None, finish=finish()),
        parts(generation=generation(), finish=finish(chosen=PictureChoice.ORIGINAL)),
        parts(generation=generation(), finish=None),
    ],
)
def test_nobody_waits_for_a_picture_that_is_there_or_never_comes(settled: Any) -> None:
    assert picture_wait_s(settled, patience_s=60.0, now=later(0)) == 0.0


def test_a_late_picture_becomes_the_next_revision() -> None:
    delivered = delivery(state=DeliveryState.DELIVERED)
    assert next_revision(parts(generation=done(), finish=finish(), delivery=delivered)) == 2


@pytest.mark.parametrize(
    "others",
    [
        {"generation": done(), "delivery": delivery(state=DeliveryState.WAITING)},
        {"generation": done(), "delivery": delivery(state=DeliveryState.QUARANTINED)},
        {
            "generation": done(),
            "delivery": delivery(state=DeliveryState.DELIVERED, has_picture=True, manifest=SENT_MANIFEST),
        },
        {"generation": generation(), "delivery": delivery(state=DeliveryState.DELIVERED)},
        {"generation": done(), "delivery": None},
    ],
    ids=["still on its way", "stopped", "has it", "not made", "not finished"],
)
def test_otherwise_there_is_no_next_revision(others: dict[str, Any]) -> None:
    assert next_revision(parts(finish=finish(), **others)) is None


def make_better() -> Any:
    return replace(done(number=2), engine="diffusion", sealed_sha256="ee" * 32)


def test_a_better_picture_than_was_sent_is_the_next_revision_once() -> None:
    delivered = delivery(state=DeliveryState.DELIVERED, has_picture=True, manifest=SENT_MANIFEST)
    better = make_better()
    assert next_revision(parts(generation=better, finish=finish(), delivery=delivered)) == 2
    manifest = {"files": {"picture": {"sha256": better.sealed_sha256}}}
    sent = delivery(revision=2, state=DeliveryState.DELIVERED, has_picture=True, manifest=manifest)
    assert next_revision(parts(generation=better, finish=finish(), delivery=sent)) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"finish": None}, False),
        ({"finish": finish(chosen=PictureChoice.ORIGINAL)}, False),
        ({"delivery": delivery(state=DeliveryState.WAITING, has_picture=True, manifest=SENT_MANIFEST)}, False),
        ({"delivery": delivery(state=DeliveryState.DELIVERED)}, False),
        ({"delivery": None}, False),
        ({"generation": generation()}, False),
    ],
    ids=["received", "not finished", "original", "on its way", "without picture", "nothing sent", "not made"],
)
def test_only_a_received_picture_is_made_better(changes: dict[str, Any], expected: bool) -> None:
    delivered = delivery(state=DeliveryState.DELIVERED, has_picture=True, manifest=SENT_MANIFEST)
    given = {"generation": done(), "finish": finish(), "delivery": delivered, **changes}
    assert can_upgrade(parts(**given)) is expected


def test_an_upgrade_is_the_same_picture_after_one_that_is_done() -> None:
    following = generation(number=2)
    assert is_upgrade(following, done())
    assert not is_upgrade(following, done(seed=8))
    assert not is_upgrade(following, done(style_id="ink_wash"))
    assert not is_upgrade(following, generation())
    assert not is_upgrade(following, None)


def test_the_chosen_voice_is_found() -> None:
    speech, recording = voice(), voice(VoiceKind.RECORDING, made_by="visitor")
    both = {"speech": speech, "recording": recording}
    assert find_voice(parts(finish=finish(voice=VoiceChoice.LETTER_READ_ALOUD), **both)) == speech
    assert find_voice(parts(finish=finish(voice=VoiceChoice.OWN_RECORDING), **both)) == recording
    assert find_voice(parts(finish=finish(), **both)) is None
    assert find_voice(parts(**both)) is None


def test_a_speech_of_another_letter_or_language_is_not_this_letters_voice() -> None:
    for text, language in (("다른 편지", "ko"), ("보고 싶어요.", "en")):
        other = voice(text_sha256=text_sha256(text, language=language))
        asked = parts(speech=other, finish=finish(voice=VoiceChoice.LETTER_READ_ALOUD))
        assert find_voice(asked) is None
        assert needs_speech(asked)


def test_a_speech_that_failed_is_not_tried_for_ever() -> None:
    failed = parts(speech=voice(state=VoiceState.FAILED), finish=finish(voice=VoiceChoice.LETTER_READ_ALOUD))
    assert not needs_speech(failed)
    assert find_voice(failed) is None


def test_only_a_wish_for_speech_needs_one() -> None:
    assert needs_speech(parts(finish=finish(voice=VoiceChoice.LETTER_READ_ALOUD)))
    assert not needs_speech(parts(finish=finish(voice=VoiceChoice.OWN_RECORDING)))
    assert not needs_speech(parts())


def test_an_attempt_is_replaced_by_a_later_one_or_by_success() -> None:
    assert not is_replaced(delivery(attempt=3), 3)
    assert is_replaced(delivery(attempt=4), 3)
    assert is_replaced(delivery(attempt=3, state=DeliveryState.DELIVERED), 3)
    assert is_replaced(None, 1)
