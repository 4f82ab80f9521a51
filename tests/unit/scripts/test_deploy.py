"""The systemd units, checked by systemd itself; the paths of an installed booth are replaced by this checkout's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy" / "systemd"
INSTALLED = "/opt/memorial-booth/"
PROGRAMS = ("nginx", "bridge", "generator", "memorial")
MOST_EXPOSED = 25  # of 100, by `systemd-analyze security`; a unit without any protection has 96


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with the commands of this checkout: `verify` refuses a command that does not exist."""
    folder = tmp_path / "systemd"
    shutil.copytree(DEPLOY, folder)
    for unit in folder.rglob("*.service"):
        unit.write_text(unit.read_text().replace(INSTALLED, f"{ROOT}/"))
    return folder


def analyze(*words: str | Path, run_dir: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(run_dir), "HOME": str(run_dir)}
    return subprocess.run(["systemd-analyze", *words], env=environ, capture_output=True, text=True, check=False)


def test_systemd_accepts_the_units(units: Path, tmp_path: Path) -> None:
    """The relay's template is looked at through the sockets that start it."""
    names = [
        unit for kind in ("service", "socket", "target") for unit in units.glob(f"*.{kind}") if "@" not in unit.name
    ]
    result = analyze("verify", *names, run_dir=tmp_path)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_systemd_accepts_the_kiosks_user_unit(units: Path, tmp_path: Path) -> None:
    result = analyze("--user", "verify", *units.glob("user/*.service"), run_dir=tmp_path)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_the_check_notices_a_wrong_setting_and_a_missing_command(units: Path, tmp_path: Path) -> None:
    unit = units / "memorial-booth-bridge.service"
    unit.write_text(unit.read_text().replace("ExecStart=", "ExecStart=/missing").replace("NoNewPriv", "NoOldPriv"))
    result = analyze("verify", unit, run_dir=tmp_path)
    assert result.returncode == 1
    assert "is not executable" in result.stderr
    assert "NoOldPrivileges" in result.stderr


@pytest.mark.parametrize("program", [*PROGRAMS, "studio", "metrics@"])
def test_little_of_the_machine_is_open_to_a_program(units: Path, tmp_path: Path, program: str) -> None:
    unit = units / f"memorial-booth-{program}.service"
    result = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit, run_dir=tmp_path)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_server_is_started_by_its_own_unit(program: str) -> None:
    text = (DEPLOY / f"memorial-booth-{program}.service").read_text()
    assert f"ExecStart={INSTALLED}.venv/bin/memorial-booth {program} serve\n" in text
    assert "WantedBy=memorial-booth.target\n" in text


def test_a_training_outlives_a_new_start_of_the_studio() -> None:
    text = (DEPLOY / "memorial-booth-studio.service").read_text()
    assert f"ExecStart={INSTALLED}.venv/bin/memorial-booth style studio serve\n" in text
    assert "KillMode=process\n" in text


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to another user")
def test_files_of_users_and_folders_are_accepted(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    for tool, file in (("sysusers", "memorial-booth.sysusers.conf"), ("tmpfiles", "memorial-booth.tmpfiles.conf")):
        words = [f"systemd-{tool}", f"--root={root}", *(["--create"] if tool == "tmpfiles" else []), str(DEPLOY / file)]
        result = subprocess.run(words, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    assert "memorial-booth:x:" in (root / "etc" / "passwd").read_text()
    assert (root / "etc" / "memorial-booth").stat().st_mode & 0o777 == 0o750


def test_prometheus_asks_where_the_relays_listen() -> None:
    """Read without a YAML parser: the file names each relay's address once."""
    prometheus = (ROOT / "deploy" / "prometheus.yml").read_text()
    sockets = sorted(DEPLOY.glob("memorial-booth-metrics-*.socket"))
    assert len(sockets) == 3
    for unit in sockets:
        listen = next(line for line in unit.read_text().splitlines() if line.startswith("ListenStream="))
        assert prometheus.count(listen.removeprefix("ListenStream=")) == 1
