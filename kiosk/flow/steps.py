"""The few ways in which every move changes the scene."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.errors import KioskError
from kiosk.flow.effects import CloseCamera, CloseVisit, Effect, EraseVisit
from kiosk.flow.scene import Rules, Scene, Sorry, State, Step
from kiosk.flow.visit import Visit, Words


def enter(scene: Scene, state: State, now_s: float, *effects: Effect, **changes: Any) -> Step:
    """Go to another state; what belonged to the old screen alone is dropped, then `changes` are made."""
    clean = replace(
        scene,
        state=state,
        entered_at_s=now_s,
        countdown_left_s=None,
        shutter_at_s=None,
        due_at_s=None,
        is_busy=False,
        notice=None,
        sorry=None,
        idle_left_s=None,
        touched_at_s=now_s,
    )
    return Step(replace(clean, **changes), effects)


def stay(scene: Scene, *effects: Effect, **changes: Any) -> Step:
    """Remain in the state."""
    return Step(replace(scene, **changes), effects)


def current_visit(scene: Scene) -> Visit:
    """The visit of any state but attract."""
    if scene.visit is None:
        raise ValueError(f"no visit in {scene.state}")
    return scene.visit


def change_visit(scene: Scene, **changes: Any) -> Visit:
    """The visit with some fields replaced."""
    return replace(current_visit(scene), **changes)


def apologise(
    scene: Scene,
    error: KioskError,
    now_s: float,
    *,
    retry_to: State,
    needs_new_id: bool = False,
    is_kept: bool = False,
) -> Step:
    """Say plainly what did not work and where a retry leads."""
    words = Words(ko=error.public_message("ko"), en=error.public_message("en"))
    sorry = Sorry(error.reason, words, retry_to, needs_new_id=needs_new_id, is_kept=is_kept)
    return enter(scene, State.SORRY, now_s, sorry=sorry)


def rest(scene: Scene, rules: Rules, now_s: float, *, is_erased: bool) -> Step:
    """Back to attract with nothing of the visitor left; `is_erased` also asks for erasure on disk and at the bridge."""
    visit_id = current_visit(scene).visit_id
    effects: tuple[Effect, ...] = (CloseCamera(visit_id),)
    if is_erased:
        effects += (EraseVisit(visit_id),)
    # The camera counts as off at once: the next visitor must not press a shutter on the last one's "live".
    fresh = Scene(language=rules.default_language, entered_at_s=now_s, touched_at_s=now_s)
    return Step(fresh, (*effects, CloseVisit(visit_id)))
