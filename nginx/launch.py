"""The run folder, the check of the configuration, and the step from this process to nginx itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import NoReturn

from nginx.render import TEMPORARY_FOLDERS, render
from nginx.settings import NginxSettings

_LISTENERS = ("booth_listen", "generator_listen", "public_listen")


class FrontDoorError(Exception):
    """nginx cannot be started; the text says why in one sentence."""


def prepare(settings: NginxSettings) -> Path:
    """Make the run folder, write the configuration, and remove what a killed nginx left; returns the file's path.

    Raises FrontDoorError when the folder cannot be written.
    """
    try:
        settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _empty_temporary_folders(settings.run_dir)
        file = settings.run_dir / "nginx.conf"
        file.write_text(render(settings), encoding="utf-8")
    except OSError as error:
        raise FrontDoorError(f"The run folder {settings.run_dir} cannot be used: {error.strerror}.") from None
    return file


def check(settings: NginxSettings) -> None:
    """Let nginx itself check the configuration. Raises FrontDoorError with its first complaint.

    A checking nginx listens for a moment. So that nobody meets it at the real addresses, it gets sockets of its own.
    """
    run_dir = settings.run_dir
    sockets = {name: f"unix:check-{name}.sock" for name in _LISTENERS if getattr(settings, name)}
    file = run_dir / "nginx-check.conf"
    file.write_text(render(settings.model_copy(update=sockets)), encoding="utf-8")
    try:
        result = subprocess.run(
            [*_command(run_dir, file), "-t", "-q"], cwd=run_dir, capture_output=True, text=True, timeout=30, check=False
        )
    except FileNotFoundError:
        raise FrontDoorError("nginx is not installed (Debian package nginx).") from None
    finally:
        for leftover in (file, *run_dir.glob("check-*.sock")):
            leftover.unlink(missing_ok=True)
    if result.returncode:
        raise FrontDoorError(f"nginx does not accept its configuration: {_first_complaint(result.stderr)}")


def check_addresses(settings: NginxSettings) -> None:
    """Raises FrontDoorError when an address is taken, not ours, or not allowed."""
    for name in _LISTENERS:
        address = getattr(settings, name)
        if not address:
            continue
        host, _, port = address.rpartition(":")
        try:
            _try_address(host.strip("[]"), int(port))
        except OSError as error:
            raise FrontDoorError(f"nginx cannot listen on {name} {address}: {error.strerror}.") from None


def _try_address(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def become_nginx(settings: NginxSettings) -> NoReturn:
    """Replace this process by nginx, so that whoever started us signals and waits for nginx itself."""
    command = _command(settings.run_dir, settings.run_dir / "nginx.conf")
    os.execvp(command[0], command)  # noqa: S606 - a fixed program with a fixed list of arguments


def _command(run_dir: Path, file: Path) -> list[str]:
    return ["nginx", "-c", str(file), "-p", str(run_dir), "-e", "stderr"]


def _empty_temporary_folders(run_dir: Path) -> None:
    """Bodies of requests lie here while they arrive: photographs of visitors, so nothing may be left behind."""
    folder = run_dir / "nginx-temp"
    if folder.exists():
        shutil.rmtree(folder)
    for name in TEMPORARY_FOLDERS:
        (folder / name).mkdir(mode=0o700, parents=True)


def _first_complaint(output: str) -> str:
    for line in output.splitlines():
        if "[emerg]" in line:
            return line.partition("[emerg] ")[2].partition(": ")[2].rstrip(".") + "."
    return output.strip() or "it did not say why."
