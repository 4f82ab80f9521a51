"""What a visit still needs: a picture, a voice, another revision. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime

from service_bridge.visits.records import Delivery, Finish, Generation, Visit, VisitParts, Voice
from service_bridge.visits.states import (
    PENDING_GENERATION,
    DeliveryState,
    GenerationState,
    PictureChoice,
    VoiceChoice,
    VoiceState,
)


def wants_picture(visit: Visit, finish: Finish | None) -> bool:
    """True while the visitor has agreed to a picture and has not chosen the original alone."""
    if not visit.ai_restyle:
        return False
    return finish is None or (finish.chosen is PictureChoice.PICTURE and bool(finish.consents["ai_restyle"]))


def find_picture(parts: VisitParts) -> Generation | None:
    """The picture that belongs into a delivery now, or None."""
    generation = parts.generation
    if generation is None or not wants_picture(parts.visit, parts.finish):
        return None
    return generation if generation.state is GenerationState.DONE else None


def picture_wait_s(parts: VisitParts, *, patience_s: float, now: datetime) -> float:
    """How much longer a finished visit waits for its picture; 0 when it is there, never comes, or took too long."""
    generation, finish = parts.generation, parts.finish
    if finish is None or generation is None or not wants_picture(parts.visit, finish):
        return 0.0
    if generation.state not in PENDING_GENERATION:
        return 0.0
    waited_s = (now - finish.finished_at).total_seconds()
    return min(patience_s, max(0.0, patience_s - waited_s))


def next_revision(parts: VisitParts) -> int | None:
    """Number of the revision that brings a picture which came late, or a better one than was sent, or None.

    Only a received revision is followed by another: one that may still be on its way must not be overtaken.
    """
    delivery, picture = parts.delivery, find_picture(parts)
    if delivery is None or delivery.state is not DeliveryState.DELIVERED or picture is None:
        return None
    return None if picture.sealed_sha256 == _find_sent_picture(delivery) else delivery.revision + 1


def _find_sent_picture(delivery: Delivery) -> str | None:
    """SHA-256 of the picture in a revision, or None."""
    files = (delivery.manifest or {}).get("files", {})
    return files["picture"]["sha256"] if "picture" in files else None


def can_upgrade(parts: VisitParts) -> bool:
    """True when the family has received the newest picture and still wants one: a better one may follow."""
    delivery, picture = parts.delivery, find_picture(parts)
    if parts.finish is None or delivery is None or picture is None or delivery.state is not DeliveryState.DELIVERED:
        return False
    return picture.sealed_sha256 == _find_sent_picture(delivery)


def is_upgrade(generation: Generation, before: Generation | None) -> bool:
    """True when a picture is the same as the one before it, to be made by a better engine."""
    if before is None or before.state is not GenerationState.DONE:
        return False
    return (before.style_id, before.seed) == (generation.style_id, generation.seed)


def text_sha256(letter: str, *, language: str) -> str:
    """Name of a letter as it is read aloud, so that a speech made for another letter is not delivered with it."""
    return hashlib.sha256(f"{language}\n{letter}".encode()).hexdigest()


def find_voice(parts: VisitParts) -> Voice | None:
    """The voice that belongs into a delivery: ready, of the chosen kind, and of this letter; or None."""
    finish = parts.finish
    if finish is None or finish.voice is VoiceChoice.NONE:
        return None
    voice = parts.recording if finish.voice is VoiceChoice.OWN_RECORDING else find_speech(parts)
    return voice if voice is not None and voice.state is VoiceState.READY else None


def find_speech(parts: VisitParts) -> Voice | None:
    """The speech of this very letter, whatever its state, or None."""
    finish, speech = parts.finish, parts.speech
    if finish is None or speech is None:
        return None
    return speech if speech.text_sha256 == text_sha256(finish.letter, language=finish.language) else None


def needs_speech(parts: VisitParts) -> bool:
    """True when the letter is to be read aloud and that was neither done nor found impossible."""
    if parts.finish is None or parts.finish.voice is not VoiceChoice.LETTER_READ_ALOUD:
        return False
    speech = find_speech(parts)
    return speech is None or speech.state is VoiceState.MAKING


def is_replaced(delivery: Delivery | None, attempt: int) -> bool:
    """True when a workflow's attempt is no longer the one that counts."""
    return delivery is None or delivery.attempt != attempt or delivery.state is DeliveryState.DELIVERED
