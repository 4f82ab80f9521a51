"""From a folder of pictures to a picture in that style from a running generator, by the commands that staff type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lora_training.__main__ import main
from lora_training.publishing.access import TOKEN_VARIABLE
from tests.integration.generator_server.server import RunningGenerator, make_body, read_picture, running_generator
from tests.unit.lora_training.dataset.pictures import make_drawing, save

TOKEN = "correct-horse-battery-staple"
HALL = "00000000-0000-4000-8000-00000000000a"
SOURCE = "Drawings owned by the hall"


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGenerator]:
    """A generator that takes styles."""
    with running_generator(tmp_path_factory.mktemp("generator"), server=f'publish_token = "{TOKEN}"') as running:
        yield running


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Folders of a data set and of the run that learnt from it, each made by its command."""
    folder = tmp_path_factory.mktemp("hall")
    for seed in range(3):
        save(make_drawing(seed, (400, 320)), folder / "pictures" / f"{seed}.png")
    dataset, run = str(folder / "set"), str(folder / "run")
    terms = ["--source", SOURCE, "--licence", "CC-BY-4.0", "--author", "Kim Hwaga"]
    assert main(["prepare", str(folder / "pictures"), "--to", dataset, "--name", "hall_ink", *terms]) == 0
    assert main(["train", dataset, "--out", run]) == 0
    return dataset, run


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)


def publish(learnt: tuple[str, str], generator: RunningGenerator, *options: str, name: str = "홀의 먹") -> int:
    return main(["publish", *learnt, "--to", generator.url, "--name-ko", name, "--name-en", "Hall ink", *options])


def find_style(generator: RunningGenerator) -> dict[str, Any] | None:
    found = [style for style in generator.get("/v1/styles").json() if style["style_id"] == "hall_ink"]
    return found[0] if found else None


def paint(generator: RunningGenerator, style: dict[str, Any], strength: float) -> np.ndarray[Any, np.dtype[np.uint8]]:
    body = style["requests"]["painter"] | make_body(denoising_strength=strength)
    answer = generator.post("/sdapi/v1/img2img", body)
    assert answer.status_code == 200, answer.text
    return np.asarray(read_picture(answer.json()["images"][0]).convert("RGB"))


def test_a_look_goes_from_a_folder_to_a_picture(
    learnt: tuple[str, str], generator: RunningGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert find_style(generator) is None
    assert publish(learnt, generator) == 0
    assert f"{SOURCE} (3 pictures by Kim Hwaga; CC-BY-4.0)" in capsys.readouterr().out
    style = find_style(generator)
    assert style is not None
    assert style["name"] == {"ko": "홀의 먹", "en": "Hall ink"}
    assert style["revision"].startswith("1-")
    assert style["memorial_ids"] == []
    full, faint = paint(generator, style, 1.0), paint(generator, style, 0.05)
    assert np.abs(full.astype(int) - faint).mean() > 10

    assert publish(learnt, generator) == 0
    assert "is there already" in capsys.readouterr().out
    assert find_style(generator) == style


def test_revisions_memorials_and_the_way_back(
    learnt: tuple[str, str], generator: RunningGenerator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(learnt, generator, "--replace") == 0
    assert publish(learnt, generator, name="다른 이름") == 1
    assert publish(learnt, generator, "--replace", "--memorial", HALL, name="다른 이름") == 0
    style = find_style(generator)
    assert style is not None
    assert (style["name"]["ko"], style["memorial_ids"]) == ("다른 이름", [HALL])

    assert main(["rollback", "hall_ink", "1", "--to", generator.url]) == 0
    style = find_style(generator)
    assert style is not None
    assert (style["name"]["ko"], style["memorial_ids"]) == ("홀의 먹", [HALL])

    assert main(["withdraw", "hall_ink", "--to", generator.url]) == 0
    assert find_style(generator) is None
    saved = tmp_path / "published.json"
    assert main(["revisions", "hall_ink", "--to", generator.url, "--save", str(saved)]) == 0
    page = json.loads(saved.read_text())
    assert page["current"] is None
    assert [item["revision"] for item in page["revisions"]] == [1, 2]

    capsys.readouterr()
    assert publish(learnt, generator, "--all-memorials", name="다른 이름") == 0
    assert "Revision 2 is published." in capsys.readouterr().out
    style = find_style(generator)
    assert style is not None
    assert (style["name"]["ko"], style["memorial_ids"]) == ("다른 이름", [])


def test_what_the_generator_refuses_is_told(
    learnt: tuple[str, str],
    generator: RunningGenerator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert publish(learnt, generator, "--replace", "--memorial", "no-such-form", name="셋") == 1
    assert "The request was not accepted." in capsys.readouterr().err
    assert main(["rollback", "hall_ink", "77", "--to", generator.url]) == 1
    assert "There is no such revision." in capsys.readouterr().err
    monkeypatch.setenv(TOKEN_VARIABLE, "another-token-of-some-length")
    assert main(["withdraw", "hall_ink", "--to", generator.url]) == 1
    assert "The publish token is not right." in capsys.readouterr().err
