"""Puts the kiosk together and runs it: settings, journal, bridge, camera, visit, window."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from boothkit.data_folder import DataFolderLock
from boothkit.files import publish_file
from boothkit.ids import new_id
from boothkit.logs import configure_logging, get_logger
from kiosk.auto_visitor import AutoVisitor, Report, StepTime, Wishes
from kiosk.bridge.client import BridgeClient
from kiosk.bridge.token import TokenFile
from kiosk.camera.building import build_camera
from kiosk.flow import events as e
from kiosk.flow.courier import Courier
from kiosk.flow.performing import Patience, Performer
from kiosk.flow.runner import VisitRunner
from kiosk.flow.scene import Rules, Scene
from kiosk.flow.visit_machine import VisitMachine
from kiosk.journal.journal import DiskJournal
from kiosk.settings import KioskSettings, TimingSettings
from kiosk.ui.fonts import find_fonts
from kiosk.ui.lasting_singletons import keep_singletons_alive
from kiosk.ui.preview import PreviewPump
from kiosk.ui.window import BoothWindow, build_views

log = get_logger(__name__)

_TICK_MS = 50
_WARM_UP_AFTER_MS = 2000
_TOUCH_PAUSE_S = 0.5
_AUTOMATIC_COUNTDOWN_S = 2.0
_RELEASE_PATIENCE_S = 1.5
_HIDDEN_SIZE = (1080, 1920)
_TOUCHES = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    }
)


@dataclass(frozen=True)
class RunOptions:
    """How this run differs from the settings. `wishes` calls the automatic visitor; `size` is (width, height) px."""

    size: tuple[int, int] | None = None
    is_windowed: bool = False
    photo: Path | None = None
    wishes: Wishes | None = None
    is_once: bool = False
    report_file: Path | None = None


def run_kiosk(settings: KioskSettings, options: RunOptions) -> int:
    """Run until the window is closed, or with `is_once` until the visit is over; the exit code."""
    configure_logging(program="kiosk", json_lines=settings.log.json_logs, level=settings.log.log_level)
    keep_singletons_alive()
    size = _prepare_screen(options.size)
    application = QGuiApplication(["memorial-booth-kiosk"])
    with DataFolderLock(settings.store.data_dir):
        kiosk = Kiosk(_adapt(settings, options))
        with ExitStack() as closing:
            closing.callback(kiosk.close)
            visitor = _call_visitor(kiosk, application, options)
            _quit_on_signals(application)
            kiosk.start(size=size, is_windowed=options.is_windowed)
            if visitor is not None:
                visitor.start()
            return application.exec()


def _prepare_screen(size: tuple[int, int] | None) -> tuple[int, int] | None:
    """Without any display the window opens where nobody sees it, in the booth's upright size."""
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if has_display:
        return size
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return size or _HIDDEN_SIZE


def _adapt(settings: KioskSettings, options: RunOptions) -> KioskSettings:
    """Settings with what the command line changes. Only the automatic visitor gets a shorter countdown."""
    changes: dict[str, object] = {}
    if options.photo is not None:
        changes["camera"] = settings.camera.model_copy(update={"source": "recorded", "photo": options.photo})
    if options.wishes is not None:
        countdown_s = min(settings.timing.countdown_s, _AUTOMATIC_COUNTDOWN_S)
        changes["timing"] = settings.timing.model_copy(update={"countdown_s": countdown_s})
    return settings.model_copy(update=changes)


class Mailbox(QObject):
    """The one way back to the window's thread: `put` from any thread, the slot runs on the window's."""

    _arrived = Signal(object)

    def __init__(self, take: Callable[[e.Event], None]) -> None:
        super().__init__()
        self._take = take
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def put(self, event: e.Event) -> None:
        self._arrived.emit(event)

    @Slot(object)
    def _on_arrived(self, event: object) -> None:
        if isinstance(event, e.Event):
            self._take(event)


class TouchWatcher(QObject):
    """Tells the visit that somebody is there, at most twice a second, whatever was touched."""

    def __init__(self, tell: Callable[[e.Event], None]) -> None:
        super().__init__()
        self._tell = tell
        self._told_at_s = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if event.type() in _TOUCHES and time.monotonic() - self._told_at_s > _TOUCH_PAUSE_S:
            self._told_at_s = time.monotonic()
            self._tell(e.Touched())
        return False


