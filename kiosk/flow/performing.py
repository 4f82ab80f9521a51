"""How each effect is carried out: journal first, then bridge, then the answer as an event. Runs on workers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from boothkit.logs import get_logger
from kiosk.errors import KioskError, SorryReason
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.ports import Bridge, Camera, Journal
from kiosk.flow.retries import back_off, call_patiently
from kiosk.flow.visit import Output

log = get_logger(__name__)

Deliver = Callable[[e.Event], None]


@dataclass(frozen=True)
class Patience:
    """How long the visitor waits before hearing that something did not work, in seconds."""

    hand_over_s: float = 12.0
    finish_s: float = 12.0
    list_s: float = 1.0
    still_s: float = 2.0


class Performer:
    """Knows the outside world; holds nothing of a visit."""

    def __init__(self, *, bridge: Bridge, camera: Camera, journal: Journal, patience: Patience | None = None) -> None:
        self.camera = camera
        self._bridge = bridge
        self._journal = journal
        self._patience = patience or Patience()
        self._ways: Mapping[type[f.Effect], Callable[[Any, threading.Event, Deliver], None]] = {
            f.LoadMemorials: self._load_memorials,
            f.FindMemorial: self._find_memorial,
            f.LoadStyles: self._load_styles,
            f.TakeStill: self._take_still,
            f.DiscardStill: self._discard_still,
            f.SaveCapture: self._save_capture,
            f.WatchProgress: self._watch_progress,
            f.LoadOutput: self._load_output,
            f.RequestSpeech: self._request_speech,
            f.Finish: self._finish,
            f.EraseVisit: self._erase_visit,
        }

    def perform(self, effect: f.Effect, over: threading.Event, deliver: Deliver) -> None:
        """Carry one effect out and deliver its answer; `over` is set when the visit ends.

        Never raises: a failure becomes the effect's own failure event, so that no screen waits for ever.
        """
        try:
            self._ways[type(effect)](effect, over, deliver)
        except KioskError as error:
            self._report(effect, error, deliver)
        except Exception:  # a worker's edge: a defect becomes an apology, not a silent wait
            log.exception("An effect failed in a way that nobody foresaw.", action="visit.effect_broken")
            self._report(effect, KioskError(), deliver)

    def _report(self, effect: f.Effect, error: KioskError, deliver: Deliver) -> None:
        log.warning(
            "An effect did not work.",
            action="visit.effect_failed",
            effect=type(effect).__name__,
            visit_id=effect.visit_id,
            code=error.code,
            details=error.details,
        )
        event = _failure_of(effect, error)
        if event is not None:
            deliver(event)

    def _load_memorials(self, effect: f.LoadMemorials, over: threading.Event, deliver: Deliver) -> None:
        memorials = call_patiently(self._bridge.list_memorials, patience_s=self._patience.list_s, over=over)
        deliver(e.MemorialsLoaded(effect.visit_id, memorials))

    def _find_memorial(self, effect: f.FindMemorial, over: threading.Event, deliver: Deliver) -> None:
        memorial = self._bridge.find_memorial(effect.code)
        if memorial is None:
            deliver(e.MemorialUnknown(effect.visit_id))
        else:
            deliver(e.MemorialFound(effect.visit_id, memorial))

    def _load_styles(self, effect: f.LoadStyles, over: threading.Event, deliver: Deliver) -> None:
        styles = call_patiently(
            lambda: self._bridge.list_styles(effect.memorial_id), patience_s=self._patience.list_s, over=over
        )
        deliver(e.StylesLoaded(effect.visit_id, styles))
        for style in styles:
            self._load_sample(effect, style.style_id, deliver)

    def _load_sample(self, effect: f.LoadStyles, style_id: str, deliver: Deliver) -> None:
        """A style without its sample can still be chosen by name."""
        try:
            sample = self._bridge.get_style_sample(style_id, effect.memorial_id)
        except KioskError as error:
            log.warning("A style has no sample.", action="style.no_sample", style_id=style_id, code=error.code)
        else:
            deliver(e.StyleSampleLoaded(effect.visit_id, style_id, sample))

    def _take_still(self, effect: f.TakeStill, over: threading.Event, deliver: Deliver) -> None:
        still = self.camera.take_still(not_before_s=effect.at_s, timeout_s=self._patience.still_s)
        self._journal.keep_still(effect.visit_id, still)
        deliver(e.StillTaken(effect.visit_id, still))

    def _discard_still(self, effect: f.DiscardStill, over: threading.Event, deliver: Deliver) -> None:
        self._journal.forget(effect.visit_id)

    def _save_capture(self, effect: f.SaveCapture, over: threading.Event, deliver: Deliver) -> None:
        self._journal.approve(effect.hand_over, effect.still)
        saved_at = call_patiently(
            lambda: self._bridge.save_capture(effect.hand_over, effect.still.image),
            patience_s=self._patience.hand_over_s,
            over=over,
        )
        _note(lambda: self._journal.mark_handed_over(effect.visit_id))
        deliver(e.CaptureSaved(effect.visit_id, saved_at))

    def _watch_progress(self, effect: f.WatchProgress, over: threading.Event, deliver: Deliver) -> None:
        for generation in self._bridge.watch_progress(effect.visit_id, over):
            deliver(e.GenerationChanged(effect.visit_id, generation))

    def _load_output(self, effect: f.LoadOutput, over: threading.Event, deliver: Deliver) -> None:
        """The picture is wanted as long as the visit lasts."""
        for pause_s in back_off(first_s=0.5, longest_s=5.0):
            try:
                image = self._bridge.get_output(effect.visit_id, effect.output_id)
            except KioskError as error:
                if not error.is_transient or over.wait(pause_s):
                    raise
            else:
                deliver(e.OutputLoaded(effect.visit_id, Output(effect.output_id, effect.engine, image)))
                return

    def _request_speech(self, effect: f.RequestSpeech, over: threading.Event, deliver: Deliver) -> None:
        speech = self._bridge.make_speech(
            effect.visit_id, effect.text, language=effect.language, online_voice=effect.online_voice
        )
        deliver(e.SpeechMade(effect.visit_id, effect.text, speech))

    def _finish(self, effect: f.Finish, over: threading.Event, deliver: Deliver) -> None:
        self._journal.keep_finish(effect.request)
        try:
            receipt = call_patiently(
                lambda: self._bridge.finish(effect.request), patience_s=self._patience.finish_s, over=over
            )
        except KioskError as error:
            # What the bridge refuses for good must not be promised for later.
            is_kept = error.reason is not SorryReason.REFUSED
            deliver(e.FinishNotSaved(effect.visit_id, error, is_kept=is_kept))
            return
        _note(lambda: self._journal.complete(effect.visit_id, receipt))
        deliver(e.FinishSaved(effect.visit_id, receipt))

    def _erase_visit(self, effect: f.EraseVisit, over: threading.Event, deliver: Deliver) -> None:
        self._journal.request_erasure(effect.visit_id)


def _note(write: Callable[[], None]) -> None:
    """Write down that the bridge has something. If the disk refuses, it is still true: it is only sent once more."""
    try:
        write()
    except KioskError as error:
        log.warning("The journal could not note an answer.", action="journal.not_noted", code=error.code)


def _failure_of(effect: f.Effect, error: KioskError) -> e.Event | None:
    """The event that tells the machine of a failed effect; None where the screen needs nothing."""
    match effect:
        case f.LoadMemorials():
            return e.MemorialsFailed(effect.visit_id, error)
        case f.FindMemorial():
            return e.MemorialCheckFailed(effect.visit_id, error)
        case f.LoadStyles():
            return e.StylesFailed(effect.visit_id, error)
        case f.TakeStill():
            return e.StillFailed(effect.visit_id, error)
        case f.SaveCapture():
            return e.CaptureNotSaved(effect.visit_id, error)
        case f.RequestSpeech():
            return e.VoiceFailed(effect.visit_id, effect.text, error)
        case f.Finish():
            return e.FinishNotSaved(effect.visit_id, error, is_kept=False)
        case _:
            return None
