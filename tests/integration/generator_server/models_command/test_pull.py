"""A pull brings a model whole, to where the generator looks for it, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import termios
from pathlib import Path

import pytest

from generator_server.diffusion.lora.files import scan_adapters
from generator_server.diffusion.model_shelf import HashBook, scan_models
from generator_server.models_command import main
from tests.integration.generator_server.models_command.console import (
    COMMAND,
    WEIGHTS,
    get_sentence,
    list_tree,
    pull,
    read_manifest,
)
from tests.unit.generator_server.model_store.hub_server import Repository, RunningHub, make_weights, running_hub
from tests.unit.generator_server.model_store.repositories import (
    COMMIT,
    LCM,
    TAESD,
)


def test_a_known_model_arrives_whole_with_its_manifest(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(hub, models) == 0
    assert list_tree(models) == [f"taesd/{name}" for name in ("README.md", "config.json", WEIGHTS, "manifest.json")]
    manifest = read_manifest(models / "taesd")
    assert (manifest["repository"], manifest["commit"], manifest["licence"]) == (TAESD.repository, TAESD.commit, "MIT")
    data = hub.repositories[TAESD.repository].files[WEIGHTS]
    assert (models / "taesd" / WEIGHTS).read_bytes() == data
    assert manifest["files"][WEIGHTS]["size_bytes"] == len(data)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifest["pulled_at"])
    said = capsys.readouterr()
    assert f"[3/3] {WEIGHTS}" in said.out
    assert "Pickles left out (1): diffusion_pytorch_model.bin." in said.out
    assert said.err == ""


def test_a_terminal_gets_a_progress_bar(hub: RunningHub, models: Path) -> None:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    process = subprocess.Popen([*COMMAND, "pull", "taesd", "--to", models, "--endpoint", hub.url], stderr=theirs)
    os.close(theirs)
    try:
        assert process.wait(60) == 0
        assert b"100%" in os.read(ours, 65536)
    finally:
        os.close(ours)


def test_a_pickle_is_never_asked_for(hub: RunningHub, models: Path) -> None:
    assert pull(hub, models) == 0
    assert [request.path for request in hub.requests if request.path.endswith(".bin")] == []


def test_a_checkpoint_comes_in_half_precision_and_is_listed_as_what_it_is(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(hub, models, "stable-diffusion-v1-5") == 0
    folder = models / "checkpoints" / "stable-diffusion-v1-5"
    weights = [name for name in list_tree(folder) if name.endswith(".safetensors")]
    assert weights == [
        "text_encoder/model.fp16.safetensors",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "vae/diffusion_pytorch_model.fp16.safetensors",
    ]
    capsys.readouterr()
    assert main(["list", "--models", str(models)]) == 0
    row = capsys.readouterr().out.splitlines()[1].split()
    assert row[:2] == ["checkpoints/stable-diffusion-v1-5", "sd15"]
    assert "verified" in row


def test_the_generator_finds_what_was_pulled(hub: RunningHub, models: Path) -> None:
    assert pull(hub, models, "stable-diffusion-v1-5") == 0
    assert pull(hub, models, "someone/edges", "--revision", COMMIT) == 0
    shelf = scan_models(models, HashBook(None))
    assert [(found.model.name, found.family) for found in shelf.checkpoints] == [("stable-diffusion-v1-5", "sd15")]
    assert [net.name for net in shelf.controlnets] == ["edges"]
    assert shelf.problems == ()


def test_a_lora_gets_the_name_that_the_generator_looks_for(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = make_weights("lora_unet_down_blocks_0.lora_up.weight", "lora_unet_down_blocks_0.lora_down.weight")
    hub.repositories[LCM.repository] = Repository(str(LCM.commit), {"pytorch_lora_weights.safetensors": weights})
    hub.repositories["someone/ink"] = Repository(COMMIT, {"ink-v2.safetensors": weights, "sample.png": b""})
    assert pull(hub, models, "lcm-lora-sdv1-5") == 0
    assert pull(hub, models, "someone/ink", "--revision", COMMIT) == 0
    shelf = scan_adapters(models, [])
    assert [(file.name, file.is_few_step) for file in shelf.files] == [("ink", False), ("lcm-lora-sdv1-5", True)]
    assert main(["verify", "--models", str(models)]) == 0


def test_several_loras_in_one_repository_are_refused(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = make_weights("lora_unet_down.lora_up.weight")
    hub.repositories["someone/inks"] = Repository(COMMIT, {"a.safetensors": weights, "b.safetensors": weights})
    assert pull(hub, models, "someone/inks", "--revision", COMMIT) == 1
    assert "It holds 2 LoRAs" in get_sentence(capsys)
    assert list_tree(models) == []


def test_any_repository_comes_at_a_revision_and_finds_its_shelf(hub: RunningHub, models: Path) -> None:
    hub.repositories["someone/edges"].files["manifest.json"] = b"of another kind"
    assert pull(hub, models, "someone/edges", "--revision", "main") == 0
    folder = models / "controlnet" / "edges"
    assert list_tree(folder) == ["config.json", "diffusion_pytorch_model.fp16.safetensors", "manifest.json"]
    manifest = read_manifest(folder)
    assert (manifest["commit"], manifest["licence"]) == (COMMIT, "openrail")


def test_a_second_pull_finds_all_there(hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pull(hub, models) == 0
    hub.requests.clear()
    assert pull(hub, models) == 0
    assert [request.path for request in hub.requests if "/resolve/" in request.path] == []
    assert "Already there" in capsys.readouterr().out


def test_a_token_is_sent_but_never_printed(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "hf_SecretOfTheOperator"
    monkeypatch.setenv("HF_TOKEN", token)
    hub.refusals[WEIGHTS] = (401, {"X-Error-Message": "Invalid credentials in Authorization header"})
    assert pull(hub, models) == 1
    assert {request.headers.get("authorization") for request in hub.requests} == {f"Bearer {token}"}
    said = capsys.readouterr()
    assert token not in said.out + said.err
    assert [path for path in models.rglob("*") if path.is_file() and token.encode() in path.read_bytes()] == []


def test_a_token_is_not_shown_to_another_machine_without_tls(
    models: Path, monkeypatch: pytest.MonkeyPatch, hub: RunningHub
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,127.0.0.2")
    monkeypatch.setenv("HF_TOKEN", "hf_SecretOfTheOperator")
    # Not one of the names of this machine that are trusted, though it is this machine.
    with running_hub("127.0.0.2") as other:
        other.repositories = hub.repositories
        assert pull(other, models) == 0
        assert other.requests
        assert [request for request in other.requests if "authorization" in request.headers] == []


def test_other_files_in_the_place_are_not_touched(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "taesd").mkdir()
    (models / "taesd" / "mine.txt").write_text("mine")
    assert pull(hub, models) == 1
    assert "already holds other files" in get_sentence(capsys)
    assert list_tree(models) == ["taesd/mine.txt"]
