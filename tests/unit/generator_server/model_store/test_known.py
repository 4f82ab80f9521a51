"""The list of known models is sound, and what an operator asks for becomes one wish."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from generator_server.diffusion.model_files import PICKLES
from generator_server.model_store.failures import RevisionNeededError, UnknownModelError
from generator_server.model_store.inventory import ALONE, SHELVES
from generator_server.model_store.known import ANY_FILES, KnownModel, choose_wish, load_known_models

KNOWN = load_known_models()


@pytest.mark.parametrize("model", KNOWN.values(), ids=KNOWN)
def test_an_entry_is_sound(model: KnownModel) -> None:
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.repository)
    assert model.commit is None or re.fullmatch("[0-9a-f]{40}", model.commit)
    assert any(pattern.endswith(".safetensors") for pattern in model.files)
    assert [pattern for pattern in model.files if pattern.endswith((*PICKLES, "*"))] == []
    assert model.place.parts[0] in (*SHELVES, *ALONE)
    assert set(model.about) == {"ko", "en"}
    assert all(sentence.endswith(".") for sentence in model.about.values())
    assert model.licence


@pytest.mark.parametrize("model", KNOWN.values(), ids=KNOWN)
def test_the_page_for_operators_names_the_model(model: KnownModel) -> None:
    page = (Path(__file__).parents[4] / "docs" / "models.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith(f"| `{model.name}` |"))
    assert [cell.strip() for cell in row.split("|")][4:6] == [model.licence, "fixed" if model.commit else "you choose"]


def test_no_two_models_share_a_place() -> None:
    assert len({model.place for model in KNOWN.values()}) == len(KNOWN)


def test_the_three_nets_of_the_styles_are_known() -> None:
    nets = [name for name, model in KNOWN.items() if model.place.parts[0] == "controlnet"]
    assert nets == ["control_v11p_sd15_openpose", "control_v11f1p_sd15_depth", "control_v11p_sd15_mlsd"]


def test_a_known_name_and_its_repository_mean_the_same() -> None:
    by_name = choose_wish("taesd", None, KNOWN)
    assert by_name == choose_wish("madebyollin/taesd", None, KNOWN)
    assert (by_name.revision, by_name.place, by_name.is_known) == (KNOWN["taesd"].commit, PurePosixPath("taesd"), True)


def test_a_revision_that_is_given_wins() -> None:
    assert choose_wish("taesd", "main", KNOWN).revision == "main"
    assert choose_wish("control_v11p_sd15_mlsd", "main", KNOWN).licence == "CreativeML OpenRAIL-M"


def test_another_repository_needs_a_revision() -> None:
    wish = choose_wish("someone/family-ink", "v2", KNOWN)
    assert (wish.name, wish.revision, wish.files, wish.place) == ("family-ink", "v2", ANY_FILES, None)
    with pytest.raises(RevisionNeededError):
        choose_wish("someone/family-ink", None, KNOWN)


def test_a_known_model_without_a_commit_needs_a_revision() -> None:
    with pytest.raises(RevisionNeededError):
        choose_wish("control_v11p_sd15_mlsd", None, KNOWN)


@pytest.mark.parametrize("asked", ["", "taesd2", "a/b/c", "../etc/passwd", "/a", "a/", ".a/b", "a b/c", "https://x/y"])
def test_anything_else_is_unknown(asked: str) -> None:
    with pytest.raises(UnknownModelError):
        choose_wish(asked, "main", KNOWN)
