"""The visitor's voice: letters read aloud, and recordings made fit for every phone."""

from service_bridge.settings import VoiceSettings
from service_bridge.voice.errors import (
    AudioTooLongError,
    BrokenAudioError,
    NothingToReadError,
    SilentAudioError,
    SpeechError,
    UnsupportedAudioError,
)
from service_bridge.voice.recording import Recording, encode_recording
from service_bridge.voice.speech import Speech, SpeechMaker

__all__ = [
    "AudioTooLongError",
    "BrokenAudioError",
    "NothingToReadError",
    "Recording",
    "SilentAudioError",
    "Speech",
    "SpeechError",
    "SpeechMaker",
    "UnsupportedAudioError",
    "VoiceSettings",
    "encode_recording",
]
