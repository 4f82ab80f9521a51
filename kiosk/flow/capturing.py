"""Moves in front of the camera: countdown, still, review, hand-over."""

from __future__ import annotations

from dataclasses import replace

from kiosk.errors import SorryReason
from kiosk.flow.choosing import go_to_camera
from kiosk.flow.effects import (
    CloseCamera,
    CloseVisit,
    DiscardStill,
    EraseVisit,
    OpenCamera,
    SaveCapture,
    TakeStill,
    WatchProgress,
)
from kiosk.flow.events import (
    BackPressed,
    CameraChanged,
    CaptureApproved,
    CaptureNotSaved,
    CaptureSaved,
    RetakePressed,
    ShutterPressed,
    StillFailed,
    StillTaken,
)
from kiosk.flow.failures import apologise_for_capture
from kiosk.flow.scene import Notice, Rules, Scene, State, Step
from kiosk.flow.steps import apologise, change_visit, current_visit, enter, stay
from kiosk.flow.visit import build_hand_over


def note_camera(scene: Scene, event: CameraChanged, rules: Rules, now_s: float) -> Step:
    return stay(scene, camera=event.state)


def follow_camera(scene: Scene, event: CameraChanged, rules: Rules, now_s: float) -> Step:
    """In front of the camera a loss stops the countdown; the patience with a lost camera starts anew each time."""
    if event.state == "live":
        return stay(scene, camera=event.state, notice=None, due_at_s=None)
    due_at_s = scene.due_at_s if scene.due_at_s is not None else now_s + rules.camera_patience_s
    if scene.shutter_at_s is None or scene.is_busy:
        return stay(scene, camera=event.state, due_at_s=due_at_s)
    stopped = replace(scene, shutter_at_s=None, countdown_left_s=None)
    return stay(stopped, camera=event.state, notice=Notice.CAMERA_LOST, due_at_s=due_at_s)


def press_shutter(scene: Scene, event: ShutterPressed, rules: Rules, now_s: float) -> Step | None:
    if scene.camera != "live" or scene.shutter_at_s is not None:
        return None
    return stay(scene, shutter_at_s=now_s + rules.countdown_s, countdown_left_s=rules.countdown_s, notice=None)


def count_down(scene: Scene, now_s: float) -> Step:
    """The shutter belongs to the end of the countdown, not to the tick that notices it."""
    if scene.shutter_at_s is None or scene.is_busy:
        return Step(scene)
    left_s = scene.shutter_at_s - now_s
    if left_s > 0:
        return stay(scene, countdown_left_s=left_s)
    effect = TakeStill(current_visit(scene).visit_id, scene.shutter_at_s)
    return stay(scene, effect, countdown_left_s=0.0, is_busy=True)


def go_back(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step | None:
    if scene.is_busy:
        return None
    if scene.shutter_at_s is not None:
        return stay(scene, shutter_at_s=None, countdown_left_s=None)
    visit = current_visit(scene)
    state = State.STYLE if visit.style is not None else State.CONSENT
    return enter(scene, state, now_s, CloseCamera(visit.visit_id))


def show_still(scene: Scene, event: StillTaken, rules: Rules, now_s: float) -> Step | None:
    return enter(scene, State.REVIEW, now_s, visit=change_visit(scene, still=event.still)) if scene.is_busy else None


def miss_still(scene: Scene, event: StillFailed, rules: Rules, now_s: float) -> Step | None:
    """A camera that missed the moment is a soft word; a photograph that could not be kept is said plainly."""
    if not scene.is_busy:
        return None
    if event.error.reason is not SorryReason.CAMERA:
        return apologise(scene, event.error, now_s, retry_to=State.CAMERA)
    return stay(scene, is_busy=False, shutter_at_s=None, countdown_left_s=None, notice=Notice.STILL_FAILED)


def retake(scene: Scene, event: RetakePressed, rules: Rules, now_s: float) -> Step:
    visit = change_visit(scene, still=None)
    return enter(scene, State.CAMERA, now_s, DiscardStill(visit.visit_id), OpenCamera(visit.visit_id), visit=visit)


def approve(scene: Scene, event: CaptureApproved, rules: Rules, now_s: float) -> Step:
    step = save(scene, now_s)
    return Step(step.scene, (CloseCamera(current_visit(scene).visit_id), *step.effects))


def save(scene: Scene, now_s: float) -> Step:
    """Hand the capture over, or the same hand-over once more."""
    visit = current_visit(scene)
    if visit.still is None:
        raise ValueError("only a still can be saved")
    hand_over = visit.hand_over or build_hand_over(visit)
    effect = SaveCapture(visit.visit_id, hand_over, visit.still)
    return enter(scene, State.SAVING, now_s, effect, visit=replace(visit, hand_over=hand_over))


def note_saved(scene: Scene, event: CaptureSaved, rules: Rules, now_s: float) -> Step:
    visit = change_visit(scene, saved_at=event.saved_at)
    return enter(scene, State.LETTER, now_s, WatchProgress(visit.visit_id), visit=visit)


def miss_save(scene: Scene, event: CaptureNotSaved, rules: Rules, now_s: float) -> Step:
    return apologise_for_capture(scene, event.error, now_s)


def take_new_id(scene: Scene, rules: Rules) -> Step:
    """What the bridge refuses under one id is erased there and goes on under another."""
    old_id = current_visit(scene).visit_id
    visit = change_visit(
        scene,
        visit_id=rules.new_visit_id(),
        saved_at=None,
        generation=None,
        output=None,
        speech=None,
        voice_choice=None,
        voice_state="none",
        hand_over=None,
        finish=None,
    )
    return stay(scene, EraseVisit(old_id), CloseVisit(old_id), visit=visit)


def photograph_again(scene: Scene, now_s: float) -> Step:
    """The camera once more, without the photograph that was not kept."""
    return go_to_camera(replace(scene, visit=change_visit(scene, still=None)), now_s)
