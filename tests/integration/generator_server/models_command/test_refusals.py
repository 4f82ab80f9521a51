"""What a hub may answer otherwise: refusals, wrong content, pickles, bad names. Each is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator_server.models_command import main
from tests.integration.generator_server.models_command.console import (
    WEIGHTS,
    get_sentence,
    list_tree,
    pull,
)
from tests.unit.generator_server.model_store.hub_server import Repository, RunningHub, make_weights
from tests.unit.generator_server.model_store.repositories import (
    COMMIT,
    TAESD,
)


@pytest.mark.parametrize(
    ("end", "status", "headers", "expected"),
    [
        ("/revision/" + str(TAESD.commit), 401, {}, "HF_TOKEN"),
        ("/revision/" + str(TAESD.commit), 403, {"X-Error-Code": "GatedRepo"}, "accept the licence"),
        ("/revision/" + str(TAESD.commit), 404, {"X-Error-Code": "RepoNotFound"}, "has no madebyollin/taesd at"),
        ("/revision/" + str(TAESD.commit), 503, {}, "answered with error 503"),
        (WEIGHTS, 403, {"X-Error-Code": "GatedRepo"}, "accept the licence"),
        (WEIGHTS, 404, {"X-Error-Code": "EntryNotFound"}, "has no madebyollin/taesd at"),
    ],
)
def test_a_refusal_is_one_sentence(
    hub: RunningHub,
    models: Path,
    capsys: pytest.CaptureFixture[str],
    end: str,
    status: int,
    headers: dict[str, str],
    expected: str,
) -> None:
    hub.refusals[end] = (status, headers)
    assert pull(hub, models) == 1
    assert expected in get_sentence(capsys)
    assert not (models / "taesd").exists()


def test_a_revision_that_does_not_exist_is_named(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(hub, models, "someone/edges", "--revision", "v9") == 1
    assert "has no someone/edges at v9" in get_sentence(capsys)


def test_without_a_network_the_sentence_says_so(
    models: Path, hub: RunningHub, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["pull", "taesd", "--to", str(models), "--endpoint", "http://127.0.0.1:1"]
    assert main(arguments) == 1
    assert "http://127.0.0.1:1 cannot be reached" in get_sentence(capsys)


def test_a_sign_in_page_instead_of_the_hub_is_recognised(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.page = b"<html>Please sign in to the guest network</html>"
    assert pull(hub, models) == 1
    assert "does not answer as a model hub does" in get_sentence(capsys)


def test_wrong_content_is_thrown_away_and_only_that_file_comes_again(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = hub.repositories[TAESD.repository].files[WEIGHTS]
    hub.spoiled[WEIGHTS] = right[:-1] + bytes([right[-1] ^ 1])
    assert pull(hub, models) == 1
    assert WEIGHTS in get_sentence(capsys)
    assert not (models / "taesd").exists()
    hub.spoiled.clear()
    hub.requests.clear()
    assert pull(hub, models) == 0
    assert (models / "taesd" / WEIGHTS).read_bytes() == right
    assert hub.list_ranges("config.json") == []


def test_wrong_content_of_a_small_file_is_found_by_gits_hash(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.spoiled["config.json"] = hub.repositories[TAESD.repository].files["config.json"].replace(b"Tiny", b"Evil")
    assert pull(hub, models) == 1
    assert "config.json" in get_sentence(capsys)


def test_a_pickle_under_another_name_is_thrown_away(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.repositories[TAESD.repository].files[WEIGHTS] = b"\x80\x04K\x01." * 20
    assert pull(hub, models) == 1
    assert "not a safetensors file" in get_sentence(capsys)
    assert WEIGHTS not in [path.name for path in models.rglob("*")]


def test_a_repository_of_pickles_is_refused(hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hub.repositories["someone/old"] = Repository(COMMIT, {"model.ckpt": b"\x80", "config.json": b"{}"})
    assert pull(hub, models, "someone/old", "--revision", COMMIT) == 1
    assert "model.ckpt" in get_sentence(capsys)
    assert list_tree(models) == []


def test_something_else_is_no_model(hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"config.json": b'{"_class_name": "LlamaModel"}', "model.safetensors": make_weights("layer")}
    hub.repositories["someone/words"] = Repository(COMMIT, files)
    assert pull(hub, models, "someone/words", "--revision", COMMIT) == 1
    assert "It is a LlamaModel" in get_sentence(capsys)
    assert list_tree(models) == []


@pytest.mark.parametrize("name", ["../escape.json", "/etc/escape.json", "a/../../escape.json"])
def test_a_name_that_leads_out_of_the_folder_is_refused(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    hub.repositories["someone/edges"].files[name] = b"{}"
    assert pull(hub, models, "someone/edges", "--revision", COMMIT) == 1
    assert "escape.json" in get_sentence(capsys)
    assert list_tree(models.parent) == []
