"""What the passing of time does: countdown, retries of lists, patience with a camera, idle warning and reset.

An idle booth erases what was not finished: silence is never consent. What was finished and could not be sent yet is
kept, because the visitor had said yes to exactly that.
"""

from __future__ import annotations

from kiosk.errors import CameraError
from kiosk.flow.capturing import count_down
from kiosk.flow.choosing import ask_again_for_list
from kiosk.flow.effects import CloseCamera
from kiosk.flow.events import Tick, Touched
from kiosk.flow.scene import Rules, Scene, State, Step
from kiosk.flow.steps import apologise, current_visit, rest, stay


def stay_awake(scene: Scene, event: Touched, rules: Rules, now_s: float) -> Step:
    return Step(scene)


def tick_resting(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    """A language that somebody tried and left is turned back."""
    is_left = now_s - scene.touched_at_s >= rules.idle_warning_s
    return stay(scene, language=rules.default_language) if is_left else Step(scene)


def tick_list(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    if scene.due_at_s is not None and now_s >= scene.due_at_s:
        return ask_again_for_list(scene, now_s)
    return tick_idle(scene, event, rules, now_s)


def tick_camera(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    if scene.shutter_at_s is not None:
        return count_down(scene, now_s)
    if scene.camera != "live" and now_s >= _camera_due_at_s(scene, rules):
        step = apologise(scene, CameraError(cause="no picture for too long"), now_s, retry_to=State.CAMERA)
        return Step(step.scene, (CloseCamera(current_visit(scene).visit_id),))
    return tick_idle(scene, event, rules, now_s)


def _camera_due_at_s(scene: Scene, rules: Rules) -> float:
    """End of the patience: from the loss, or from the arrival at a camera that was lost already."""
    return scene.due_at_s if scene.due_at_s is not None else scene.entered_at_s + rules.camera_patience_s


def tick_saving(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    """The visitor waits for the booth here, not the booth for the visitor."""
    return Step(scene)


def tick_result(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    return Step(scene) if scene.is_busy else tick_idle(scene, event, rules, now_s)


def tick_thanks(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    """The receipt is still being read: its last seconds are told beside it."""
    left_s = rules.thanks_s - (now_s - scene.touched_at_s)
    if left_s <= 0:
        return rest(scene, rules, now_s, is_erased=False)
    return stay(scene, idle_left_s=left_s) if left_s <= min(rules.thanks_s / 2, rules.idle_answer_s) else Step(scene)


def tick_letter(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    return _watch_silence(scene, rules, now_s, warning_s=rules.letter_idle_warning_s)


def tick_idle(scene: Scene, event: Tick, rules: Rules, now_s: float) -> Step:
    return _watch_silence(scene, rules, now_s, warning_s=rules.idle_warning_s)


def _watch_silence(scene: Scene, rules: Rules, now_s: float, *, warning_s: float) -> Step:
    left_s = warning_s + rules.idle_answer_s - (now_s - scene.touched_at_s)
    if left_s > rules.idle_answer_s:
        return Step(scene)
    if left_s > 0:
        return stay(scene, idle_left_s=left_s)
    is_kept = scene.sorry is not None and scene.sorry.is_kept
    return rest(scene, rules, now_s, is_erased=not is_kept)
