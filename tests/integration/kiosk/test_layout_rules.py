"""The rules of the layout test find what they are meant to find."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from tests.integration.kiosk.layout_rules import find_faults
from tests.integration.kiosk.stage import settle

FRAME = """
import QtQuick
import QtQuick.Controls.Basic
Window {{ width: 400; height: 300; visible: true
    {content}
}}
"""


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('Text { text: "a long sentence"; width: 30; elide: Text.ElideRight }', "cut off: a long sentence"),
        ('Text { text: "unbroken"; width: 10 }', "too wide for its place: unbroken"),
        (
            'Text { text: "a b c d e f"; width: 60; height: 10; wrapMode: Text.Wrap }',
            "too tall for its place: a b c d e f",
        ),
        ('AbstractButton { objectName: "small"; width: 88; height: 60 }', "too small to touch: small is 88 x 60"),
        ('Text { text: "out"; x: 390 }', "off to the side: out"),
        ('Text { text: "below"; y: 295 }', "off the screen: below"),
        ('Text { text: "one" } Text { text: "two" }', "texts upon each other: one and two"),
        (
            'AbstractButton { objectName: "a"; width: 90; height: 90 }'
            'AbstractButton { objectName: "b"; x: 40; width: 90; height: 90 }',
            "controls upon each other: a and b",
        ),
    ],
)
def test_planted_fault_is_found(app: QGuiApplication, content: str, fault: str) -> None:
    engine = QQmlApplicationEngine()
    engine.loadData(FRAME.format(content=content).encode(), QUrl())
    settle(0.03)

    assert any(found.startswith(fault) for found in find_faults(engine.rootObjects()[0]))
    del engine


@pytest.mark.parametrize(
    "content",
    [
        'Text { text: "fits" } Text { text: "below"; y: 100 }',
        "AbstractButton { width: 90; height: 90 } AbstractButton { x: 90; width: 90; height: 90 }",
        'Text { text: "left"; width: 400 } Text { text: "right"; width: 400; horizontalAlignment: Text.AlignRight }',
        'Flickable { width: 400; height: 100; contentHeight: 900; Text { y: 800; text: "scrolled" } }',
    ],
)
def test_sound_layout_has_no_fault(app: QGuiApplication, content: str) -> None:
    engine = QQmlApplicationEngine()
    engine.loadData(FRAME.format(content=content).encode(), QUrl())
    settle(0.03)

    assert find_faults(engine.rootObjects()[0]) == []
    del engine
