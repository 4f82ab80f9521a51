"""What a designer would send back: text that does not fit, controls that are too small, things upon each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtQml import QQmlEngine, QQmlExpression
from PySide6.QtQuick import QQuickItem, QQuickWindow

from tests.integration.kiosk.stage import walk

TARGET_PX = 88
_SLACK_PX = 1.5


def find_faults(window: QQuickWindow) -> list[str]:
    """Every fault of what is on the screen now, one sentence each."""
    root = window.contentItem()
    question = next((item for item in walk(root) if item.objectName() in ("leaveQuestion", "idleWarning")), None)
    items = list(walk(question or root))
    texts = [item for item in items if item.inherits("QQuickText") and item.property("text")]
    controls = [item for item in items if item.inherits("QQuickAbstractButton") or item.inherits("QQuickTextField")]
    return [
        *(fault for text in texts for fault in _find_text_faults(text)),
        *(fault for control in controls for fault in _find_target_faults(control)),
        *(fault for item in (*texts, *controls) for fault in _find_place_faults(item, root)),
        *_find_overlaps(texts, "texts"),
        *_find_overlaps(controls, "controls"),
    ]


def name_of(item: QQuickItem) -> str:
    return item.objectName() or str(item.property("text")).replace("\u2060", "")[:40]


def _find_text_faults(text: QQuickItem) -> Iterator[str]:
    if text.property("truncated"):
        yield f"cut off: {name_of(text)}"
    if text.property("contentWidth") > text.width() + _SLACK_PX:
        yield f"too wide for its place: {name_of(text)}"
    if text.property("contentHeight") > text.height() + _SLACK_PX:
        yield f"too tall for its place: {name_of(text)}"


def _find_target_faults(control: QQuickItem) -> Iterator[str]:
    if control.width() < TARGET_PX - 0.01 or control.height() < TARGET_PX - 0.01:
        yield f"too small to touch: {name_of(control)} is {control.width():.0f} x {control.height():.0f}"


def _find_place_faults(item: QQuickItem, root: QQuickItem) -> Iterator[str]:
    """Everything stays on the screen; what scrolls may leave it upwards and downwards only."""
    place, area = _place_of(item), _scrolling_area_of(item)
    frame = _place_of(area) if area is not None else QRectF(0, 0, root.width(), root.height())
    if place.left() < frame.left() - _SLACK_PX or place.right() > frame.right() + _SLACK_PX:
        yield f"off to the side: {name_of(item)} {place.left():.0f}..{place.right():.0f}"
    if area is None and (place.top() < -_SLACK_PX or place.bottom() > frame.bottom() + _SLACK_PX):
        yield f"off the screen: {name_of(item)} {place.top():.0f}..{place.bottom():.0f}"


def _find_overlaps(items: list[QQuickItem], kind: str) -> Iterator[str]:
    for one, other in combinations(items, 2):
        common = _seen_of(one).intersected(_seen_of(other))
        if common.width() > 2 * _SLACK_PX and common.height() > 2 * _SLACK_PX and not _is_within(one, other):
            yield f"{kind} upon each other: {name_of(one)} and {name_of(other)}"


def _is_within(one: QQuickItem, other: QQuickItem) -> bool:
    return one.isAncestorOf(other) or other.isAncestorOf(one)


def _place_of(item: QQuickItem) -> QRectF:
    """Where the item is drawn; of a text only the lines, not the empty part of its box."""
    width, height, left = item.width(), item.height(), 0.0
    if item.inherits("QQuickText"):
        width, height = min(width, item.property("contentWidth")), min(height, item.property("contentHeight"))
        left = (item.width() - width) * _part_left_of(item)
    corner = item.mapToScene(QPointF(left, 0))
    return QRectF(corner.x(), corner.y(), width, height)


def _part_left_of(text: QQuickItem) -> float:
    """How much of the free width lies left of the lines. Asked in QML, because Python cannot read the enumeration."""
    words = "horizontalAlignment === Text.AlignHCenter ? 0.5 : horizontalAlignment === Text.AlignRight ? 1 : 0"
    value = QQmlExpression(QQmlEngine.contextForObject(text), text, words).evaluate()
    return float(value[0] if isinstance(value, tuple) else value)


def _seen_of(item: QQuickItem) -> QRectF:
    area = _scrolling_area_of(item)
    return _place_of(item) if area is None else _place_of(item).intersected(_place_of(area))


def _scrolling_area_of(item: QQuickItem) -> QQuickItem | None:
    parent = item.parentItem()
    while parent is not None:
        if parent.inherits("QQuickFlickable") and parent.property("interactive"):
            return parent
        parent = parent.parentItem()
    return None
