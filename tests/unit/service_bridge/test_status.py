"""A visit's parts as its status."""

from __future__ import annotations

from typing import Any

import pytest

from service_bridge.http.status import build_status, find_playable_voice, is_settled
from service_bridge.visits.states import (
    DeliveryState,
    GenerationState,
    PictureChoice,
    VisitState,
    VoiceChoice,
    VoiceKind,
    VoiceState,
)
from tests.unit.service_bridge.builders import delivery, done, finish, generation, later, parts, visit, voice


@pytest.mark.parametrize(
    ("state", "progress"),
    [
        (GenerationState.QUEUED, 0.0),
        (GenerationState.RUNNING, 0.4),
        (GenerationState.WAITING, 0.0),
        (GenerationState.DONE, 1.0),
        (GenerationState.FAILED, 0.0),
    ],
)
def test_progress_is_that_of_a_picture_in_the_making(state: GenerationState, progress: float) -> None:
    status = build_status(parts(generation=generation(state=state)), progress=0.4)
    assert (status.generation.state, status.generation.progress) == (state, progress)


def test_an_unwanted_picture_is_off_even_when_it_was_made() -> None:
    status = build_status(parts(generation=done(), finish=finish(chosen=PictureChoice.ORIGINAL)), progress=0.0)
    assert (status.generation.state, status.generation.output_id) == (GenerationState.OFF, None)


def test_the_style_is_that_of_the_newest_picture() -> None:
    status = build_status(parts(generation=generation(number=2, style_id="ink_wash")), progress=0.0)
    assert status.style_id == "ink_wash"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, VoiceState.NONE),
        ({"speech": voice()}, VoiceState.READY),
        ({"finish": finish(voice=VoiceChoice.LETTER_READ_ALOUD)}, VoiceState.MAKING),
        ({"finish": finish(voice=VoiceChoice.LETTER_READ_ALOUD), "speech": voice()}, VoiceState.READY),
        (
            {"finish": finish(voice=VoiceChoice.LETTER_READ_ALOUD), "speech": voice(state=VoiceState.FAILED)},
            VoiceState.FAILED,
        ),
        ({"finish": finish(), "speech": voice()}, VoiceState.NONE),
    ],
)
def test_the_voice_is_told_as_it_will_be_delivered(given: dict[str, Any], state: VoiceState) -> None:
    assert build_status(parts(**given), progress=0.0).voice.state is state


def test_before_the_finish_the_voice_made_last_is_played() -> None:
    speech, recording = voice(), voice(VoiceKind.RECORDING, made_at=later(5))
    assert find_playable_voice(parts(speech=speech, recording=recording)) == recording
    assert find_playable_voice(parts(speech=voice(made_at=later(9)), recording=recording)) == voice(made_at=later(9))
    assert find_playable_voice(parts()) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"generation": generation()}, False),
        ({"generation": done()}, True),
        ({"generation": generation(state=GenerationState.WAITING)}, False),
        ({"visit": visit(ai_restyle=False)}, True),
        ({"generation": done(), "finish": finish(), "delivery": delivery()}, False),
        ({"generation": done(), "finish": finish(), "delivery": delivery(state=DeliveryState.DELIVERED)}, True),
        ({"generation": done(), "finish": finish(), "delivery": delivery(state=DeliveryState.REJECTED)}, True),
        ({"generation": done(), "finish": finish(voice=VoiceChoice.LETTER_READ_ALOUD)}, False),
    ],
)
def test_news_end_when_nothing_more_happens_by_itself(given: dict[str, Any], expected: bool) -> None:
    assert is_settled(build_status(parts(**given), progress=0.0)) is expected


def test_a_finished_visit_tells_its_receipt_and_its_delivery() -> None:
    waiting = delivery(state=DeliveryState.WAITING, cause="network", tries=3, revision=2)
    status = build_status(
        parts(visit=visit(state=VisitState.FINISHED), finish=finish(), delivery=waiting), progress=0.0
    )
    assert (status.receipt_code, status.delivery.cause, status.delivery.attempts) == ("K7F2-9QXM-4T", "network", 3)
    assert status.delivery.revision == 2
