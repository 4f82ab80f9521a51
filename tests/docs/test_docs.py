"""The documentation names what exists: commands, settings, files, links."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from boothkit.settings import load_settings
from scripts.make_settings_page import MODELS, load_model, main, render_page, walk
from scripts.onebox.options import parse_options

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")])
PROGRAMS = sorted(entry.name for entry in entry_points(group="memorial_booth.commands"))
TOOLS = {"models", "style"}
"""Commands that do something and end; they have no section of the settings."""
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE_BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def list_code_lines(page: Path) -> list[str]:
    """Command lines of a page's bash blocks, continued lines joined, comments off."""
    text = "".join(_CODE_BLOCK.findall(page.read_text())).replace("\\\n", " ")
    return [code for line in text.splitlines() if (code := re.sub(r"(^|\s)#.*", "", line).strip())]


def ask_for_help(*words: str) -> str:
    command = [sys.executable, "-m", "boothkit.command", *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def list_subcommands(program: str) -> list[str]:
    """The subcommands that a program's help lists, indented by four spaces."""
    return re.findall(r"^ {4}([a-z][a-z-]*)(?:\s|$)", ask_for_help(program), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = [link.partition("#")[0] for link in _LINK.findall(page.read_text()) if "://" not in link]
    broken = [target for target in targets if target and not (page.parent / target).exists()]
    assert broken == []


def test_the_readmes_commands_exist() -> None:
    lines = list_code_lines(ROOT / "README.md")
    scripts = {line.split()[0] for line in lines if line.startswith("./")}
    assert {"./scripts/run", "./scripts/test"} <= scripts
    for script in scripts:
        assert (ROOT / script).stat().st_mode & 0o111, f"{script} is not executable"


def test_the_readmes_options_are_understood() -> None:
    for line in list_code_lines(ROOT / "README.md"):
        if line.startswith("./scripts/run "):
            options = re.findall(r'"[^"]*"|\S+', line)[1:]
            parse_options([option.strip('"') for option in options], {})


def test_the_settings_page_is_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_the_settings_page_names_every_setting_of_every_program() -> None:
    assert set(MODELS) == set(PROGRAMS) - TOOLS | {"training"}, "[training] belongs to a part of `style`, the studio"
    page = render_page()
    for section, address in MODELS.items():
        names = [name for name, _ in walk(load_model(address))]
        assert names
        part = page.partition(f"## `[{section}]`")[2].partition("\n## ")[0]
        assert [name for name in names if f"| `{name}` |" not in part] == []


@pytest.mark.parametrize("section", MODELS)
def test_every_setting_has_a_sentence(section: str) -> None:
    wordless = [
        name for name, field in walk(load_model(MODELS[section])) if not (field.description or "").endswith(".")
    ]
    assert wordless == []


@pytest.mark.parametrize("section", MODELS)
def test_the_example_file_is_accepted(section: str) -> None:
    example = ROOT / "deploy" / "site.example.toml"
    loaded = load_settings(load_model(MODELS[section]), section=section, config_file=example, environ={})  # type: ignore[type-var]
    assert example.name in loaded.origins.values()


@pytest.mark.parametrize("program", PROGRAMS)
def test_operations_mention_every_command(program: str) -> None:
    operations = (DOCS / "operations.md").read_text()
    names = list_subcommands(program)
    assert program in TOOLS or "config" in names
    missing = [name for name in names if f"memorial-booth {program} {name}" not in operations]
    assert missing == []


def test_every_command_in_the_operations_exists() -> None:
    text = (DOCS / "operations.md").read_text()
    named = set(re.findall(r"memorial-booth ([a-z]+) ([a-z]+(?:-[a-z]+)*)", text))
    known = {(program, name) for program in PROGRAMS for name in list_subcommands(program)}
    assert {pair for pair in named if pair[0] in PROGRAMS} - known == set()


def test_operations_name_the_units_that_exist() -> None:
    text = (DOCS / "operations.md").read_text()
    units = set(re.findall(r"memorial-booth(?:-[a-z-]+)?@?\.(?:service|target|socket)", text))
    existing = {path.name for path in (ROOT / "deploy").rglob("memorial-booth*")}
    assert units
    assert units - existing == set()
