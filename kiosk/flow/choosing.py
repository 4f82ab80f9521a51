"""Moves from the first touch to the style: language, memorial, consents, style."""

from __future__ import annotations

from dataclasses import replace

from kiosk.errors import KioskError, NotEnrolledError
from kiosk.flow.effects import FindMemorial, LoadMemorials, LoadStyles, OpenCamera
from kiosk.flow.events import (
    BackPressed,
    ConsentsGiven,
    LanguageChosen,
    MemorialCheckFailed,
    MemorialChosen,
    MemorialCodeEntered,
    MemorialFound,
    MemorialsFailed,
    MemorialsLoaded,
    MemorialUnknown,
    StyleChosen,
    StyleConfirmed,
    StyleSampleLoaded,
    StylesFailed,
    StylesLoaded,
    VisitBegun,
)
from kiosk.flow.scene import Notice, Rules, Scene, State, Step
from kiosk.flow.steps import change_visit, current_visit, enter, rest, stay
from kiosk.flow.visit import Memorial, Visit


def begin(scene: Scene, event: VisitBegun, rules: Rules, now_s: float) -> Step:
    visit = Visit(visit_id=rules.new_visit_id(), language=scene.language)
    return enter(scene, State.LANGUAGE, now_s, visit=visit)


def choose_resting_language(scene: Scene, event: LanguageChosen, rules: Rules, now_s: float) -> Step:
    return stay(scene, language=event.language, touched_at_s=now_s)


def switch_language(scene: Scene, event: LanguageChosen, rules: Rules, now_s: float) -> Step:
    return stay(scene, language=event.language, visit=change_visit(scene, language=event.language))


def choose_language(scene: Scene, event: LanguageChosen, rules: Rules, now_s: float) -> Step:
    visit = change_visit(scene, language=event.language)
    return enter(
        scene,
        State.MEMORIAL,
        now_s,
        LoadMemorials(visit.visit_id),
        language=event.language,
        visit=visit,
        memorials=None,
    )


def leave_language(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step:
    return rest(scene, rules, now_s, is_erased=True)


def return_to_language(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step:
    return enter(scene, State.LANGUAGE, now_s)


def show_memorials(scene: Scene, event: MemorialsLoaded, rules: Rules, now_s: float) -> Step:
    notice = None if scene.notice in (Notice.LIST_UNAVAILABLE, Notice.NOT_ENROLLED) else scene.notice
    return stay(scene, memorials=event.memorials, notice=notice, due_at_s=None)


def miss_list(scene: Scene, event: MemorialsFailed | StylesFailed, rules: Rules, now_s: float) -> Step:
    """The list is asked for again after a while; until then the screen says so."""
    return stay(scene, notice=_name_cause(event.error, Notice.LIST_UNAVAILABLE), due_at_s=now_s + rules.list_retry_s)


def choose_memorial(scene: Scene, event: MemorialChosen, rules: Rules, now_s: float) -> Step | None:
    found = [memorial for memorial in scene.memorials or () if memorial.memorial_id == event.memorial_id]
    return _open_memorial(scene, found[0], now_s) if found and not scene.is_busy else None


def check_code(scene: Scene, event: MemorialCodeEntered, rules: Rules, now_s: float) -> Step | None:
    code = event.code.strip()
    if not code or scene.is_busy:
        return None
    return stay(scene, FindMemorial(current_visit(scene).visit_id, code), is_busy=True, notice=None)


def open_found_memorial(scene: Scene, event: MemorialFound, rules: Rules, now_s: float) -> Step | None:
    return _open_memorial(scene, event.memorial, now_s) if scene.is_busy else None


def refuse_code(scene: Scene, event: MemorialUnknown, rules: Rules, now_s: float) -> Step | None:
    return stay(scene, is_busy=False, notice=Notice.CODE_UNKNOWN) if scene.is_busy else None


def miss_code_check(scene: Scene, event: MemorialCheckFailed, rules: Rules, now_s: float) -> Step | None:
    notice = _name_cause(event.error, Notice.CODE_UNCHECKED)
    return stay(scene, is_busy=False, notice=notice) if scene.is_busy else None


def _name_cause(error: KioskError, usual: Notice) -> Notice:
    """A booth that is not enrolled needs its staff; everything else passes."""
    return Notice.NOT_ENROLLED if isinstance(error, NotEnrolledError) else usual


def _open_memorial(scene: Scene, memorial: Memorial, now_s: float) -> Step:
    """Another memorial has other styles, so an earlier choice of style is dropped with it."""
    visit = change_visit(scene, memorial=memorial, style=None)
    return enter(scene, State.CONSENT, now_s, visit=visit, styles=None)


def return_to_memorial(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step:
    effects = () if scene.memorials is not None else (LoadMemorials(current_visit(scene).visit_id),)
    return enter(scene, State.MEMORIAL, now_s, *effects)


def give_consents(scene: Scene, event: ConsentsGiven, rules: Rules, now_s: float) -> Step:
    visit = change_visit(scene, consents=event.consents)
    if not event.consents.family_page:
        return stay(scene, visit=visit, notice=Notice.FAMILY_PAGE_NEEDED)
    if not event.consents.ai_restyle:
        return go_to_camera(replace(scene, visit=replace(visit, style=None)), now_s)
    return enter(scene, State.STYLE, now_s, _load_styles(visit), visit=visit, styles=None)


def _load_styles(visit: Visit) -> LoadStyles:
    if visit.memorial is None:
        raise ValueError("styles belong to a memorial")
    return LoadStyles(visit.visit_id, visit.memorial.memorial_id)


def show_styles(scene: Scene, event: StylesLoaded, rules: Rules, now_s: float) -> Step:
    """Without any style to choose from, the visit goes on with the photograph alone."""
    if not event.styles:
        return go_to_camera(replace(scene, visit=change_visit(scene, style=None), styles=()), now_s)
    marked = current_visit(scene).style
    kept = [style for style in event.styles if marked is not None and style.style_id == marked.style_id]
    visit = change_visit(scene, style=kept[0] if kept else None)
    return stay(scene, visit=visit, styles=event.styles, notice=None, due_at_s=None)


def show_sample(scene: Scene, event: StyleSampleLoaded, rules: Rules, now_s: float) -> Step:
    styles = tuple(
        replace(style, sample=event.sample) if style.style_id == event.style_id else style
        for style in scene.styles or ()
    )
    return stay(scene, styles=styles)


def choose_style(scene: Scene, event: StyleChosen, rules: Rules, now_s: float) -> Step | None:
    found = [style for style in scene.styles or () if style.style_id == event.style_id]
    return stay(scene, visit=change_visit(scene, style=found[0])) if found else None


def confirm_style(scene: Scene, event: StyleConfirmed, rules: Rules, now_s: float) -> Step | None:
    return go_to_camera(scene, now_s) if current_visit(scene).style is not None else None


def return_to_consent(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step:
    return enter(scene, State.CONSENT, now_s)


def go_to_camera(scene: Scene, now_s: float) -> Step:
    return enter(scene, State.CAMERA, now_s, OpenCamera(current_visit(scene).visit_id))


def ask_again_for_list(scene: Scene, now_s: float) -> Step:
    """The list that could not be loaded is asked for once more."""
    visit = current_visit(scene)
    effect = LoadMemorials(visit.visit_id) if scene.state is State.MEMORIAL else _load_styles(visit)
    return stay(scene, effect, due_at_s=None)
