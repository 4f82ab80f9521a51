"""Records of styles in the making."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from boothkit.errors import NotFoundError
from lora_training.studio.errors import ProjectBrokenError, StyleExistsError
from lora_training.studio.settings import TrainingSettings
from lora_training.studio.work.project import StyleDetails
from lora_training.studio.work.projects import RECORD_NAME, ProjectStore

SHIPPED = Path(__file__).parents[4] / "styles"
DETAILS = {
    "style_id": "hall_ink",
    "name_ko": "수묵화",
    "name_en": "Ink wash",
    "source": "홀 소장",
    "licence": "CC-BY-4.0",
    "author": "김화가",
}


def make_details(**changes: str) -> StyleDetails:
    return StyleDetails.model_validate({**DETAILS, **changes})


def test_a_style_is_kept(tmp_path: Path) -> None:
    ProjectStore(tmp_path).create(make_details())
    project = ProjectStore(tmp_path).get("hall_ink")
    assert project.details == make_details()
    assert (project.name("ko"), project.name("en")) == ("수묵화", "Ink wash")
    assert not project.is_busy


def test_a_name_is_given_once(tmp_path: Path) -> None:
    store = ProjectStore(tmp_path)
    store.create(make_details())
    with pytest.raises(StyleExistsError):
        store.create(make_details(name_ko="다른 그림"))


@pytest.mark.parametrize("pack", sorted(path.parent.name for path in SHIPPED.glob("*/style.toml")))
def test_a_name_that_no_generator_would_take_is_refused_before_anything_is_learnt(pack: str, tmp_path: Path) -> None:
    store = ProjectStore(tmp_path)
    with pytest.raises(StyleExistsError):
        store.create(make_details(style_id=pack))
    assert store.list() == []


@pytest.mark.parametrize("field", DETAILS)
def test_nothing_may_be_left_out(field: str) -> None:
    with pytest.raises(ValidationError):
        make_details(**{field: " "})


@pytest.mark.parametrize("style_id", ["..", "../x", "a/b", "Ink", "", "a", "1a", "x" * 41])
def test_an_id_leads_nowhere_else(tmp_path: Path, style_id: str) -> None:
    with pytest.raises(NotFoundError):
        ProjectStore(tmp_path).get(style_id)


def test_a_damaged_record_hides_no_other_style(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = ProjectStore(tmp_path)
    store.create(make_details())
    store.create(make_details(style_id="gouache"))
    (tmp_path / "gouache" / RECORD_NAME).write_text("{")
    with pytest.raises(ProjectBrokenError):
        store.get("gouache")
    with caplog.at_level(logging.ERROR):
        assert [project.style_id for project in store.list()] == ["hall_ink"]
    assert "cannot be read" in caplog.text


def test_a_removed_style_is_gone(tmp_path: Path) -> None:
    store = ProjectStore(tmp_path)
    store.create(make_details())
    store.remove("hall_ink")
    assert list(tmp_path.iterdir()) == []


def test_the_studio_is_reached_from_other_machines_only_over_tls() -> None:
    with pytest.raises(ValidationError, match="https public_url"):
        TrainingSettings.model_validate({"studio": {"host": "0.0.0.0"}})
    behind_tls = {"host": "0.0.0.0", "public_url": "https://studio.example.org"}
    assert TrainingSettings.model_validate({"studio": behind_tls}).studio.is_https


def test_a_short_password_of_the_settings_is_refused() -> None:
    with pytest.raises(ValidationError, match="10 characters"):
        TrainingSettings.model_validate({"studio": {"password": "short"}})
