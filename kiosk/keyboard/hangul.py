"""Hangul from the letters of the two-set keyboard (KS X 5002): a composer with one open syllable.

A syllable is lead + vowel + optional tail; in Unicode its code is 0xAC00 + (lead * 21 + vowel) * 28 + tail
(The Unicode Standard, 3.12). Two keys can make one vowel (ㅗ + ㅏ = ㅘ) or one tail (ㄹ + ㄱ = ㄺ). A vowel that
follows a tail takes the tail's last letter as its own lead.
"""

from __future__ import annotations

from dataclasses import dataclass

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_VOWEL_PAIRS = {"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"}
_TAIL_PAIRS = {
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}
_PARTS = {whole: pair for pair, whole in {**_VOWEL_PAIRS, **_TAIL_PAIRS}.items()}
_FIRST_SYLLABLE = 0xAC00
_LAST_SYLLABLE = 0xD7A3


@dataclass(frozen=True)
class _Syllable:
    """The open syllable. Empty strings stand for what is not typed yet; a tail needs lead and vowel."""

    lead: str = ""
    vowel: str = ""
    tail: str = ""

    def to_text(self) -> str:
        if not (self.lead and self.vowel):
            return self.lead + self.vowel
        tail = TAILS.index(self.tail) + 1 if self.tail else 0
        return chr(_FIRST_SYLLABLE + (LEADS.index(self.lead) * len(VOWELS) + VOWELS.index(self.vowel)) * 28 + tail)


_EMPTY = _Syllable()


class HangulComposer:
    """Takes one letter at a time. `preedit` is the open syllable, drawn underlined at the cursor."""

    def __init__(self) -> None:
        self._open = _EMPTY

    @property
    def preedit(self) -> str:
        return self._open.to_text()

    def press(self, letter: str) -> str:
        """Take one letter and return the text that is finished by it, often none.

        A letter that is no Hangul letter finishes the open syllable and is finished itself.
        """
        if len(letter) == 1 and letter in VOWELS:
            return self._press_vowel(letter)
        if len(letter) == 1 and letter in LEADS:
            return self._press_consonant(letter)
        return self.flush() + letter

    def backspace(self) -> bool:
        """Take the last letter of the open syllable away; False when none is open and the text itself is shortened."""
        syllable = self._open
        if syllable.tail:
            self._open = _Syllable(syllable.lead, syllable.vowel, _without_last(syllable.tail))
        elif syllable.vowel:
            self._open = _Syllable(syllable.lead, _without_last(syllable.vowel))
        else:
            self._open = _EMPTY
        return syllable != _EMPTY

    def flush(self) -> str:
        """Finish the open syllable: before the language, the field or the screen changes."""
        text, self._open = self.preedit, _EMPTY
        return text

    def _press_vowel(self, letter: str) -> str:
        syllable = self._open
        if syllable.tail:
            stays, moves = _split_tail(syllable.tail)
            return self._start(_Syllable(syllable.lead, syllable.vowel, stays), _Syllable(moves, letter))
        if not syllable.vowel:
            self._open = _Syllable(syllable.lead, letter)
            return ""
        joined = _VOWEL_PAIRS.get(syllable.vowel + letter)
        if joined is None:
            return self._start(syllable, _Syllable(vowel=letter))
        self._open = _Syllable(syllable.lead, joined)
        return ""

    def _press_consonant(self, letter: str) -> str:
        syllable = self._open
        tail = _TAIL_PAIRS.get(syllable.tail + letter) if syllable.tail else letter
        if syllable.lead and syllable.vowel and tail is not None and tail in TAILS:
            self._open = _Syllable(syllable.lead, syllable.vowel, tail)
            return ""
        return self._start(syllable, _Syllable(lead=letter))

    def _start(self, finished: _Syllable, opened: _Syllable) -> str:
        self._open = opened
        return finished.to_text()


def _without_last(letter: str) -> str:
    """ㅘ without its last key is ㅗ; a letter of one key leaves nothing."""
    return _PARTS[letter][0] if letter in _PARTS else ""


def _split_tail(tail: str) -> tuple[str, str]:
    """What stays and what the next vowel takes: ㄺ gives ㄹ and ㄱ, ㄲ moves as a whole."""
    return (_PARTS[tail][0], _PARTS[tail][1]) if tail in _PARTS else ("", tail)


def list_keys(text: str) -> str:
    """The letters to press for a text: every Hangul syllable or letter taken apart into single keys, the rest kept."""
    return "".join(_keys_of(character) for character in text)


def _keys_of(character: str) -> str:
    if not _FIRST_SYLLABLE <= ord(character) <= _LAST_SYLLABLE:
        return _PARTS.get(character, character)
    rest, tail = divmod(ord(character) - _FIRST_SYLLABLE, 28)
    lead, vowel = divmod(rest, len(VOWELS))
    letters = LEADS[lead] + VOWELS[vowel] + (TAILS[tail - 1] if tail else "")
    return "".join(_PARTS.get(letter, letter) for letter in letters)