class Kiosk:
    """Everything of one run, from the settings to the window. `close` takes it apart again."""

    def __init__(self, settings: KioskSettings) -> None:
        data_dir = settings.store.data_dir
        self.views = build_views(
            settings.display, countdown_s=settings.timing.countdown_s, fonts=find_fonts(), live=settings.preview
        )
        self._mailbox = Mailbox(self._dispatch)
        bridge = BridgeClient(settings.bridge, open_token(settings))
        journal = DiskJournal(data_dir / "journal", keep_receipts_days=settings.store.keep_receipts_days)
        self.camera = build_camera(settings.camera, on_state=lambda state: self._mailbox.put(e.CameraChanged(state)))
        self.runner = VisitRunner(
            VisitMachine(_build_rules(settings)),
            Performer(bridge=bridge, camera=self.camera, journal=journal, patience=_build_patience(settings.timing)),
            Courier(bridge, journal),
            deliver=self._mailbox.put,
            show=self._show,
        )
        self.views.visit.connect_to(self._dispatch)
        self._pump = PreviewPump(self.camera, self.views.preview)
        self.booth = BoothWindow(self.views)
        self._touches = TouchWatcher(self._dispatch)
        self.booth.window.installEventFilter(self._touches)
        self._clock = QTimer()
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)

    def start(self, *, size: tuple[int, int] | None = None, is_windowed: bool = True) -> None:
        """Open the window and begin to work."""
        self.runner.start()
        self._pump.start()
        self._clock.start()
        self.booth.show(size=size, is_windowed=is_windowed)
        QTimer.singleShot(_WARM_UP_AFTER_MS, self.views.preview.warm_up)
        log.info("The booth is open.", action="kiosk.opened")

    def close(self) -> None:
        """Stop the workers, release the camera, take the window apart."""
        self._clock.stop()
        self._pump.close()
        self.runner.close()
        if not self.camera.join(timeout_s=_RELEASE_PATIENCE_S):
            log.warning("The camera was not released in time.", action="kiosk.camera_stuck")
        self.booth.window.removeEventFilter(self._touches)
        self.booth.close()

    def _dispatch(self, event: e.Event) -> None:
        self.runner.dispatch(event)

    def _tick(self) -> None:
        if self.views.listener.is_playing:
            self._dispatch(e.Touched())
        self._dispatch(e.Tick())

    def _show(self, scene: Scene) -> None:
        speech = scene.visit.speech if scene.visit is not None else None
        self.views.listener.set_sound(speech.audio if speech is not None else b"")
        self.views.visit.show(scene)


def open_token(settings: KioskSettings) -> TokenFile:
    """Where this booth's token is kept."""
    return TokenFile(settings.store.data_dir / "token")


def _build_rules(settings: KioskSettings) -> Rules:
    timing = settings.timing
    return Rules(
        new_visit_id=new_id,
        default_language=settings.display.language,
        countdown_s=timing.countdown_s,
        idle_warning_s=timing.idle_warning_s,
        letter_idle_warning_s=timing.letter_idle_warning_s,
        idle_answer_s=timing.idle_answer_s,
        thanks_s=timing.thanks_s,
        camera_patience_s=timing.camera_patience_s,
        list_retry_s=timing.list_retry_s,
    )


def _build_patience(timing: TimingSettings) -> Patience:
    return Patience(
        hand_over_s=timing.hand_over_patience_s,
        finish_s=timing.hand_over_patience_s,
        still_s=timing.still_timeout_s,
    )


def _call_visitor(kiosk: Kiosk, application: QGuiApplication, options: RunOptions) -> AutoVisitor | None:
    if options.wishes is None:
        return None

    def end(report: Report) -> None:
        if options.report_file is not None:
            text = json.dumps(asdict(report), ensure_ascii=False, indent=2)
            publish_file(options.report_file, text.encode(), mode=0o644)
        if options.is_once:
            application.exit(0 if report.result == "ok" else 1)

    return AutoVisitor(kiosk.booth, options.wishes, on_step=_print_step, on_end=end)


def _print_step(step: StepTime) -> None:
    sys.stdout.write(json.dumps(asdict(step)) + "\n")
    sys.stdout.flush()


def _quit_on_signals(application: QGuiApplication) -> None:
    """Ctrl-C and a supervisor's stop close the booth in order; the clock lets Python see the signal."""

    def quit_in_order(number: int, frame: FrameType | None) -> None:
        # By way of the loop: `quit` alone does nothing while the window is still being opened.
        QTimer.singleShot(0, application.quit)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, quit_in_order)
