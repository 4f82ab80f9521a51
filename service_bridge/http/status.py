"""A visit's parts as its status."""

from __future__ import annotations

from service_bridge.http.schemas import DeliveryStatus, GenerationStatus, VisitStatus, VoiceStatus
from service_bridge.visits.planning import needs_speech, wants_picture
from service_bridge.visits.records import Delivery, Generation, VisitParts, Voice
from service_bridge.visits.states import (
    PENDING_DELIVERY,
    PENDING_GENERATION,
    DeliveryState,
    GenerationState,
    VoiceChoice,
    VoiceKind,
    VoiceState,
)


def build_status(parts: VisitParts, *, progress: float) -> VisitStatus:
    """What a kiosk is told about its visit. `progress` (0-1) is that of a picture in the making."""
    visit, finish = parts.visit, parts.finish
    return VisitStatus(
        visit_id=visit.visit_id,
        state=visit.state,
        style_id=parts.generation.style_id if parts.generation else visit.style_id,
        memorial_id=visit.memorial_id,
        generation=_generation_status(parts, progress),
        voice=_voice_status(parts),
        delivery=_delivery_status(parts.delivery),
        receipt_code=finish.receipt_code if finish else None,
        saved_at=visit.saved_at,
        finished_at=finish.finished_at if finish else None,
    )


def is_settled(status: VisitStatus) -> bool:
    """True when nothing more will happen by itself: the end of a stream of news."""
    is_pending = (
        status.generation.state in PENDING_GENERATION
        or status.voice.state is VoiceState.MAKING
        or status.delivery.state in PENDING_DELIVERY
    )
    return not is_pending


def find_playable_voice(parts: VisitParts) -> Voice | None:
    """The voice to listen to: the chosen one after the finish, else the one made last."""
    ready = [voice for voice in (parts.speech, parts.recording) if voice and voice.state is VoiceState.READY]
    if parts.finish is not None:
        kind = VoiceKind.RECORDING if parts.finish.voice is VoiceChoice.OWN_RECORDING else VoiceKind.SPEECH
        return next((voice for voice in ready if voice.kind is kind), None)
    return max(ready, key=lambda voice: voice.made_at, default=None)


def _generation_status(parts: VisitParts, progress: float) -> GenerationStatus:
    generation = parts.generation
    if generation is None or not wants_picture(parts.visit, parts.finish):
        return GenerationStatus(state=GenerationState.OFF, engine=None, progress=0.0, output_id=None, seed=None)
    return GenerationStatus(
        state=generation.state,
        engine=generation.engine,
        progress=_progress_of(generation, progress),
        output_id=generation.output_sha256,
        seed=generation.seed,
    )


def _progress_of(generation: Generation, progress: float) -> float:
    if generation.state is GenerationState.DONE:
        return 1.0
    return progress if generation.state is GenerationState.RUNNING else 0.0


def _voice_status(parts: VisitParts) -> VoiceStatus:
    if needs_speech(parts):
        return VoiceStatus(state=VoiceState.MAKING, made_by=None, duration_s=None)
    is_silent = parts.finish is not None and parts.finish.voice is VoiceChoice.NONE
    voice = None if is_silent else find_playable_voice(parts)
    if voice is not None:
        return VoiceStatus(state=voice.state, made_by=voice.made_by, duration_s=voice.duration_s)
    has_failed = not is_silent and parts.speech is not None and parts.speech.state is VoiceState.FAILED
    state = VoiceState.FAILED if has_failed else VoiceState.NONE
    return VoiceStatus(state=state, made_by=None, duration_s=None)


def _delivery_status(delivery: Delivery | None) -> DeliveryStatus:
    if delivery is None:
        return DeliveryStatus(
            state=DeliveryState.NOT_FINISHED, revision=None, attempts=0, next_attempt_at=None, cause=None
        )
    return DeliveryStatus(
        state=delivery.state,
        revision=delivery.revision,
        attempts=delivery.tries,
        next_attempt_at=delivery.next_attempt_at,
        cause=delivery.cause,
    )
