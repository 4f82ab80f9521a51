"""What staff say about a style when they publish it."""

from __future__ import annotations

from dataclasses import dataclass

from lora_training.publishing_errors import PackTermsError

NAME_LENGTH, SENTENCE_LENGTH, PROMPT_LENGTH = 80, 400, 1000
MAX_WEIGHT = 2.0


@dataclass(frozen=True)
class PackWords:
    """Names and descriptions in Korean and English; `prompt` and `weight` are for adapters, None means the usual."""

    name_ko: str
    name_en: str
    description_ko: str | None = None
    description_en: str | None = None
    prompt: str | None = None
    weight: float | None = None


def state_words(
    *,
    name_ko: str,
    name_en: str,
    description_ko: str | None = None,
    description_en: str | None = None,
    prompt: str | None = None,
    weight: float | None = None,
) -> PackWords:
    """Checked words, each on one line. Raises PackTermsError."""
    if weight is not None and not 0 < weight <= MAX_WEIGHT:
        raise PackTermsError(field="--weight", why_ko=f"0보다 크고 {MAX_WEIGHT:g} 이하", why_en="0 to 2, without 0.")
    return PackWords(
        name_ko=_take("--name-ko", name_ko, NAME_LENGTH),
        name_en=_take("--name-en", name_en, NAME_LENGTH),
        description_ko=None if description_ko is None else _take("--description-ko", description_ko, SENTENCE_LENGTH),
        description_en=None if description_en is None else _take("--description-en", description_en, SENTENCE_LENGTH),
        prompt=None if prompt is None else _take("--prompt", prompt, PROMPT_LENGTH),
        weight=weight,
    )


def shorten(text: str, length: int) -> str:
    """`text` on one line, cut after a word and marked with … where it is longer than `length`."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _take(field: str, text: str, length: int) -> str:
    line = " ".join(text.split())
    if not 0 < len(line) <= length:
        raise PackTermsError(
            field=field,
            why_ko=f"비워 둘 수 없고 {length}자까지 쓸 수 있습니다.",
            why_en=f"must be given, {length} characters at most.",
        )
    return line
