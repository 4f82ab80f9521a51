"""Between the visit and its screens: shows each scene as facts, and turns touches into events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from boothkit.logs import get_logger
from kiosk.flow import events as e
from kiosk.flow.scene import Scene
from kiosk.flow.visit import Language, PictureChoice, Style, VoiceChoice, Words
from kiosk.ui.facts import Facts, build_consents, build_facts
from kiosk.ui.facts_view import FactsView
from kiosk.ui.pictures import PictureShelf, decode_picture, draw_qr

log = get_logger(__name__)

_LASTING_PICTURES = frozenset({"scenery"})


class VisitView(QObject):
    """`facts` is what the QML files read as `scene`; the slots are what they call as `visit`.

    `language_changed`, `style_changed` (a Style or None) and `visit_ended` tell the window what concerns more than one
    screen.
    """

    language_changed = Signal(str)
    style_changed = Signal(object)
    visit_ended = Signal()

    def __init__(
        self,
        pictures: PictureShelf,
        *,
        hall_name: Words,
        countdown_s: float,
        today: Callable[[], date],
    ) -> None:
        super().__init__()
        self._pictures = pictures
        self._hall_name = hall_name
        self._countdown_s = countdown_s
        self._today = today
        self._send: Callable[[e.Event], None] = _ignore
        self._scene = Scene()
        self._style: Style | None = None
        self._answers: dict[str, str] = {}
        self.facts = FactsView(self._build_facts())
        pictures.changed.connect(self._refresh)

    def connect_to(self, send: Callable[[e.Event], None]) -> None:
        """From now on touches become events for `send`, on the window's thread."""
        self._send = send

    @property
    def scene(self) -> Scene:
        """What is on the screen now."""
        return self._scene

    def show(self, scene: Scene) -> None:
        """Bring a new scene to the screens. Call it on the window's thread."""
        before, self._scene = self._scene, scene
        if scene.visit is None:
            self._answers = {}
        self._hang_pictures(scene)
        self._refresh()
        if scene.language != before.language:
            self.language_changed.emit(scene.language)
        style = find_style(scene)
        if style != self._style:
            self._style = style
            self.style_changed.emit(style)
        if before.visit is not None and scene.visit is None:
            self.visit_ended.emit()

    def _hang_pictures(self, scene: Scene) -> None:
        visit = scene.visit
        names = set(_LASTING_PICTURES)
        for style in scene.styles or ():
            names.add(f"sample_{style.style_id}")
            if style.sample:
                self._pictures.put(f"sample_{style.style_id}", len(style.sample), partial(decode_picture, style.sample))
        if visit is not None and visit.still is not None:
            names.add("original")
            self._pictures.put("original", visit.still.sha256, partial(decode_picture, visit.still.image))
        if visit is not None and visit.output is not None:
            names.add("picture")
            self._pictures.put("picture", visit.output.output_id, partial(decode_picture, visit.output.image))
        if visit is not None and visit.receipt is not None:
            names.add("qr")
            address = visit.receipt.private_url or visit.receipt.code
            self._pictures.put("qr", address, partial(draw_qr, address))
        self._pictures.keep_only(names)

    @Slot()
    def _refresh(self) -> None:
        self.facts.show(self._build_facts())

    def _build_facts(self) -> Facts:
        return build_facts(
            self._scene,
            hall_name=self._hall_name,
            answers=self._answers,
            sources=self._pictures.sources,
            countdown_s=self._countdown_s,
        )

    @Slot()
    def begin(self) -> None:
        self._send(e.VisitBegun())

    @Slot(str)
    def choose_language(self, language: str) -> None:
        self._send(e.LanguageChosen(cast(Language, language)))

    @Slot(str)
    def choose_memorial(self, memorial_id: str) -> None:
        self._send(e.MemorialChosen(memorial_id))

    @Slot(str)
    def open_by_code(self, code: str) -> None:
        self._send(e.MemorialCodeEntered(code))

    @Slot(str, bool)
    def answer_consent(self, use: str, is_agreed: bool) -> None:
        self._answers[use] = "yes" if is_agreed else "no"
        self._send(e.Touched())
        self._refresh()

    @Slot()
    def confirm_consents(self) -> None:
        self._send(e.ConsentsGiven(build_consents(self._answers, self._today())))

    @Slot(str)
    def choose_style(self, style_id: str) -> None:
        self._send(e.StyleChosen(style_id))

    @Slot()
    def confirm_style(self) -> None:
        self._send(e.StyleConfirmed())

    @Slot()
    def start_countdown(self) -> None:
        self._send(e.ShutterPressed())

    @Slot()
    def retake_photo(self) -> None:
        self._send(e.RetakePressed())

    @Slot()
    def keep_photo(self) -> None:
        self._send(e.CaptureApproved())

    @Slot(str, str, str)
    def draft_letter(self, letter: str, sender_name: str, relation: str) -> None:
        self._send(e.LetterDrafted(letter, sender_name, relation))

    @Slot()
    def confirm_letter(self) -> None:
        self._send(e.LetterConfirmed())

    @Slot(str)
    def choose_voice(self, choice: str) -> None:
        self._send(e.VoiceChosen(cast(VoiceChoice, choice)))

    @Slot()
    def confirm_voice(self) -> None:
        self._send(e.VoiceConfirmed())

    @Slot(str)
    def choose_picture(self, chosen: str) -> None:
        self._send(e.PictureChosen(cast(PictureChoice, chosen)))

    @Slot()
    def finish(self) -> None:
        self._send(e.FinishPressed())

    @Slot()
    def back(self) -> None:
        self._send(e.BackPressed())

    @Slot()
    def leave(self) -> None:
        self._send(e.VisitLeft())

    @Slot()
    def retry(self) -> None:
        self._send(e.RetryPressed())

    @Slot()
    def send_later(self) -> None:
        self._send(e.SendLaterAccepted())

    @Slot()
    def stay_awake(self) -> None:
        self._send(e.Touched())

    @Slot()
    def call_staff(self) -> None:
        """The booth has no bell; the call stands in the log that the staff's alerts are made from."""
        log.warning("A visitor asks for the staff.", action="staff.called", state=str(self._scene.state))


def find_style(scene: Scene) -> Style | None:
    """The chosen style as it is known best: a sample may have come after the choice."""
    chosen = scene.visit.style if scene.visit is not None else None
    if chosen is None:
        return None
    return next((style for style in scene.styles or () if style.style_id == chosen.style_id), chosen)


def _ignore(event: e.Event) -> None:
    """Touches before the visit is connected mean nothing."""
