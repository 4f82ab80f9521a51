"""Bringing a style pack to every generator: one revision for all, and running it again finishes the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Generic, TypeVar

from boothkit.files import translate_disk_errors
from lora_training.packing import Pack, number_pack
from lora_training.packing.archive import hash_pack, write_archive
from lora_training.publishing.client import GeneratorClient
from lora_training.publishing.refusals import GeneratorRefusedError
from lora_training.publishing.wire import PublishedStyle
from lora_training.publishing_errors import StylePublishedError

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of one generator: an answer, or why there is none."""

    url: str
    answer: T | None = None
    refusal: GeneratorRefusedError | None = None


@dataclass(frozen=True)
class Publication:
    """The revision that the generators have now, and for each whether it was new there."""

    revision: int
    outcomes: tuple[Outcome[bool], ...]


def ask_each(clients: Iterable[GeneratorClient], ask: Callable[[GeneratorClient], T]) -> list[Outcome[T]]:
    """One after the other; a refusal of one generator does not keep the others from being asked."""
    return [_ask(client, ask) for client in clients]


def publish(
    pack: Pack, clients: Sequence[GeneratorClient], memorial_ids: Sequence[str] | None, *, replace: bool
) -> Publication:
    """Give the pack to every generator that can be reached, for these memorials, or for all when there are none.

    With `memorial_ids` None each generator keeps its list of memorials (all of them for a new style). Content that is
    published already keeps its revision; else it gets the highest of all generators plus 1, for which a style that was
    published before needs `replace`. Raises StylePublishedError, StorageFullError or StorageError.
    """
    found = ask_each(clients, lambda client: client.find_style(pack.style_id))
    styles = [outcome.answer for outcome in found if outcome.answer]
    revision, sha256 = _choose_revision(pack, styles, replace=replace)
    outcomes: list[Outcome[bool]] = []
    with translate_disk_errors(), tempfile.TemporaryFile() as archive:
        write_archive(pack.folder, archive)
        for client, seen in zip(clients, found, strict=True):
            if seen.refusal:
                outcomes.append(Outcome(client.url, refusal=seen.refusal))
            elif seen.answer and seen.answer.holds(revision, sha256):
                restore = partial(_restore, style=seen.answer, revision=revision, memorial_ids=memorial_ids)
                outcomes.append(_ask(client, restore))
            else:
                send = partial(_send, style_id=pack.style_id, archive=archive, memorial_ids=memorial_ids)
                outcomes.append(_ask(client, send))
    return Publication(revision, tuple(outcomes))


def _ask(client: GeneratorClient, ask: Callable[[GeneratorClient], T]) -> Outcome[T]:
    try:
        return Outcome(client.url, ask(client))
    except GeneratorRefusedError as error:
        return Outcome(client.url, refusal=error)


def _choose_revision(pack: Pack, known: Sequence[PublishedStyle], *, replace: bool) -> tuple[int, str]:
    """The revision that the pack gets, written into it, and the hash of its content."""
    highest = max((style.highest for style in known), default=0)
    if highest:
        number_pack(pack, highest)
        sha256 = hash_pack(pack.folder)
        if any(style.holds(highest, sha256) for style in known):
            return highest, sha256
        if not replace:
            raise StylePublishedError(style_id=pack.style_id, revision=highest)
    number_pack(pack, highest + 1)
    return highest + 1, hash_pack(pack.folder)


def _send(client: GeneratorClient, style_id: str, archive: BinaryIO, memorial_ids: Sequence[str] | None) -> bool:
    archive.seek(0)
    client.send_pack(style_id, archive, memorial_ids or ())
    if memorial_ids is not None and not memorial_ids:
        client.limit_memorials(style_id, ())
    return True


def _restore(client: GeneratorClient, style: PublishedStyle, revision: int, memorial_ids: Sequence[str] | None) -> bool:
    """Offer content that is there already, for these memorials; True when anything had to be done."""
    current = style.current
    is_limited_anew = memorial_ids is not None and (current is None or set(memorial_ids) != set(current.memorial_ids))
    if is_limited_anew:
        client.limit_memorials(style.style_id, memorial_ids or ())
    is_current = current is not None and current.revision == revision
    if not is_current:
        client.roll_back(style.style_id, revision)
    return is_limited_anew or not is_current
