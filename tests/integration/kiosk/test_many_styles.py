"""A hall with many styles: a finger reaches and chooses each, and sees whom a style comes from."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

import painter
from tests.integration.kiosk.stage import Stage, settle, wait_until
from tests.unit.kiosk.contract_bridge import ContractBridge

_LEFT, _NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LAST = "temple_patterns"


def make_style(style_id: str, ko: str, en: str, source: dict[str, str] | None = None) -> dict[str, Any]:
    words = {"ko": ko, "en": en}
    return {"style_id": style_id, "name": words, "description": words, "source": source}


SHIPPED = [make_style(info.style_id, info.name["ko"], info.name["en"]) for info in painter.list_styles()]
PUBLISHED = [
    make_style("lake_prints", "호숫가의 아침을 담은 목판화", "Lake", {"author": "김화가", "licence": "CC0-1.0"}),
    make_style(
        "album", "할머니의 오래된 사진첩에서 배운 따뜻한 갈색", "Album", {"author": "가" * 80, "licence": "CC-BY-4.0"}
    ),
    make_style(LAST, "절집 처마 아래의 붉은빛과 초록빛 단청 무늬", "Temple", {"author": "A", "licence": "B" * 80}),
]


@pytest.fixture
def bridge() -> Any:
    with ContractBridge(styles=[*SHIPPED, *PUBLISHED]) as running:
        yield running


@pytest.fixture(params=[(1080, 1920), (1280, 800)], ids=["tall", "wide"])
def sized(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    stage.window.resize(*request.param)
    stage.go_to_style()
    settle(0.1)
    return stage


def place_of(item: QQuickItem) -> tuple[QPoint, QPoint]:
    """Its upper left and lower right corner in the window."""
    near, far = item.mapToScene(QPointF(0, 0)), item.mapToScene(QPointF(item.width(), item.height()))
    return near.toPoint(), far.toPoint()


def find_area(item: QQuickItem) -> QQuickItem:
    """The scrolling area that it lies in."""
    parent = item.parentItem()
    while parent is not None and not parent.inherits("QQuickFlickable"):
        parent = parent.parentItem()
    assert parent is not None
    return parent


def is_in_sight(stage: Stage, name: str) -> bool:
    item = stage.find(name)
    (near, far), (top, bottom) = place_of(item), place_of(find_area(item))
    return top.y() - 1 <= near.y() and far.y() <= bottom.y() + 1


def push_up(stage: Stage, name: str) -> None:
    """A finger pushes the list up, and waits until it rests: another touch while it moves would only stop it."""
    near, far = place_of(find_area(stage.find(name)))
    x, y, height = (near.x() + far.x()) // 2, far.y() - 40, far.y() - near.y()
    QTest.mousePress(stage.window, _LEFT, _NO_KEY, QPoint(x, y))
    for part in range(1, 11):
        QTest.mouseMove(stage.window, QPoint(x, y - round(height * 0.6 * part / 10)))
        settle(0.02)
    QTest.mouseRelease(stage.window, _LEFT, _NO_KEY, QPoint(x, y - round(height * 0.6)))
    wait_until(lambda: not find_area(stage.find(name)).property("moving"), "the list at rest")


def test_a_finger_pushes_the_list_up_and_chooses_the_last_of_fourteen(sized: Stage) -> None:
    card = f"style_{LAST}"
    assert len(sized.scene.styles or ()) == 14
    assert not is_in_sight(sized, card)
    for _ in range(8):
        if is_in_sight(sized, card):
            break
        push_up(sized, card)
    assert is_in_sight(sized, card)
    assert sized.visit.style is None, "pushing chooses nothing"
    near, far = place_of(sized.find(card))
    QTest.mouseClick(sized.window, _LEFT, _NO_KEY, (near + far) / 2)
    wait_until(lambda: sized.visit.style is not None, "the choice")
    assert sized.visit.style.style_id == LAST
    assert sized.kiosk.booth.warnings == []


def test_each_can_be_chosen_and_names_its_source(sized: Stage) -> None:
    chosen = {}
    for style in [*SHIPPED, *PUBLISHED]:
        sized.tap(f"style_{style['style_id']}")
        wait_until(lambda wanted=style: sized.visit.style.style_id == wanted["style_id"], "the choice")
        settle(0.02)
        chosen[style["style_id"]] = read_credit(sized)
    assert chosen == dict.fromkeys((style["style_id"] for style in SHIPPED), "") | {
        "lake_prints": "화풍: 김화가 · CC0-1.0",
        "album": f"화풍: {'가' * 39}… · CC-BY-4.0",
        LAST: f"화풍: A · {'B' * 80}",
    }


def read_credit(stage: Stage) -> str:
    """The line on the style's source, "" when there is none; it stays on its place and on the screen."""
    if not stage.is_shown("styleCredit"):
        return ""
    line = stage.find("styleCredit")
    near, far = place_of(line)
    assert line.property("contentHeight") <= line.height() + 1
    assert near.x() >= 0 and far.x() <= stage.window.width() and far.y() <= stage.window.height()
    assert near.y() >= place_of(find_area(stage.find(f"style_{LAST}")))[1].y(), "below the list"
    return str(line.property("words"))
