"""What is asked of the commands beside a pull: lists, checks, help, settings, language."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator_server.models_command import main
from tests.integration.generator_server.models_command.console import (
    WEIGHTS,
    get_sentence,
    pull,
)
from tests.unit.generator_server.model_store.hub_server import RunningHub
from tests.unit.generator_server.model_store.repositories import (
    COMMIT,
    SD15,
    TAESD,
)

HANGUL = re.compile("[가-힣]")


def test_verify_names_the_file_with_a_flipped_bit(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(hub, models) == 0
    assert pull(hub, models, "someone/edges", "--revision", COMMIT) == 0
    assert main(["verify", "--models", str(models)]) == 0
    weights = models / "taesd" / WEIGHTS
    times = (weights.stat().st_atime, weights.stat().st_mtime)
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    os.utime(weights, times)
    capsys.readouterr()
    assert main(["verify", "--models", str(models)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "edges: all files are as in the manifest (2).",
        "taesd: not as in the manifest (1).",
        f"    {WEIGHTS} has other content.",
    ]
    assert main(["verify", "edges", "--models", str(models)]) == 0
    assert main(["list", "--models", str(models)]) == 0
    assert "not verified" in capsys.readouterr().out


def test_list_and_verify_say_that_a_model_has_no_manifest(
    models: Path, hub: RunningHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pull(hub, models) == 0
    (models / "taesd" / "manifest.json").unlink()
    capsys.readouterr()
    assert main(["list", "--models", str(models)]) == 0
    assert "no manifest" in capsys.readouterr().out
    assert main(["verify", "taesd", "--models", str(models)]) == 1
    assert main(["verify", "nothing", "--models", str(models)]) == 2


def test_without_a_name_the_known_models_are_listed(capsys: pytest.CaptureFixture[str], hub: RunningHub) -> None:
    assert main(["pull"]) == 0
    assert SD15.name in capsys.readouterr().out


def test_help_loads_neither_torch_nor_the_hubs_library() -> None:
    code = (
        "import contextlib, sys\nfrom generator_server.models_command import main\n"
        "with contextlib.suppress(SystemExit): main(['pull', '--help'])\n"
        "print(sorted({'torch', 'huggingface_hub', 'painter', 'pydantic'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert output.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["pull", "nonsense"], "taesd"),
        (["pull", "control_v11p_sd15_mlsd"], "--revision"),
        (["pull", "someone/edges"], "--revision"),
        (["pull", "taesd"], "--to"),
        (["list"], "--models"),
        (["verify"], "--models"),
    ],
)
def test_what_is_asked_wrongly_gives_code_2(
    hub: RunningHub, arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert expected in get_sentence(capsys)
    assert hub.requests == []


def test_the_folder_and_the_hub_come_from_settings_and_environment(
    hub: RunningHub, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "site.toml"
    config.write_text(f'[generator.diffusion]\nmodels = "{models}"\n')
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    assert main(["pull", "taesd", "--config", str(config)]) == 0
    assert (models / "taesd" / "manifest.json").is_file()


def test_the_terminals_language_decides(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    hub.refusals["/revision/" + str(TAESD.commit)] = (403, {"X-Error-Code": "GatedRepo"})
    assert pull(hub, models) == 1
    assert HANGUL.search(get_sentence(capsys))
