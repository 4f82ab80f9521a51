"""Which of a stock web UI's annotators draws what a style's unit asks for."""

from __future__ import annotations

import pytest

from service_bridge.clients.style_packs import PackUnit
from service_bridge.clients.web_ui import Equipment

POSES = PackUnit(model="Poses", module="vitpose")


def equip(*modules: str) -> Equipment:
    return Equipment(frozenset(), frozenset(), {"poses": "poses [12345678]"}, frozenset(modules))


@pytest.mark.parametrize(
    ("modules", "found"),
    [
        (("openpose", "canny"), "openpose"),
        (("openpose", "dw_openpose_full"), "dw_openpose_full"),
        (("openpose", "vitpose"), "vitpose"),
        (("canny",), None),
    ],
)
def test_the_nearest_annotator_of_the_same_kind_is_taken(modules: tuple[str, ...], found: str | None) -> None:
    equipment = equip(*modules)
    assert equipment.find_module(POSES) == found
    assert equipment.can_follow(POSES) is (found is not None)


def test_ready_made_images_need_no_annotator() -> None:
    assert equip().find_module(POSES.model_copy(update={"module": "none"})) == "none"


def test_a_net_that_is_missing_cannot_be_followed() -> None:
    assert not equip("openpose").can_follow(POSES.model_copy(update={"model": "other"}))
