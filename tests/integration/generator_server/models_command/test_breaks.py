"""A pull that breaks off - line, kill, full disk - leaves nothing half done and goes on where it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from generator_server.models_command import main
from tests.integration.generator_server.models_command.console import (
    COMMAND,
    PIECE_BYTES,
    WEIGHTS,
    get_sentence,
    pull,
)
from tests.unit.generator_server.model_store.hub_server import RunningHub
from tests.unit.generator_server.model_store.repositories import (
    TAESD,
    make_decoder,
)


def test_a_cut_is_taken_up_in_the_same_pull(hub: RunningHub, models: Path) -> None:
    hub.repositories[TAESD.repository] = make_decoder(size_bytes=12_000_000)
    hub.cuts[WEIGHTS] = [11_000_000]
    assert pull(hub, models) == 0
    assert (models / "taesd" / WEIGHTS).read_bytes() == hub.repositories[TAESD.repository].files[WEIGHTS]
    assert hub.list_ranges(WEIGHTS) == [None, f"bytes={PIECE_BYTES}-"]


def test_a_line_that_keeps_breaking_is_given_up_and_gone_on_with_later(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.repositories[TAESD.repository] = make_decoder(size_bytes=12_000_000)
    hub.cuts[WEIGHTS] = [11_000_000, 0, 0, 0]
    assert pull(hub, models) == 1
    assert "the connection broke" in get_sentence(capsys)
    assert not (models / "taesd").exists()
    assert pull(hub, models) == 0
    assert hub.list_ranges(WEIGHTS) == [None, *[f"bytes={PIECE_BYTES}-"] * 4]
    assert (models / "taesd" / WEIGHTS).read_bytes() == hub.repositories[TAESD.repository].files[WEIGHTS]


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGKILL, -signal.SIGKILL, ""), (signal.SIGINT, 130, "Stopped; run the command again to go on.\n")],
)
def test_a_pull_that_was_stopped_goes_on_there(
    hub: RunningHub,
    models: Path,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
    code: int,
    said: str,
) -> None:
    hub.repositories[TAESD.repository] = make_decoder(size_bytes=12_000_000)
    hub.cuts[WEIGHTS] = [11_000_000]
    hub.go_on = threading.Event()
    process = subprocess.Popen(
        [*COMMAND, "pull", "taesd", "--to", models, "--endpoint", hub.url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert hub.stalled.wait(60)
    wait_for_part(models / ".incoming")
    assert pull(hub, models) == 1
    assert "is being pulled already" in get_sentence(capsys)
    process.send_signal(number)
    assert process.communicate(timeout=60)[1] == said
    assert process.returncode == code
    hub.go_on.set()
    assert not (models / "taesd").exists()
    assert pull(hub, models) == 0
    assert hub.list_ranges(WEIGHTS)[-1] == f"bytes={PIECE_BYTES}-"
    assert (models / "taesd" / WEIGHTS).read_bytes() == hub.repositories[TAESD.repository].files[WEIGHTS]
    assert not (models / ".incoming").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk is mounted, which only root may do")
def test_a_disk_that_fills_up_is_said_and_the_pull_goes_on_later(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(models)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        hub.repositories[TAESD.repository] = make_decoder(size_bytes=20_000_000)
        hub.sizes[WEIGHTS] = 1
        assert pull(hub, models) == 1
        assert "is full; make room" in get_sentence(capsys)
        assert not (models / "taesd").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", str(models)], check=True)
        assert pull(hub, models) == 0
        assert (models / "taesd" / WEIGHTS).stat().st_size > 20_000_000
        assert main(["verify", "--models", str(models)]) == 0
    finally:
        subprocess.run(["umount", str(models)], check=True)


def test_too_little_room_is_said_before_anything_is_fetched(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.sizes[WEIGHTS] = 10**18
    assert pull(hub, models) == 1
    assert "1000000000.0 GB are needed" in get_sentence(capsys)
    assert [request.path for request in hub.requests if "/resolve/" in request.path] == []


def test_a_folder_that_cannot_be_written_is_said(
    hub: RunningHub, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / ".incoming").write_text("a file in the way")
    assert pull(hub, models) == 1
    assert str(models) in get_sentence(capsys)


def wait_for_part(staging: Path) -> None:
    """Until the first piece has reached the disk."""
    clock = threading.Event()
    for _ in range(3000):
        if any(path.stat().st_size >= PIECE_BYTES for path in staging.rglob("*.incomplete")):
            return
        clock.wait(0.01)
    raise AssertionError("nothing was written")
