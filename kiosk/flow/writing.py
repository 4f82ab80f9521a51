"""Moves after the hand-over: the picture as it comes, letter, voice, finish, farewell."""

from __future__ import annotations

from dataclasses import replace

from kiosk.errors import NothingToReadError
from kiosk.flow.capturing import photograph_again, save, take_new_id
from kiosk.flow.effects import Finish, LoadOutput, RequestSpeech
from kiosk.flow.events import (
    BackPressed,
    FinishNotSaved,
    FinishPressed,
    FinishSaved,
    GenerationChanged,
    LetterConfirmed,
    LetterDrafted,
    OutputLoaded,
    PictureChosen,
    RetryPressed,
    SendLaterAccepted,
    SpeechMade,
    VisitLeft,
    VoiceChosen,
    VoiceConfirmed,
    VoiceFailed,
)
from kiosk.flow.failures import apologise_for_finish
from kiosk.flow.scene import Rules, Scene, State, Step
from kiosk.flow.steps import change_visit, current_visit, enter, rest, stay
from kiosk.flow.texts import clip_text, has_words
from kiosk.flow.visit import (
    LETTER_MAX_CHARACTERS,
    RELATION_MAX_CHARACTERS,
    SENDER_NAME_MAX_CHARACTERS,
    Generation,
    Output,
    build_finish,
)


def follow_generation(scene: Scene, event: GenerationChanged, rules: Rules, now_s: float) -> Step | None:
    """The picture is fetched once when it is there; nothing moves the visitor on."""
    visit = current_visit(scene)
    if visit.saved_at is None:
        return None
    generation = event.generation
    is_new = generation.state == "done" and generation != visit.generation and not _has(visit.output, generation)
    effects = (LoadOutput(visit.visit_id, generation.output_id, generation.engine),) if is_new else ()
    return stay(scene, *effects, visit=change_visit(scene, generation=generation))


def _has(output: Output | None, generation: Generation) -> bool:
    return output is not None and output.output_id == generation.output_id


def show_output(scene: Scene, event: OutputLoaded, rules: Rules, now_s: float) -> Step:
    return stay(scene, visit=change_visit(scene, output=event.output))


def draft_letter(scene: Scene, event: LetterDrafted, rules: Rules, now_s: float) -> Step:
    """What fits is kept. A changed letter makes a voice that read the old one void."""
    written: dict[str, object] = {
        "letter": clip_text(event.letter, LETTER_MAX_CHARACTERS),
        "sender_name": clip_text(event.sender_name, SENDER_NAME_MAX_CHARACTERS),
        "relation": clip_text(event.relation, RELATION_MAX_CHARACTERS),
    }
    if written["letter"] != current_visit(scene).letter:
        written |= {"voice_choice": None, "voice_state": "none", "speech": None}
    return stay(scene, visit=change_visit(scene, **written))


def confirm_letter(scene: Scene, event: LetterConfirmed, rules: Rules, now_s: float) -> Step:
    return enter(scene, State.VOICE, now_s)


