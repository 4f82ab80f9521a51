"""What can go wrong with a voice, and what the visitor is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class SpeechError(BoothError):
    """The letter could not be read aloud: a program is missing, failed or took too long."""

    status = 503
    code = "speech_unavailable"
    title: ClassVar[Mapping[str, str]] = {"ko": "음성을 만들 수 없습니다", "en": "The voice is not available"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "지금은 편지를 음성으로 읽어 드릴 수 없습니다. 편지는 쓰신 그대로 전해 드립니다.",
        "en": "The letter cannot be read aloud just now. The letter itself is delivered as it is.",
    }


class NothingToReadError(SpeechError):
    """The letter holds nothing that can be spoken (only pictures, marks or spaces)."""

    status = 422
    code = "nothing_to_read"
    title: ClassVar[Mapping[str, str]] = {"ko": "읽을 글이 없습니다", "en": "There is nothing to read"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "편지에 소리 내어 읽을 글이 없습니다. 편지는 쓰신 그대로 전해 드립니다.",
        "en": "The letter holds no words to read aloud. The letter itself is delivered as it is.",
    }


class UnsupportedAudioError(BoothError):
    """The bytes are none of the sound files the booth takes."""

    status = 415
    code = "unsupported_audio"
    title: ClassVar[Mapping[str, str]] = {"ko": "쓸 수 없는 소리 파일입니다", "en": "This sound file cannot be used"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 형식의 소리 파일은 받을 수 없습니다. 다시 녹음해 주세요.",
        "en": "Sound files of this kind cannot be taken. Please record again.",
    }


class BrokenAudioError(BoothError):
    """The sound file is damaged, incomplete, or not as long as was declared."""

    status = 422
    code = "broken_audio"
    title: ClassVar[Mapping[str, str]] = {"ko": "녹음이 온전하지 않습니다", "en": "The recording is not complete"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "녹음이 온전하게 전해지지 않았습니다. 다시 녹음해 주세요.",
        "en": "The recording did not arrive complete. Please record again.",
    }


class SilentAudioError(BrokenAudioError):
    """Nothing can be heard in the recording; most often a muted microphone."""

    code = "silent_audio"
    title: ClassVar[Mapping[str, str]] = {"ko": "녹음에 소리가 없습니다", "en": "Nothing can be heard"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "녹음에서 소리가 들리지 않습니다. 마이크를 확인하고 다시 녹음해 주세요.",
        "en": "Nothing can be heard in the recording. Please check the microphone and record again.",
    }


class AudioTooLongError(BoothError):
    """The recording is longer than the booth keeps. Details: `longest_s`."""

    status = 422
    code = "audio_too_long"
    title: ClassVar[Mapping[str, str]] = {"ko": "녹음이 너무 깁니다", "en": "The recording is too long"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "녹음은 {longest_s}초까지 남길 수 있습니다. 조금 짧게 다시 녹음해 주세요.",
        "en": "A recording may last {longest_s} seconds. Please record again, a little shorter.",
    }
