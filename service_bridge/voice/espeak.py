"""The offline voice: espeak-ng as a separate program. Robotic, but always there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service_bridge.voice.numbers_ko import spell_numbers
from service_bridge.voice.programs import ProgramRunner

VOICES = {"ko": "ko", "en": "en"}


@dataclass(frozen=True)
class EspeakVoice:
    """Reads sentences at `words_per_minute`."""

    words_per_minute: int

    def read(self, sentence: str, *, language: str, runner: ProgramRunner, target: Path) -> None:
        """Write `sentence` as WAV (22.05 kHz mono 16 bit) into `target`. Raises ProgramError."""
        said = spell_numbers(sentence) if language == "ko" else sentence
        text = target.with_suffix(".txt")
        text.write_text(said, encoding="utf-8")
        speed = str(self.words_per_minute)
        # "-w FILE": with --stdout the program claims 2 GB of sound in the header.
        runner.run(["espeak-ng", "-v", VOICES[language], "-s", speed, "-b", "1", "-w", str(target), "-f", str(text)])
