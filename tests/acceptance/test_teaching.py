"""Staff teach the booth a look by the commands they type, and a visitor chooses it on the kiosk's own screen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from scripts.onebox.commands import MEMORIAL_BOOTH
from scripts.onebox.options import ROOT, parse_options
from scripts.onebox.programs import Box, build_screen
from scripts.onebox.running import RunningBox
from scripts.onebox.site import read_site
from tests.acceptance.family import Family
from tests.acceptance.site import SHORT_PATIENCE, describe_tiny_engine
from tests.tiny_diffusion import write_models_folder
from tests.unit.lora_training.dataset.pictures import make_drawing, save

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]

STYLE = "lake_prints"
SMALL = ["--steps", "4", "--warmup-steps", "1", "--save-every", "2", "--batch-size", "2", "--rank", "2", "--alpha", "2"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models_folder(tmp_path_factory.mktemp("teaching") / "models")


@pytest.fixture(scope="module")
def box(make_var: Callable[[str], Path], models: Path) -> Iterator[RunningBox]:
    environ = {
        **SHORT_PATIENCE,
        **describe_tiny_engine(models),
        "BOOTH_BRIDGE__POLICY__GENERATION_PATIENCE_S": "60",
    }
    with RunningBox(make_var("teaching"), environ=environ) as box:
        yield box


def publish_token(box: RunningBox) -> str:
    """The token that the one-machine booth made for its studio."""
    token: str = read_site(box.folders.site_file)["training"]["publishing"]["token"]
    return token


def teach(box: RunningBox, *words: str) -> str:
    """A command of `memorial-booth style`, which has to end well; what it said."""
    done = subprocess.run(
        [*MEMORIAL_BOOTH, "style", *words],
        cwd=ROOT,
        env={**box.environ, "MEMORIAL_BOOTH_PUBLISH_TOKEN": publish_token(box), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def list_offered(box: RunningBox) -> dict[str, dict[str, Any]]:
    """The styles that the kiosk is offered for the demonstration memorial."""
    memorial_id = box.enrolment.get_demonstration().memorial_id
    answer = box.call("GET", f"/styles?memorial_id={memorial_id}")
    answer.raise_for_status()
    return {style["style_id"]: style for style in answer.json()}


def visit(box: RunningBox) -> dict[str, Any]:
    """One visit by the kiosk's real window in the new style; its report."""
    report = box.folders.var / "teaching.json"
    asked = Box(box.folders, box.ports, parse_options(["--var", str(box.folders.var), "--offscreen"]), box.environ)
    wishes = ["--style", STYLE, "--language", "ko", "--letter", "고맙습니다.", "--report", str(report)]
    subprocess.run(
        [*MEMORIAL_BOOTH, "kiosk", "run", "--auto-visitor", "--once", *wishes],
        cwd=ROOT,
        env={**box.environ, **build_screen(asked), "BOOTH_KIOSK__LOG__LOG_LEVEL": "INFO"},
        stdout=sys.stderr,
        timeout=150,
        check=True,
    )
    told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return told


def test_a_folder_of_pictures_becomes_a_style_that_a_visitor_takes_home(
    box: RunningBox, models: Path, tmp_path: Path
) -> None:
    for seed in range(4):
        save(make_drawing(seed, (560, 480)), tmp_path / "pictures" / f"print_{seed}.png")
    dataset, run = str(tmp_path / "set"), str(tmp_path / "run")
    rights = ["--source", "홀 소장", "--licence", "CC0-1.0", "--author", "김화가", "--trigger", "lakeprint"]
    teach(box, "prepare", str(tmp_path / "pictures"), "--to", dataset, "--name", STYLE, *rights)
    base = str(models / "checkpoints" / "tiny")
    teach(box, "train", dataset, "--base", base, "--out", run, "--validation-share", "0", *SMALL)
    assert STYLE not in list_offered(box)
    names = ["--name-ko", "호수 판화", "--name-en", "Lake prints"]
    teach(box, "publish", dataset, run, "--to", f"http://127.0.0.1:{box.ports.generator}", *names)

    offered = list_offered(box)[STYLE]
    assert offered["name"] == {"ko": "호수 판화", "en": "Lake prints"}
    assert (offered["source"]["author"], offered["source"]["licence"]) == ("김화가", "CC0-1.0")
    told = visit(box)
    assert (told["result"], told["style_id"], told["engine"]) == ("ok", STYLE, "diffusion")
    demonstration = box.enrolment.get_demonstration()
    with Family(demonstration.invitation_url, demonstration.pin) as family:
        assert family.count_entries()[told["visit_id"]] == 1
        memory = family.read(told["visit_id"])
    assert memory.original_sha256 == told["photo_sha256"]
    assert {"picture", "original"} <= memory.kinds
    assert "홀 소장" in memory.text and "CC0-1.0" in memory.text, "the page names where the style comes from"


def test_what_was_published_says_where_it_comes_from(box: RunningBox) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{box.ports.generator}/v1/style-packs/{STYLE}",
        headers={"Authorization": f"Bearer {publish_token(box)}"},
        timeout=30,
    )
    assert answer.status_code == 200
    assert [kept["revision"] for kept in answer.json()["revisions"]] == [1]
