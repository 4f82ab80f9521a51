"""scripts/install.sh against a machine made of small fakes: dpkg-query, apt-get, apt-cache, sudo, python3."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

FAKES = {
    # Prints the wanted packages that $MACHINE/installed lists.
    "dpkg-query": """
for name in "$@"; do
    if grep -qx -- "$name" $MACHINE/installed; then printf "installed:%s " "$name"; fi
done""",
    "apt-get": 'echo "apt-get $*" >> $MACHINE/calls',
    "apt-cache": """
if grep -qx "$2" $MACHINE/archive; then echo "  Candidate: 1.0-1"; else echo "  Candidate: (none)"; fi""",
    "sudo": 'exec "$@"',
    "python3": """
case "$1 $2" in
    "-m venv")
        mkdir -p .venv/bin
        echo "command = python3 -m venv $PWD/.venv" > .venv/pyvenv.cfg
        cp "$0" .venv/bin/python
        echo "venv" >> $MACHINE/calls ;;
    "-m pip") echo "pip ${*: -1}" >> $MACHINE/calls ;;
    "-c "*) [[ ! -e $MACHINE/old-python ]] ;;
esac""",
}

PACKAGES = """
# a comment
[run]
libnew2t64|libnew2
web-server
packer?      # no packer: answers are larger

[test]
browser?     # no browser here: browser tests ask for CHROMIUM=/path
"""


@dataclass
class Machine:
    """A checkout and the fakes around it."""

    folder: Path

    def run(self, purpose: str, *, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
        environ = {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "MACHINE": str(self.folder), "LANG": language}
        (self.folder / "calls").unlink(missing_ok=True)
        script = self.folder / "checkout" / "scripts" / "install.sh"
        return subprocess.run(["bash", script, purpose], env=environ, capture_output=True, text=True, check=False)

    def write(self, name: str, *lines: str) -> None:
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines))

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    scripts = tmp_path / "checkout" / "scripts"
    scripts.mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "install.sh", scripts)
    (scripts / "packages.txt").write_text(PACKAGES)
    for name in ("pyproject.toml", "constraints.txt"):
        (scripts.parent / name).write_text(name)
    (tmp_path / "bin").mkdir()
    for name, body in FAKES.items():
        file = tmp_path / "bin" / name
        file.write_text(f"#!/bin/bash\n{body}\n")
        file.chmod(0o755)
    machine = Machine(tmp_path)
    machine.write("installed", "libnew2", "web-server", "packer", "browser")
    machine.write("archive", "libnew2", "web-server", "packer", "browser")
    return machine


def test_a_prepared_machine_gets_nothing(machine: Machine) -> None:
    assert machine.run("run").returncode == 0
    assert machine.calls == ["venv", "pip ."]
    assert machine.run("run").returncode == 0
    assert machine.calls == []


def test_only_missing_packages_are_installed_without_recommended_ones(machine: Machine) -> None:
    machine.write("installed", "libnew2")
    assert machine.run("run").returncode == 0
    assert machine.calls[:2] == [
        "apt-get update -q",
        "apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 web-server packer",
    ]


def test_the_name_that_the_archive_has_is_chosen(machine: Machine) -> None:
    machine.write("installed", "web-server", "packer")
    machine.write("archive", "libnew2t64")
    assert machine.run("run").returncode == 0
    assert machine.calls[1].endswith(" libnew2t64")


def test_the_first_of_two_available_names_is_chosen(machine: Machine) -> None:
    machine.write("installed", "web-server", "packer")
    machine.write("archive", "libnew2", "libnew2t64")
    assert machine.run("run").returncode == 0
    assert machine.calls[1].endswith(" libnew2t64")


def test_a_needed_package_that_the_archive_lacks_is_named(machine: Machine) -> None:
    machine.write("installed", "libnew2", "packer")
    machine.write("archive", "packer")
    result = machine.run("run")
    assert result.returncode == 1
    assert "The package archive has none of: web-server" in result.stderr


def test_an_optional_package_that_the_archive_lacks_is_left_out_with_its_reason(machine: Machine) -> None:
    machine.write("installed", "libnew2", "web-server", "packer")
    machine.write("archive")
    result = machine.run("test")
    assert result.returncode == 0
    assert "no browser here: browser tests ask for CHROMIUM=/path" in result.stderr
    assert not [call for call in machine.calls if call.startswith("apt-get")]


def test_an_optional_package_that_the_archive_has_is_installed(machine: Machine) -> None:
    machine.write("installed", "libnew2", "web-server", "packer")
    assert machine.run("test").returncode == 0
    assert machine.calls[0].endswith(" browser")


def test_packages_of_the_tests_are_not_needed_to_run(machine: Machine) -> None:
    machine.write("installed", "libnew2", "web-server", "packer")
    assert machine.run("run").returncode == 0
    assert machine.calls == ["venv", "pip ."]


def test_tests_get_the_development_tools_and_running_then_needs_nothing_more(machine: Machine) -> None:
    assert machine.run("test").returncode == 0
    assert machine.calls == ["venv", "pip .[dev]"]
    machine.run("run")
    assert machine.calls == []


def test_python_packages_are_installed_again_when_their_list_changes(machine: Machine) -> None:
    machine.run("run")
    (machine.folder / "checkout" / "constraints.txt").write_text("other")
    assert machine.run("run").returncode == 0
    assert machine.calls == ["pip ."]


def test_a_copied_environment_is_made_anew(machine: Machine) -> None:
    """Its programs name the Python of the place that it was copied from."""
    machine.run("run")
    file = machine.folder / "checkout" / ".venv" / "pyvenv.cfg"
    file.write_text("command = python3 -m venv /elsewhere/.venv\n")
    assert machine.run("run").returncode == 0
    assert machine.calls[0] == "venv"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("C.UTF-8", "Python 3.11 or newer is needed"), ("ko_KR.UTF-8", "Python 3.11 이상이 필요합니다")],
)
def test_an_old_python_is_told_in_the_terminals_language(machine: Machine, language: str, sentence: str) -> None:
    machine.write("old-python")
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        shutil.copy(machine.folder / "bin" / "python3", machine.folder / "bin" / name)
    result = machine.run("run", language=language)
    assert result.returncode == 1
    assert sentence in result.stderr


def test_a_system_without_apt_is_told(machine: Machine, tmp_path: Path) -> None:
    for name in ("bash", "cat", "dirname", "grep", "sha256sum"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    for name in ("apt-get", "dpkg-query"):
        (tmp_path / "bin" / name).unlink()
    script = tmp_path / "checkout" / "scripts" / "install.sh"
    result = subprocess.run(
        ["/bin/bash", script, "run"], env={"PATH": f"{tmp_path}/bin"}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "This script knows Debian 12 and Ubuntu LTS" in result.stderr


def test_the_real_list_names_no_package_twice() -> None:
    lines = (ROOT / "scripts" / "packages.txt").read_text().splitlines()
    entries = [line.split("#")[0].strip().rstrip("?") for line in lines if line and line[0] not in "#["]
    names = [name for entry in entries for name in entry.split("|")]
    assert len(names) == len(set(names)) > 20
