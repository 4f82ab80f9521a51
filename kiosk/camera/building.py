"""The camera that the settings ask for."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.camera.faults import FaultSwitch, FaultyCamera
from kiosk.camera.footage import load_portrait
from kiosk.camera.frames import FrameSource
from kiosk.camera.recorded import FootageShelf, RecordedCamera
from kiosk.camera.supervisor import CameraRules, CameraSupervisor
from kiosk.camera.webcam import FilmCamera, StreamCamera, Webcam
from kiosk.flow.ports import CameraState
from kiosk.settings import CameraSettings


def build_camera(
    settings: CameraSettings, *, on_state: Callable[[CameraState], None], faults: FaultSwitch | None = None
) -> CameraSupervisor:
    """The supervised camera, closed. `faults` puts a switch for faults around every source."""
    rules = CameraRules(
        stall_s=settings.stall_s,
        opening_s=settings.opening_s,
        rotation_degrees=settings.rotation_degrees,
        jpeg_quality=settings.jpeg_quality,
    )
    make_source = _choose_source(settings)
    if faults is None:
        return CameraSupervisor(make_source, rules, on_state=on_state)
    return CameraSupervisor(lambda: FaultyCamera(make_source(), faults), rules, on_state=on_state)


def _choose_source(settings: CameraSettings) -> Callable[[], FrameSource]:
    match settings.source:
        case "index":
            return lambda: Webcam(
                settings.index,
                width_px=settings.width_px,
                height_px=settings.height_px,
                frames_per_s=settings.frames_per_s,
            )
        case "file":
            return lambda: FilmCamera(settings.address)
        case "url":
            return lambda: StreamCamera(settings.address)
        case "recorded":
            shelf = FootageShelf(lambda: load_portrait(settings.photo))
            return lambda: RecordedCamera(shelf, frames_per_s=settings.frames_per_s)
