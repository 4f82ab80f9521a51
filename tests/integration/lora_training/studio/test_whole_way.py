"""A style from the first picture to visitors and back, by the page's own forms, with a generator that really runs.

The way with a model, which acceptance goes by commands and from picture to kiosk, is the long form here.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lora_training.studio.work.generator_words import GENERATOR_WORDS
from tests.integration.generator_server.server import RunningGenerator, running_generator
from tests.integration.lora_training.studio.conftest import House, open_house
from tests.integration.lora_training.studio.staff import HOME, STYLE, TERMS, encode, read_job, wait_for_job
from tests.tiny_diffusion import write_model
from tests.unit.lora_training.dataset.pictures import make_drawing, save

TOKEN = "correct-horse-battery-staple"
HALL = "00000000-0000-4000-8000-00000000000a"
STEPS = 10


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGenerator]:
    """A generator that takes styles."""
    with running_generator(tmp_path_factory.mktemp("generator"), server=f'publish_token = "{TOKEN}"') as running:
        yield running


@pytest.fixture
def studio(tmp_path: Path, generator: RunningGenerator) -> Iterator[House]:
    """A studio with a base model of a thousandth of the size, which may publish."""
    write_model(tmp_path / "models" / "tiny", "sdxl")  # half the time of the older family: its first blocks are plain
    save(make_drawing(5, (256, 256)), tmp_path / "faces" / "face.png")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    projects = {"models_dir": tmp_path / "models", "faces_dir": tmp_path / "faces"}
    publishing = {
        "generators": [generator.url],
        "token_file": tmp_path / "token",
        "memorials": [f"{HALL} 김영희 님"],
    }
    with open_house(tmp_path, projects=projects, publishing=publishing) as opened:
        yield opened


def do(house: House, path: str, **fields: Any) -> None:
    """Send the form of a step and wait until its work is done."""
    answer = house.staff.send(f"{HOME}/{path}", **fields)
    assert answer.status_code == 303, answer.text
    assert wait_for_job(house.data_dir) == "done", (house.data_dir / STYLE / "job" / "log.txt").read_text()


def bring_pictures(house: House) -> None:
    assert house.staff.send("/new", **TERMS).status_code == 303
    house.staff.upload(*((f"그림 {seed}.png", encode(seed)) for seed in range(3)))
    do(house, "prepare", resolution="512")


def find_style(generator: RunningGenerator) -> dict[str, Any] | None:
    found = [style for style in generator.get("/v1/styles").json() if style["style_id"] == STYLE]
    return found[0] if found else None


def read_weight(generator: RunningGenerator, revision: int) -> float:
    """The adapter's weight in the pack that the generator keeps."""
    (file,) = (generator.log.parent / "data").glob(f"published/{STYLE}/{revision}/*/style.toml")
    return float(tomllib.loads(file.read_text())["diffusion"]["adapter_weight"])


def offer(house: House, generator: RunningGenerator, name_ko: str, **fields: Any) -> None:
    names = {"name_ko": name_ko, "name_en": "Ink wash", "for": "all"}
    do(house, "publish", generator=generator.url, **{**names, **fields})


def test_a_look_without_a_model_from_pictures_to_visitors_and_back(studio: House, generator: RunningGenerator) -> None:
    bring_pictures(studio)
    do(studio, "captions", **{studio.staff.list_caption_fields()[0]: "two hills in the mist"})
    do(studio, "train", base="")
    assert find_style(generator) is None

    token_file = studio.data_dir.parent / "token"
    token_file.write_text("a-token-of-another-hall\n")
    names = {"name_ko": "수묵화", "name_en": "Ink wash", "for": "all"}
    assert studio.staff.send(f"{HOME}/publish", generator=generator.url, **names).status_code == 303
    assert wait_for_job(studio.data_dir) == "failed"
    for language, words in zip(("ko", "en"), GENERATOR_WORDS["unauthorized"], strict=True):
        page = html.unescape(studio.staff.read(f"{HOME}/publish?lang={language}").text)
        assert f"<p>{generator.url}: {words}</p>" in page
    token_file.write_text(f"{TOKEN}\n")

    offer(studio, generator, "수묵화")
    style = find_style(generator)
    assert style is not None
    assert (style["name"]["ko"], style["revision"][:2], style["memorial_ids"]) == ("수묵화", "1-", [])
    assert style["source"]["author"] == TERMS["author"]
    assert "The kiosk offers it" in studio.staff.read(f"{HOME}/publish?lang=en").text

    offer(studio, generator, "새 수묵화", **{"for": "some", "memorial": HALL})
    style = find_style(generator)
    assert style is not None
    assert (style["name"]["ko"], style["revision"][:2], style["memorial_ids"]) == ("새 수묵화", "2-", [HALL])
    page = studio.staff.read(f"{HOME}/publish?lang=en").text
    assert page.count("offered now") == 1
    assert "김영희" in page

    do(studio, "rollback", revision="1")
    style = find_style(generator)
    assert style is not None
    assert (style["name"]["ko"], style["memorial_ids"]) == ("수묵화", [HALL])
    assert re.search(r'suggested">\s*<th scope="row">1</th>', studio.staff.read(f"{HOME}/publish").text)

    do(studio, "withdraw", sure="yes")
    assert find_style(generator) is None
    page = studio.staff.read(f"{HOME}/publish?lang=en").text
    assert "None is offered at present." in page
    assert "Withdraw the style" not in page
    do(studio, "rollback", revision="2")
    assert find_style(generator) is not None, "a withdrawn style can be brought back"
    assert "Withdraw the style" in studio.staff.read(f"{HOME}/publish?lang=en").text
    do(studio, "withdraw", sure="yes")


@pytest.mark.long
@pytest.mark.timeout(400)
def test_an_adapter_is_learnt_compared_and_published_as_suggested(studio: House, generator: RunningGenerator) -> None:
    bring_pictures(studio)
    do(studio, "train", base="tiny", steps=str(STEPS), batch_size="1")
    do(studio, "evaluate")
    page = studio.staff.read(f"{HOME}/compare?lang=en").text
    suggestion = re.search(r"Suggestion: step (\d+) at strength ([\d.]+)\.", page)
    assert suggestion, page
    assert page.count('class="suggested"') == 1
    found = json.loads((studio.data_dir / STYLE / "run" / "evaluation" / "evaluation.json").read_text())
    assert (int(suggestion[1]), float(suggestion[2])) == (found["suggested"]["step"], found["suggested"]["weight"])
    assert ("It is nearest" in page) is (found["reason"] == "nearest"), "the page never praises what the numbers do not"
    assert studio.staff.read(f"{HOME}/files/grid").content.startswith(b"\x89PNG")

    link = re.search(rf'href="({HOME}/publish\?weight=[\d.]+)">Take the suggestion', page)
    assert link
    form = studio.staff.read(f"{link[1]}&lang=en").text
    weight = re.search(r'name="weight"[^>]* value="([\d.]+)"', form)
    assert weight
    assert float(weight[1]) == float(suggestion[2])

    offer(studio, generator, "수묵화", weight=weight[1])
    assert read_job(studio.data_dir)["kind"] == "publish"
    published = generator.get(f"/v1/style-packs/{STYLE}", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert published["current"]["revision"] == max(one["revision"] for one in published["revisions"])
    style = find_style(generator)
    assert style is not None
    assert style["revision"].startswith(f"{published['current']['revision']}-")
    assert (style["name"]["ko"], style["memorial_ids"]) == ("수묵화", [])
    assert read_weight(generator, published["current"]["revision"]) == float(suggestion[2])
