"""What can go wrong at the booth, in words for the visitor, with the reason that chooses the screen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from boothkit.errors import BoothError


class SorryReason(StrEnum):
    """Which apology the visitor reads."""

    STORAGE_FULL = "storage_full"
    BRIDGE_UNREACHABLE = "bridge_unreachable"
    CAMERA = "camera"
    REFUSED = "refused"
    OUT_OF_ORDER = "out_of_order"


class KioskError(BoothError):
    """An error the visitor may see. `is_transient`: the same attempt may work by itself in a moment."""

    code = "kiosk_error"
    reason: ClassVar[SorryReason] = SorryReason.OUT_OF_ORDER
    is_transient: ClassVar[bool] = False
    message: ClassVar[Mapping[str, str]] = {
        "ko": "잠시 문제가 생겼습니다. 다시 시도하시거나 직원에게 말씀해 주세요.",
        "en": "Something did not work. Please try again, or ask the staff for help.",
    }


class BridgeUnreachableError(KioskError):
    """No answer: connection refused, cut or timed out, or nobody behind the front door. Detail: `cause`."""

    status = 502
    code = "bridge_unreachable"
    reason = SorryReason.BRIDGE_UNREACHABLE
    is_transient = True
    message: ClassVar[Mapping[str, str]] = {
        "ko": "연결이 잠시 끊겼습니다. 아직 전해지지 않았습니다. 잠시 후 다시 시도해 주세요.",
        "en": "The connection is interrupted. Nothing has been handed over yet. Please try again in a moment.",
    }


class NotTheBridgeError(BridgeUnreachableError):
    """Something answered that is not the bridge, like a network's log-in page. Detail: `cause`."""

    code = "not_the_bridge"


class BridgeBusyError(BridgeUnreachableError):
    """The bridge asks to come back later; `retry_after_s` says when, if it was told."""

    status = 503
    code = "bridge_busy"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "지금은 보관할 수 없습니다. 아직 전해지지 않았습니다. 잠시 후 다시 시도해 주세요.",
        "en": "The booth is busy. Nothing has been handed over yet. Please try again in a moment.",
    }


class NoRoomError(KioskError):
    """No room to keep anything safely, at the bridge or in the kiosk's own journal. Nothing was kept."""

    status = 507
    code = "storage_full"
    reason = SorryReason.STORAGE_FULL
    message: ClassVar[Mapping[str, str]] = {
        "ko": "안전하게 보관할 공간이 없습니다. 저장되지 않았습니다. 직원에게 말씀해 주세요.",
        "en": "There is no room to keep this safely. It was not saved. Please ask the staff for help.",
    }


class JournalError(KioskError):
    """The kiosk's own disk refuses to write or holds damaged content. Detail: `cause`."""

    code = "journal_error"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 부스의 저장 장치에 문제가 있습니다. 저장되지 않았습니다. 직원에게 말씀해 주세요.",
        "en": "This booth's storage does not work. It was not saved. Please ask the staff for help.",
    }


class BridgeRefusedError(KioskError):
    """The bridge will not take it, however often it is sent. Details: `http_status`, `problem` (its code)."""

    status = 422
    code = "bridge_refused"
    reason = SorryReason.REFUSED
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이대로는 보관할 수 없습니다. 다시 시도하시거나 직원에게 말씀해 주세요.",
        "en": "It cannot be kept as it is. Please try again, or ask the staff for help.",
    }


class OtherContentError(BridgeRefusedError):
    """The bridge keeps other content under this visit's id (409)."""

    status = 409
    code = "other_content"


class NotAtBridgeError(BridgeRefusedError):
    """The bridge does not have it, or no longer (404, 410)."""

    status = 404
    code = "not_at_bridge"


class NothingToReadError(BridgeRefusedError):
    """The letter holds no words that a voice could read, only marks or pictures."""

    code = "nothing_to_read"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "편지에 소리 내어 읽을 글이 없습니다. 편지는 쓰신 그대로 전해 드립니다.",
        "en": "The letter holds no words to read aloud. The letter itself is delivered as it is.",
    }


class NotEnrolledError(KioskError):
    """This kiosk has no token, or the bridge no longer accepts it (401, 403)."""

    status = 401
    code = "not_enrolled"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 부스는 등록이 되지 않아 지금은 쓰실 수 없습니다. 직원에게 말씀해 주세요.",
        "en": "This booth is not enrolled, so it cannot be used yet. Please ask the staff for help.",
    }


class DamagedOnTheWayError(BridgeUnreachableError):
    """What arrived is not what was sent: the hashes differ. Sending again is safe."""

    status = 422
    code = "damaged_on_the_way"


class CameraError(KioskError):
    """The camera gives no picture. Detail: `cause`."""

    status = 503
    code = "camera"
    reason = SorryReason.CAMERA
    is_transient = True
    message: ClassVar[Mapping[str, str]] = {
        "ko": "카메라가 켜지지 않습니다. 다시 시도하시거나 직원에게 말씀해 주세요.",
        "en": "The camera does not work just now. Please try again, or ask the staff for help.",
    }
