"""Captions: one clean line per picture, the trigger token first and once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lora_training.dataset.caption_table import decode_text
from lora_training.dataset.manifest import MAX_CAPTION_LENGTH, CaptionSource, Manifest, PictureEntry

_SEPARATORS = " ,;"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Describe = Callable[[PictureEntry], str | None]
"""Text for one picture, or None when there is none for it."""


def clean_caption(text: str, trigger: str) -> str:
    """One line of at most 300 characters without invisible ones; it begins with the trigger token and a comma."""
    normal = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(letter) in _INVISIBLE else letter for letter in normal)
    without = re.sub(rf"(?<![\w-]){re.escape(trigger)}(?![\w-])", " ", visible, flags=re.IGNORECASE)
    parts = (" ".join(part.split()) for part in without.split(","))
    rest = ", ".join(part for part in parts if part).strip(_SEPARATORS)
    return _shorten(f"{trigger}, {rest}" if rest else trigger)


def write_template_caption(trigger: str) -> str:
    """What stands in for a caption that nobody wrote: it says nothing about the single picture."""
    return f"{trigger}, a picture in this style"


def find_sidecar(picture: Path) -> str | None:
    """The text beside a picture, in the file of its name that ends in .txt; None when there is none or it is empty."""
    try:
        text = decode_text(picture.with_suffix(".txt").read_bytes())
    except OSError:
        return None
    return text.strip() or None


def recaption(manifest: Manifest, describe: Describe, caption_from: CaptionSource) -> tuple[Manifest, int]:
    """The manifest with the captions that `describe` knows, and how many those are; the others stay as they are."""
    pictures = [_recaption_picture(manifest.trigger, entry, describe, caption_from) for entry in manifest.pictures]
    count = sum(is_told for _, is_told in pictures)
    return manifest.model_copy(update={"pictures": tuple(entry for entry, _ in pictures)}), count


def change_trigger(manifest: Manifest, trigger: str) -> Manifest:
    """The manifest with another trigger token, in all captions too."""
    bare = re.compile(rf"^{re.escape(manifest.trigger)}(?:, |$)")
    pictures = tuple(
        entry.model_copy(update={"caption": clean_caption(bare.sub("", entry.caption), trigger)})
        for entry in manifest.pictures
    )
    return manifest.model_copy(update={"trigger": trigger, "pictures": pictures})


def look_up(captions: Mapping[str, str]) -> Describe:
    """Texts by the picture's path in the data set, by its original path, or by the name at the end of either."""

    def describe(entry: PictureEntry) -> str | None:
        return next((captions[name] for name in _list_names(entry) if captions.get(name)), None)

    return describe


def list_unknown(manifest: Manifest, names: Iterable[str]) -> list[str]:
    """Names that belong to no picture of the set."""
    known = {name for entry in manifest.pictures for name in _list_names(entry)}
    return [name for name in names if name not in known]


def _recaption_picture(
    trigger: str, entry: PictureEntry, describe: Describe, caption_from: CaptionSource
) -> tuple[PictureEntry, bool]:
    text = describe(entry)
    if text is None:
        return entry, False
    caption = clean_caption(text, trigger)
    if caption == entry.caption and caption_from == "table":
        return entry, True
    return entry.model_copy(update={"caption": caption, "caption_from": caption_from}), True


def _list_names(entry: PictureEntry) -> tuple[str, ...]:
    return (entry.file, entry.original_file, Path(entry.file).name, Path(entry.original_file).name)


def _shorten(caption: str) -> str:
    if len(caption) <= MAX_CAPTION_LENGTH:
        return caption
    return caption[: MAX_CAPTION_LENGTH + 1].rpartition(" ")[0].rstrip(_SEPARATORS) or caption[:MAX_CAPTION_LENGTH]
