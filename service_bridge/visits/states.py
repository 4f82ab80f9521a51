"""The states of a visit and of its parts."""

from __future__ import annotations

from enum import StrEnum


class VisitState(StrEnum):
    """How far a visit has come. `delivered` means that its first revision was received."""

    CAPTURED = "captured"
    FINISHED = "finished"
    DELIVERED = "delivered"
    ABANDONED = "abandoned"
    ERASED = "erased"


class GenerationState(StrEnum):
    """How far a picture has come. `waiting` means that it is tried again later; `off` that none is wanted."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    OFF = "off"


class VoiceState(StrEnum):
    """How far the voice has come."""

    NONE = "none"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class DeliveryState(StrEnum):
    """How far a delivery has come.

    `waiting` is tried again by itself; `rejected` (the receiver will not take it) and `quarantined` (what is kept
    contradicts what the receiver has, or is damaged) need a person.
    """

    NOT_FINISHED = "not_finished"
    QUEUED = "queued"
    DELIVERED = "delivered"
    WAITING = "waiting"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


PENDING_GENERATION = frozenset({GenerationState.QUEUED, GenerationState.RUNNING, GenerationState.WAITING})
PENDING_DELIVERY = frozenset({DeliveryState.QUEUED, DeliveryState.WAITING})


class VoiceChoice(StrEnum):
    """What the visitor chose to leave besides the letter."""

    NONE = "none"
    LETTER_READ_ALOUD = "letter_read_aloud"
    OWN_RECORDING = "own_recording"


class VoiceKind(StrEnum):
    """Where a kept voice comes from."""

    SPEECH = "speech"
    RECORDING = "recording"


class PictureChoice(StrEnum):
    """What the visitor wants the family to see."""

    PICTURE = "picture"
    ORIGINAL = "original"


class Cause(StrEnum):
    """Why something is not done yet, or never will be."""

    PICTURE_PENDING = "picture_pending"
    NETWORK = "network"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    NOT_THE_SERVICE = "not_the_service"
    SERVICE_BUSY = "service_busy"
    SERVICE_FAILED = "service_failed"
    UNAUTHORIZED = "unauthorized"
    NOT_ENROLLED = "not_enrolled"
    CONFLICT = "conflict"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    FILE_MISSING = "file_missing"
    FILE_DAMAGED = "file_damaged"
    STORAGE = "storage"
    UNKNOWN_STYLE = "unknown_style"
    BAD_PICTURE = "bad_picture"


WAITS_FOR_SERVICE = frozenset(
    {
        Cause.NETWORK,
        Cause.TIMEOUT,
        Cause.CERTIFICATE,
        Cause.NOT_THE_SERVICE,
        Cause.SERVICE_BUSY,
        Cause.SERVICE_FAILED,
        Cause.UNAUTHORIZED,
        Cause.NOT_ENROLLED,
    }
)
