"""The painted background of the resting booth: hills in mist under a pale moon, in the manner of an ink wash.

It is drawn by QPainter on a worker, so that no picture file has to be shipped, and looks the same in every renderer.
"""

from __future__ import annotations

import math
from random import Random

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QRadialGradient

_PAPER_TOP = QColor("#f7f4ec")
_PAPER_FOOT = QColor("#efe9dc")
_SEED = 1947
# (height of the ridge as a part of the picture, how far it swings, colour, strength at the ridge)
_RIDGES = (
    (0.60, 0.060, "#9aa79f", 0.34),
    (0.67, 0.075, "#7d8d84", 0.42),
    (0.75, 0.060, "#5f7268", 0.50),
    (0.845, 0.050, "#465a50", 0.62),
)


def paint_scenery(width: int, height: int) -> QImage:
    """The scene in `width` x `height` px (each 1 to 8192), always the same for the same size."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_sky(painter, width, height)
    _paint_moon(painter, width, height)
    for index, (level, swing, colour, strength) in enumerate(_RIDGES):
        _paint_ridge(painter, width, height, Random(_SEED + index), level, swing, QColor(colour), strength)
    _paint_foot(painter, width, height)
    painter.end()
    return image


def _paint_sky(painter: QPainter, width: int, height: int) -> None:
    sky = QLinearGradient(0, 0, 0, height)
    sky.setColorAt(0.0, _PAPER_TOP)
    sky.setColorAt(1.0, _PAPER_FOOT)
    painter.fillRect(0, 0, width, height, sky)


def _paint_moon(painter: QPainter, width: int, height: int) -> None:
    """A disc left nearly white, with the faint halo that wet ink leaves around it."""
    radius = min(width, height) * 0.135
    centre = QPointF(width * 0.74, height * (0.53 if height > width else 0.36))
    halo = QRadialGradient(centre, radius * 2.6)
    halo.setColorAt(0.36, _tinted("#cfc5b0", 0.55))
    halo.setColorAt(0.40, _tinted("#cfc5b0", 0.42))
    halo.setColorAt(1.0, _tinted("#cfc5b0", 0.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawEllipse(centre, radius * 2.6, radius * 2.6)
    painter.setBrush(QColor("#fdfbf6"))
    painter.drawEllipse(centre, radius, radius)


def _paint_ridge(
    painter: QPainter,
    width: int,
    height: int,
    random: Random,
    level: float,
    swing: float,
    colour: QColor,
    strength: float,
) -> None:
    """One line of hills: dark at the ridge, dissolving into mist below it."""
    top = height * (level - swing)
    mist = QLinearGradient(0, top, 0, top + height * 0.26)
    mist.setColorAt(0.0, _tinted(colour, strength))
    mist.setColorAt(0.35, _tinted(colour, strength * 0.62))
    mist.setColorAt(1.0, _tinted(colour, 0.0))
    painter.setBrush(mist)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPath(_ridge_path(width, height, random, level, swing))


def _ridge_path(width: int, height: int, random: Random, level: float, swing: float) -> QPainterPath:
    """Rounded hills: a few slow waves with random phase, and a finer one like trees on the crest."""
    waves = [(random.uniform(0.7, 1.5) * 2**octave, random.uniform(0, math.tau), 0.55**octave) for octave in range(4)]
    stretch = max(1.0, width / height * 1.2)
    total = sum(weight for _, _, weight in waves)
    path = QPainterPath(QPointF(0, height))
    step = max(2, width // 400)
    for x in range(0, width + step, step):
        part = x / width * stretch
        rise = sum(weight * math.sin(math.tau * rate * part + phase) for rate, phase, weight in waves) / total
        path.lineTo(x, height * (level - swing * rise))
    path.lineTo(width, height)
    path.closeSubpath()
    return path


def _paint_foot(painter: QPainter, width: int, height: int) -> None:
    """Mist rises at the foot, so that the button and the bar stand on quiet paper."""
    foot = QLinearGradient(0, height * 0.80, 0, height)
    foot.setColorAt(0.0, _tinted(_PAPER_FOOT, 0.0))
    foot.setColorAt(1.0, _tinted("#f5f1e8", 1.0))
    painter.fillRect(0, int(height * 0.80), width, height - int(height * 0.80), foot)


def _tinted(colour: QColor | str, strength: float) -> QColor:
    tinted = QColor(colour)
    tinted.setAlphaF(max(0.0, min(1.0, strength)))
    return tinted
