"""Letters read aloud, by the real offline voice and by a stand-in of Google's server."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from service_bridge.voice import NothingToReadError, Speech, SpeechError, SpeechMaker, VoiceSettings
from tests.unit.voice.google_stand_in import black_hole, closed_port, google_that
from tests.unit.voice.sounds import measure, read_facts

LETTERS = {
    "ko": "할머니, 2019년 6월에 손주 3명과 함께 찍은 사진을 봅니다. 늘 보고 싶습니다.",
    "en": "Dear grandmother, we found the photograph of 1998. You are with us every day.",
}


def make_offline(text: str, language: str = "ko", **settings: float) -> Speech:
    return SpeechMaker(VoiceSettings(**settings)).make(text, language=language, online_allowed=False)


def write(speech: Speech, folder: Path) -> Path:
    path = folder / "speech.m4a"
    path.write_bytes(speech.audio)
    return path


@pytest.mark.parametrize("language", ["ko", "en"])
def test_offline_voice_makes_what_every_phone_plays(language: str, tmp_path: Path) -> None:
    speech = make_offline(LETTERS[language], language)
    facts = read_facts(write(speech, tmp_path))
    assert (facts["codec_name"], facts["profile"], facts["sample_rate"], facts["channels"]) == ("aac", "LC", "48000", 1)
    assert speech.media_type == "audio/mp4"
    assert float(facts["duration"]) == pytest.approx(speech.duration_s, abs=0.1)
    assert 3 < speech.duration_s < 15
    assert (speech.made_by, speech.cause) == ("espeak-ng", "online_not_allowed")
    assert speech.audio.index(b"moov") < speech.audio.index(b"mdat")


@pytest.mark.parametrize("text", [LETTERS["ko"], LETTERS["en"], "네.", "보고 싶습니다. " * 12])
def test_every_letter_is_equally_loud(text: str, tmp_path: Path) -> None:
    loudness, peak = measure(write(make_offline(text), tmp_path))
    assert loudness == pytest.approx(-16.0, abs=0.5)
    assert peak <= -1.5


def test_numbers_take_part_in_the_reading(tmp_path: Path) -> None:
    """Spelt-out numbers are longer to say than nothing: the digits are not dropped on the way."""
    assert make_offline("사진 123456789장").duration_s > 1.5 * make_offline("사진 장").duration_s


def test_long_letter_is_read_to_the_last_sentence_that_fits() -> None:
    letter = "늘 저희 곁에 계셔서 감사했습니다. " * 40
    speech = make_offline(letter, longest_s=20)
    assert speech.cause == "online_not_allowed,truncated"
    assert 10 < speech.duration_s <= 20


def test_slower_voice_takes_longer() -> None:
    assert (
        make_offline(LETTERS["ko"], words_per_minute=100).duration_s
        > 1.2 * make_offline(LETTERS["ko"], words_per_minute=200).duration_s
    )


@pytest.mark.parametrize(
    "text",
    [
        "사랑해요 ❤️🌸 👨‍👩‍👧‍👦",
        "<script>alert('x')</script> <b>할머니</b>",
        "'; DROP TABLE visits; --",
        "{{ 7*7 }} ${jndi:ldap://x} %s %n",
        "\x00\x01\x02\x1b[2J안녕히 가세요\ufeff\u202e",
        "[[h@l'oU]] [[_^_",
        "-w /tmp/elsewhere --stdout",
        "a" * 5000,
        "\n".join(["할머니"] * 200),
    ],
)
def test_f47_strange_letters_are_read_sensibly(text: str) -> None:
    assert 0.2 < make_offline(text, longest_s=15).duration_s <= 20


def test_marks_are_not_read_as_phonemes() -> None:
    """espeak-ng takes [[...]] for sounds to make; a letter is text, whatever it holds."""
    assert make_offline("[[h@l'oU h@l'oU h@l'oU]]", "en").duration_s == pytest.approx(
        make_offline("h l'oU h l'oU h l'oU", "en").duration_s, rel=0.01
    )


@pytest.mark.parametrize("text", ["", "   \n", "🌸🌸", "!!! ...", "<br><br>"])
def test_letter_without_words_is_told(text: str) -> None:
    with pytest.raises(NothingToReadError):
        make_offline(text)


def test_missing_program_is_an_honest_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechError) as caught:
        make_offline("안녕하세요")
    assert caught.value.status == 503
    assert "not installed" in str(caught.value.details["cause"])


def test_google_reads_when_the_visitor_agreed(tmp_path: Path) -> None:
    with google_that("speak", tmp_path) as google:
        speech = SpeechMaker(VoiceSettings(), google_url=google.url).make(
            LETTERS["ko"], language="ko", online_allowed=True
        )
    assert (speech.made_by, speech.cause) == ("google", None)
    assert speech.duration_s == pytest.approx(len(google.heard), abs=0.1 * len(google.heard))
    assert {language for _, language in google.heard} == {"ko"}
    assert "3명" in " ".join(text for text, _ in google.heard)
    loudness, peak = measure(write(speech, tmp_path))
    assert loudness == pytest.approx(-16.0, abs=0.5)
    assert peak <= -1.5


def test_nothing_is_sent_without_agreement(tmp_path: Path) -> None:
    with google_that("speak", tmp_path) as google:
        maker = SpeechMaker(VoiceSettings(), google_url=google.url)
        assert maker.make(LETTERS["en"], language="en", online_allowed=False).cause == "online_not_allowed"
        forbidden = SpeechMaker(VoiceSettings(online_enabled=False), google_url=google.url)
        assert forbidden.make(LETTERS["en"], language="en", online_allowed=True).cause == "online_off"
    assert google.heard == []


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        ("refuse", "google_refused"),
        ("empty", "google_refused"),
        ("junk", "google_refused"),
        ("redirect", "google_refused"),
        ("drip", "google_too_slow"),
    ],
)
def test_offline_voice_reads_when_google_does_not(behaviour: str, cause: str, tmp_path: Path) -> None:
    settings = VoiceSettings(online_deadline_s=1.0)
    started = time.monotonic()
    with google_that(behaviour, tmp_path) as google:
        speech = SpeechMaker(settings, google_url=google.url).make(LETTERS["en"], language="en", online_allowed=True)
    assert (speech.made_by, speech.cause) == ("espeak-ng", cause)
    assert time.monotonic() - started < 10


def test_silent_network_is_left_after_the_timeout() -> None:
    settings = VoiceSettings(online_timeout_s=0.5)
    with black_hole() as url:
        started = time.monotonic()
        speech = SpeechMaker(settings, google_url=url).make("안녕하세요", language="ko", online_allowed=True)
    assert (speech.made_by, speech.cause) == ("espeak-ng", "google_too_slow")
    assert time.monotonic() - started < 5


def test_no_network_is_normal() -> None:
    maker = SpeechMaker(VoiceSettings(), google_url=closed_port())
    speech = maker.make("안녕하세요", language="ko", online_allowed=True)
    assert (speech.made_by, speech.cause) == ("espeak-ng", "google_unreachable")


def test_letter_never_reaches_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The gtts library writes the whole text into its debug log."""
    caplog.set_level(logging.DEBUG)
    with google_that("speak", tmp_path) as google:
        SpeechMaker(VoiceSettings(), google_url=google.url).make("비밀 이야기", language="ko", online_allowed=True)
    assert "비밀" not in caplog.text


def test_private_folder_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    make_offline("안녕하세요")
    assert list(tmp_path.iterdir()) == []
