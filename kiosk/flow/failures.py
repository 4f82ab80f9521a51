"""Where a retry leads after the bridge would not keep something, by the kind of failure."""

from __future__ import annotations

from kiosk.errors import KioskError, NotAtBridgeError, OtherContentError, SorryReason
from kiosk.flow.scene import Scene, State, Step
from kiosk.flow.steps import apologise


def apologise_for_capture(scene: Scene, error: KioskError, now_s: float) -> Step:
    """A capture was not saved.

    An id that is taken or erased at the bridge is replaced and the same photograph sent again; a photograph that the
    bridge refuses is taken anew; everything else is tried again as it is.
    """
    if isinstance(error, OtherContentError | NotAtBridgeError):
        return apologise(scene, error, now_s, retry_to=State.SAVING, needs_new_id=True)
    if error.reason is SorryReason.REFUSED:
        return apologise(scene, error, now_s, retry_to=State.CAMERA, needs_new_id=True)
    return apologise(scene, error, now_s, retry_to=State.SAVING)


def apologise_for_finish(scene: Scene, error: KioskError, now_s: float, *, is_kept: bool) -> Step:
    """A finish was not saved. Where the bridge has lost the visit, the same photograph starts again under a new id."""
    if isinstance(error, NotAtBridgeError):
        return apologise(scene, error, now_s, retry_to=State.SAVING, needs_new_id=True)
    return apologise(scene, error, now_s, retry_to=State.RESULT, is_kept=is_kept)
