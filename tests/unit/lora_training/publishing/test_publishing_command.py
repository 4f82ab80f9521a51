"""The commands `publish`, `revisions`, `rollback` and `withdraw` as staff type them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from lora_training.__main__ import main
from lora_training.publishing.access import TOKEN_VARIABLE
from tests.unit.lora_training.publishing.runs import STYLE_ID
from tests.unit.lora_training.publishing.stand_in import TOKEN, RefusalError, StandIn

NOT_THERE = "http://127.0.0.1:9"
HALL = "00000000-0000-4000-8000-00000000000a"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)


def publish(learnt: tuple[Path, Path], *options: str, name: str = "먹") -> int:
    folders = [str(folder) for folder in learnt]
    return main(["publish", *folders, "--name-ko", name, "--name-en", "Ink", *options])


def test_publishing_says_for_each_generator_what_came_of_it(
    learnt: tuple[Path, Path], first: StandIn, second: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    second.fault = RefusalError(403, "publishing_off")
    code = publish(learnt, "--to", first.url, "--to", second.url, "--to", f"{first.url}/")
    said = capsys.readouterr()
    assert code == 4
    assert said.out.count(f"{first.url}\n  개정판 1을(를) 게시했습니다.\n  Revision 1 is published.") == 1
    assert "Written into the style: Kim Hwaga · CC-BY-4.0 · Scrolls of the hall" in said.out
    assert f"{second.url}: 이 서버는 게시를 받지 않습니다." in said.err
    assert TOKEN not in said.out + said.err

    second.fault = None
    assert publish(learnt, "--to", first.url, "--to", second.url) == 0
    assert "Revision 1 is there already." in capsys.readouterr().out


def test_when_no_generator_did_it_the_code_is_one(
    learnt: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(learnt, "--to", NOT_THERE) == 1
    assert (
        f"{NOT_THERE}: 서버에 연결할 수 없습니다.\n{NOT_THERE}: The server cannot be reached."
        in capsys.readouterr().err
    )


def test_wrong_fields_are_listed(learnt: tuple[Path, Path], first: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    first.fault = RefusalError(422, "style_pack_refused", errors=[{"field": "name.ko", "message": "너무 깁니다."}])
    assert publish(learnt, "--to", first.url) == 1
    assert " name.ko: 너무 깁니다.\n" in capsys.readouterr().err


def test_everything_that_staff_say_reaches_the_generator(learnt: tuple[Path, Path], first: StandIn) -> None:
    descriptions = ["--description-ko", "먹으로 그린 듯합니다.", "--description-en", "As if in ink."]
    assert publish(learnt, "--to", first.url, *descriptions, "--memorial", HALL) == 0
    known = first.styles[STYLE_ID]
    assert known["manifest"]["name"] == {"ko": "먹", "en": "Ink"}
    assert known["manifest"]["description"] == {"ko": "먹으로 그린 듯합니다.", "en": "As if in ink."}
    assert known["memorial_ids"] == [HALL]
    assert publish(learnt, "--to", first.url, *descriptions, "--all-memorials") == 0
    assert known["memorial_ids"] == []


def test_a_style_that_is_there_needs_replace(
    learnt: tuple[Path, Path], first: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(learnt, "--to", first.url) == 0
    assert publish(learnt, "--to", first.url, name="다른 먹") == 1
    assert "--replace를 붙여 주세요" in capsys.readouterr().err
    assert publish(learnt, "--to", first.url, "--replace", name="다른 먹") == 0
    assert first.styles[STYLE_ID]["current"]["revision"] == 2


def test_a_missing_name_is_told_in_korean_before_anything_is_sent(
    learnt: tuple[Path, Path], first: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", *(str(folder) for folder in learnt), "--to", first.url, "--name-en", "Ink"]) == 1
    assert "--name-ko: 비워 둘 수 없고" in capsys.readouterr().err
    assert first.requests == []


def test_without_a_token_nothing_is_asked(
    first: StandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE)
    assert main(["withdraw", STYLE_ID, "--to", first.url]) == 1
    assert "게시 토큰" in capsys.readouterr().err
    assert first.requests == []


def test_the_token_may_lie_in_a_file(first: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE)
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert main(["revisions", STYLE_ID, "--to", first.url, "--token-file", str(tmp_path / "token")]) == 0


def test_an_open_connection_beyond_this_machine_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["revisions", STYLE_ID, "--to", "http://generator.invalid"]) == 1
    said = capsys.readouterr().err
    assert "암호화되지 않은 연결" in said
    assert "Use https." in said


def test_revisions_are_listed_with_the_offered_one_marked(
    learnt: tuple[Path, Path], first: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(learnt, "--to", first.url)
    publish(learnt, "--to", first.url, "--replace", name="둘")
    assert main(["rollback", STYLE_ID, "1", "--to", first.url]) == 0
    assert "  이제 개정판 1을(를) 제공합니다.\n  Revision 1 is offered now.\n" in capsys.readouterr().out
    assert main(["revisions", STYLE_ID, "--to", first.url]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == first.url
    assert [line.split()[0:2] for line in lines[1:3]] == [["*", "1"], ["2", lines[1].split()[2]]]
    assert lines[3:] == ["  추모 공간: 전체", "  Memorials: all"]


def test_a_withdrawn_style_is_shown_as_such(
    learnt: tuple[Path, Path], first: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(learnt, "--to", first.url)
    assert main(["withdraw", STYLE_ID, "--to", first.url]) == 0
    assert first.styles[STYLE_ID]["current"] is None
    capsys.readouterr()
    assert main(["revisions", STYLE_ID, "--to", first.url]) == 0
    said = capsys.readouterr().out
    assert "*" not in said
    assert "지금은 제공하지 않습니다." in said


def test_going_back_to_what_was_never_published_is_refused(
    first: StandIn, learnt: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["rollback", STYLE_ID, "1"], ["withdraw", STYLE_ID]):
        assert main([*command, "--to", first.url]) == 1
        assert "No such style is published there." in capsys.readouterr().err
    publish(learnt, "--to", first.url)
    assert main(["rollback", STYLE_ID, "9", "--to", first.url]) == 1
    assert "There is no such revision." in capsys.readouterr().err


def test_the_list_can_be_saved_for_programs(
    learnt: tuple[Path, Path], first: StandIn, second: StandIn, tmp_path: Path
) -> None:
    file = tmp_path / "published.json"
    command = ["revisions", STYLE_ID, "--save", str(file), "--to", first.url]
    assert main(command) == 0
    nothing = {"generator": first.url, "style_id": STYLE_ID, "current": None, "revisions": []}
    assert json.loads(file.read_text()) == nothing
    publish(learnt, "--to", first.url)
    assert main(command) == 0
    saved = json.loads(file.read_text())
    assert saved["current"]["revision"] == saved["revisions"][0]["revision"] == 1
    assert len(saved["revisions"][0]["sha256"]) == 64
    assert main([*command, "--to", second.url]) == 2


def test_nothing_of_the_work_stays_behind(
    learnt: tuple[Path, Path], first: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for folder in learnt for path in folder.rglob("*")}
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert publish(learnt, "--to", first.url) == 0
    assert {path: path.stat().st_mtime_ns for folder in learnt for path in folder.rglob("*")} == before
    assert list(tmp_path.iterdir()) == []
