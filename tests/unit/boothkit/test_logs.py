"""Log lines: readable by people, parseable by machines, silent about private words."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from boothkit.logs import MASK, configure_logging, get_logger

log = get_logger("shop.counter")


@pytest.fixture(autouse=True)
def keep_root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_a_line_is_a_sentence_with_fields(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        log.info("Capture saved.", action="capture.saved", visit_id="v1")
    (record,) = caplog.records
    assert record.getMessage() == "Capture saved."
    assert (record.name, record.levelname) == ("shop.counter", "INFO")
    assert (record.__dict__["action"], record.__dict__["visit_id"]) == ("capture.saved", "v1")


def test_the_level_is_respected(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING"):
        log.info("Not worth a line.", action="x")
    assert caplog.records == []


def test_bound_fields_are_added(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"), structlog.contextvars.bound_contextvars(request_id="r1"):
        log.info("Something.", action="x")
    assert caplog.records[0].__dict__["request_id"] == "r1"


@pytest.mark.parametrize("name", ["letter", "token", "pin", "Authorization", "query_string", "text", "password"])
def test_private_fields_are_masked(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        log.info("Something.", **{name: "Dear mother"}, headers={name: "Dear mother", "accept": "*/*"})
    fields = caplog.records[0].__dict__
    assert fields[name] == MASK
    assert fields["headers"] == {name: MASK, "accept": "*/*"}


def test_a_field_named_like_the_records_own_gets_an_underscore(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        log.info("Something.", name="Kim", args="a")
    assert caplog.records[0].__dict__["name_"] == "Kim"
    assert caplog.records[0].__dict__["args_"] == "a"


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(program="bridge", json_lines=True)
    log.warning("저장했습니다.", action="capture.saved", visit_id="v1")
    logging.getLogger("someone.else").warning("plain %s", "words")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["action"], ours["visit_id"]) == ("저장했습니다.", "capture.saved", "v1")
    assert (ours["program"], ours["level"], ours["logger"]) == ("bridge", "warning", "shop.counter")
    assert ours["timestamp"].endswith("Z")
    assert theirs["event"] == "plain words"


def test_json_lines_carry_tracebacks_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(program="bridge", json_lines=True)
    try:
        json.loads("{")
    except ValueError:
        log.exception("Saving failed.", action="capture.failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "JSONDecodeError: Expecting" in json.loads(line)["exception"]


def test_terminal_lines_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(program="bridge", json_lines=False, level="debug")
    log.debug("Capture saved.", action="capture.saved", visit_id="v1")
    text = capsys.readouterr().err
    assert "Capture saved." in text
    assert "visit_id=v1" in text
    assert "\x1b" not in text


def test_libraries_that_log_whole_addresses_are_silenced(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(program="bridge", json_lines=True, level="INFO")
    for name in ("httpx2", "httpx", "uvicorn.access", "alembic.runtime.plugins"):
        logging.getLogger(name).info("GET /i/invitation-token")
    assert capsys.readouterr().err == ""
