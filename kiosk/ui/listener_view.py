"""Lets the visitor hear the voice. A booth without a loudspeaker says so; nothing fails."""

from __future__ import annotations

from PySide6.QtCore import Property, QBuffer, QByteArray, QIODevice, QObject, QUrl, Signal, Slot
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

from boothkit.logs import get_logger

log = get_logger(__name__)


class ListenerView(QObject):
    """Plays one sound at a time. Without an audio output `hasSpeaker` is False and `play` does nothing."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._devices = QMediaDevices()
        self._devices.audioOutputsChanged.connect(self.changed)
        self._sound = b""
        self._buffer = QBuffer(self)
        self._player: QMediaPlayer | None = None

    def set_sound(self, sound: bytes) -> None:
        """The file that `play` plays; empty to forget it."""
        if sound != self._sound:
            self.stop()
            self._sound = sound

    @property
    def has_sound(self) -> bool:
        """True while a visitor's letter is held as sound."""
        return bool(self._sound)

    @Slot()
    def play(self) -> None:
        if not self._sound or not self.has_speaker:
            return
        self._drop_player()
        self._buffer.close()
        self._buffer.setData(QByteArray(self._sound))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player = player = QMediaPlayer(self)
        player.setAudioOutput(QAudioOutput(QMediaDevices.defaultAudioOutput(), player))
        player.playbackStateChanged.connect(self.changed)
        player.errorOccurred.connect(self._on_error)
        player.setSourceDevice(self._buffer, QUrl("letter.m4a"))
        player.play()
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        self._drop_player()
        self._buffer.close()
        self._buffer.setData(QByteArray())
        self.changed.emit()

    @Property(bool, notify=changed)
    def is_playing(self) -> bool:
        return self._player is not None and self._player.playbackState() == QMediaPlayer.PlaybackState.PlayingState

    def _drop_player(self) -> None:
        if self._player is not None:
            player, self._player = self._player, None
            player.stop()
            player.deleteLater()

    @Slot(QMediaPlayer.Error, str)
    def _on_error(self, error: QMediaPlayer.Error, reason: str) -> None:
        log.warning("The voice cannot be played.", action="listener.failed", cause=reason)
        self.changed.emit()

    @Property(bool, notify=changed)
    def has_speaker(self) -> bool:
        return not QMediaDevices.defaultAudioOutput().isNull()