def return_to_letter(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step:
    """A voice that is still being made is not waited for; it is asked for again if the visitor wants it."""
    if current_visit(scene).voice_state != "making":
        return enter(scene, State.LETTER, now_s)
    return enter(scene, State.LETTER, now_s, visit=change_visit(scene, voice_choice=None, voice_state="none"))


def choose_voice(scene: Scene, event: VoiceChosen, rules: Rules, now_s: float) -> Step | None:
    visit = current_visit(scene)
    if event.choice == "none":
        return stay(scene, visit=change_visit(scene, voice_choice="none", voice_state="none"))
    if not has_words(visit.letter) or visit.voice_state == "making":
        return None
    if visit.speech is not None:
        return stay(scene, visit=change_visit(scene, voice_choice=event.choice, voice_state="ready"))
    effect = RequestSpeech(visit.visit_id, visit.letter, visit.language, visit.consents.online_voice)
    return stay(scene, effect, visit=change_visit(scene, voice_choice=event.choice, voice_state="making"))


def keep_speech(scene: Scene, event: SpeechMade, rules: Rules, now_s: float) -> Step | None:
    if not _is_awaited(scene, event.letter):
        return None
    return stay(scene, visit=change_visit(scene, speech=event.speech, voice_state="ready"))


def miss_speech(scene: Scene, event: VoiceFailed, rules: Rules, now_s: float) -> Step | None:
    """A letter without words stays as it is; asking again would not help."""
    if not _is_awaited(scene, event.letter):
        return None
    is_wordless = isinstance(event.error, NothingToReadError)
    return stay(scene, visit=change_visit(scene, voice_state="unreadable" if is_wordless else "failed"))


def _is_awaited(scene: Scene, letter: str) -> bool:
    """A voice that is no longer waited for may read an older letter."""
    visit = current_visit(scene)
    return visit.voice_state == "making" and visit.letter == letter


def confirm_voice(scene: Scene, event: VoiceConfirmed, rules: Rules, now_s: float) -> Step | None:
    """Without a letter no choice is needed. Whoever goes on after a failure leaves no voice, because none was heard."""
    visit = current_visit(scene)
    if visit.voice_state == "making" or (visit.voice_choice is None and has_words(visit.letter)):
        return None
    if visit.voice_choice is None or visit.voice_state in ("failed", "unreadable"):
        visit = replace(visit, voice_choice="none", voice_state="none")
    if visit.style is None:
        visit = replace(visit, chosen="original")
    return enter(scene, State.RESULT, now_s, visit=visit)


def return_to_voice(scene: Scene, event: BackPressed, rules: Rules, now_s: float) -> Step | None:
    return None if scene.is_busy else enter(scene, State.VOICE, now_s)


def choose_picture(scene: Scene, event: PictureChosen, rules: Rules, now_s: float) -> Step | None:
    is_possible = event.chosen == "original" or current_visit(scene).style is not None
    return stay(scene, visit=change_visit(scene, chosen=event.chosen)) if is_possible and not scene.is_busy else None


def press_finish(scene: Scene, event: FinishPressed, rules: Rules, now_s: float) -> Step | None:
    return None if scene.is_busy else _finish(scene)


def _finish(scene: Scene) -> Step:
    """Send everything, or the same request once more."""
    visit = current_visit(scene)
    request = visit.finish or build_finish(visit)
    return stay(scene, Finish(visit.visit_id, request), visit=change_visit(scene, finish=request), is_busy=True)


def thank(scene: Scene, event: FinishSaved, rules: Rules, now_s: float) -> Step | None:
    if not scene.is_busy:
        return None
    return enter(scene, State.THANKS, now_s, visit=change_visit(scene, receipt=event.receipt))


def miss_finish(scene: Scene, event: FinishNotSaved, rules: Rules, now_s: float) -> Step | None:
    return apologise_for_finish(scene, event.error, now_s, is_kept=event.is_kept) if scene.is_busy else None


def retry(scene: Scene, event: RetryPressed, rules: Rules, now_s: float) -> Step | None:
    sorry = scene.sorry
    if sorry is None:
        return None
    renewed = take_new_id(scene, rules) if sorry.needs_new_id else Step(scene)
    step = _retry_to(sorry.retry_to, renewed.scene, now_s)
    return Step(step.scene, (*renewed.effects, *step.effects))


def _retry_to(state: State, scene: Scene, now_s: float) -> Step:
    if state is State.SAVING:
        return save(scene, now_s)
    if state is State.CAMERA:
        return photograph_again(scene, now_s)
    return _finish(enter(scene, state, now_s).scene)


def send_later(scene: Scene, event: SendLaterAccepted, rules: Rules, now_s: float) -> Step | None:
    is_kept = scene.sorry is not None and scene.sorry.is_kept
    return rest(scene, rules, now_s, is_erased=False) if is_kept else None


def leave(scene: Scene, event: VisitLeft, rules: Rules, now_s: float) -> Step | None:
    """Erases everything. Refused only while a finish is on its way, when it may be too late to erase."""
    if scene.state is State.RESULT and scene.is_busy:
        return None
    return rest(scene, rules, now_s, is_erased=True)


def leave_after_thanks(scene: Scene, event: VisitLeft, rules: Rules, now_s: float) -> Step:
    return rest(scene, rules, now_s, is_erased=False)
