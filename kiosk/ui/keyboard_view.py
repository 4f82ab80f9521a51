"""The booth's own keyboard: presses on the screen become text in the field that has the focus.

The open syllable is shown as preedit text through Qt's input-method events, the way a system keyboard does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Property, QCoreApplication, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QInputMethodEvent, QKeyEvent, QTextCharFormat
from shiboken6 import isValid

from kiosk.flow.visit import Language
from kiosk.keyboard.hangul import HangulComposer, list_keys
from kiosk.keyboard.layouts import LAYOUTS, LayoutName

_ALWAYS_SHOWN = {" ": "key_space", "\n": "key_enter", ",": "key_,", ".": "key_."}


@dataclass(frozen=True)
class KeyTouch:
    """One touch for a text: the key's objectName, or the character itself when the keyboard does not have it."""

    name: str
    is_on_keyboard: bool = True


class KeyboardView(QObject):
    """Which keys are shown, and what a press does."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._composer = HangulComposer()
        self._language: LayoutName = "ko"
        self._has_signs = False
        self._is_shifted = False
        self._target: QObject | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusObjectChanged.connect(self._on_focus_changed)

    @Slot(str)
    def use_language(self, language: str) -> None:
        """Show the letters of "ko" or "en"."""
        self.flush()
        self._show("en" if language == "en" else "ko", has_signs=False, is_shifted=False)

    def reset(self, language: Language) -> None:
        """The letters of `language` for the next visitor; a syllable that was begun is dropped."""
        self._composer.flush()
        self._show(language, has_signs=False, is_shifted=False)

    @Slot(str)
    def insert(self, text: str) -> None:
        """Write a whole text where the cursor is, the way a paste does."""
        self._write(self._composer.flush() + text)

    @Slot()
    def flush(self) -> None:
        """Finish the open syllable: before the field, the language or the screen changes."""
        if self._composer.preedit:
            self._write(self._composer.flush())

    def list_touches(self, text: str) -> Iterator[KeyTouch]:
        """The keys to touch for `text`, one after the other, from the keys that are shown when each is asked for."""
        for letter in list_keys(text):
            yield from self._reach(letter)
            yield _touch_for(letter)

    def _reach(self, letter: str) -> Iterator[KeyTouch]:
        """Changes of letters, signs and shift that bring the key of `letter` onto the screen."""
        place = _find_place(letter, preferred=self._language)
        if place is None:
            return
        layout, is_shifted = place
        if self._has_signs != (layout == "signs"):
            yield KeyTouch("key_signs")
        if layout != "signs" and layout != self._language:
            yield KeyTouch("key_layout")
        if self._is_shifted != is_shifted:
            yield KeyTouch("key_shift")

    @Slot(str, str)
    def press(self, kind: str, label: str) -> None:
        """A key was touched: `kind` is letter, space, enter, backspace, shift, layout or signs."""
        match kind:
            case "letter":
                self._press_letter(label)
            case "space":
                self._write(self._composer.flush() + " ")
            case "enter":
                self.flush()
                self._press_key(Qt.Key.Key_Return, "\r")
            case "backspace":
                self._press_backspace()
            case "shift":
                self._show(self._language, has_signs=self._has_signs, is_shifted=not self._is_shifted)
            case "signs":
                self.flush()
                self._show(self._language, has_signs=not self._has_signs, is_shifted=False)
            case "layout":
                self.use_language("ko" if self._language == "en" else "en")

    def _show(self, language: LayoutName, *, has_signs: bool, is_shifted: bool) -> None:
        """The keys are drawn anew only when they differ."""
        before = (self._language, self._has_signs, self._is_shifted)
        self._language, self._has_signs, self._is_shifted = language, has_signs, is_shifted
        if (language, has_signs, is_shifted) != before:
            self.changed.emit()

    def _press_letter(self, letter: str) -> None:
        self._write(self._composer.press(letter))
        self._show(self._language, has_signs=self._has_signs, is_shifted=False)

    def _press_backspace(self) -> None:
        if self._composer.backspace():
            self._write("")
        else:
            self._press_key(Qt.Key.Key_Backspace, "\b")

    def _write(self, finished: str) -> None:
        """Commit finished text and show the open syllable, underlined, with the cursor behind it."""
        self._target = _find_focus()
        if self._target is not None:
            _send(self._target, finished, self._composer.preedit)

    def _press_key(self, key: Qt.Key, text: str) -> None:
        target = _find_focus()
        if target is None:
            return
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))

    @Slot(QObject)
    def _on_focus_changed(self, focus: QObject | None) -> None:
        """The syllable belongs to the field in which it was begun, and goes with a screen that is gone."""
        target, self._target = self._target, focus
        text = self._composer.flush()
        if text and target is not None and isValid(target):
            _send(target, text, "")

    @Property(list, notify=changed)
    def rows(self) -> list[str]:
        """The three rows of letters, as they are shown now."""
        return list(LAYOUTS["signs" if self._has_signs else self._language].rows(is_shifted=self._is_shifted))

    @Property(str, notify=changed)
    def language(self) -> str:
        """Whose letters are shown when no signs are."""
        return self._language

    @Property(bool, notify=changed)
    def signs(self) -> bool:
        return self._has_signs

    @Property(bool, notify=changed)
    def shifted(self) -> bool:
        return self._is_shifted


def _find_place(letter: str, *, preferred: LayoutName) -> tuple[LayoutName, bool] | None:
    """Layout and shift that show the key, the letters in use first; None when it is always shown or nowhere."""
    if letter in _ALWAYS_SHOWN:
        return None
    for name in sorted(LAYOUTS, key=lambda name: name != preferred):
        for is_shifted in (False, True):
            if any(letter in row for row in LAYOUTS[name].rows(is_shifted=is_shifted)):
                return name, is_shifted
    return None


def _touch_for(letter: str) -> KeyTouch:
    if letter in _ALWAYS_SHOWN:
        return KeyTouch(_ALWAYS_SHOWN[letter])
    is_known = _find_place(letter, preferred="ko") is not None
    return KeyTouch(f"key_{letter}" if is_known else letter, is_on_keyboard=is_known)


def _find_focus() -> QObject | None:
    """The field being written in. Qt's type stubs do not say that there may be none."""
    return QGuiApplication.focusObject()


def _send(target: QObject, finished: str, preedit: str) -> None:
    underlined = QTextCharFormat()
    underlined.setFontUnderline(True)
    attributes = [
        QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.TextFormat, 0, len(preedit), underlined),
        QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.Cursor, len(preedit), 1, QColor()),
    ]
    event = QInputMethodEvent(preedit, attributes)
    if finished:
        event.setCommitString(finished)
    QCoreApplication.sendEvent(target, event)
