"""The `memorial-booth` command: finds the program that was asked for and hands over to it.

Programs are listed in the entry-point group `memorial_booth.commands`. Help is read from the first line of each
program's source, so that listing them imports none of them.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path

_GROUP = "memorial_booth.commands"
_DISTRIBUTION = "memorial-booth"


def main(argv: list[str] | None = None) -> int:
    """Run `memorial-booth [--version | --help | PROGRAM ...]` and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    programs = {entry.name: entry for entry in sorted(entry_points(group=_GROUP), key=lambda entry: entry.name)}
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_describe(programs))
        return 0 if arguments else 2
    if arguments[0] == "--version":
        print(f"{_DISTRIBUTION} {version(_DISTRIBUTION)}")
        return 0
    return _run(programs, arguments[0], arguments[1:])


def _run(programs: dict[str, EntryPoint], name: str, arguments: list[str]) -> int:
    program = programs.get(name)
    if program is None:
        print(f"There is no program named {name!r}. Known: {', '.join(programs)}.", file=sys.stderr)
        return 2
    result = program.load()(arguments)
    return int(result or 0)


def _describe(programs: dict[str, EntryPoint]) -> str:
    lines = [
        f"usage: {_DISTRIBUTION} [--version] PROGRAM ...",
        "",
        "A memorial photo booth.",
        "",
        "programs:",
    ]
    lines += [f"  {name:<10} {summarise(entry.module)}" for name, entry in programs.items()]
    return "\n".join([*lines, "", f"Ask a program for its own help: {_DISTRIBUTION} PROGRAM --help"])


def summarise(module: str) -> str:
    """First line of a module's docstring, read from its source without importing it; empty when there is none."""
    package, *rest = module.split(".")
    spec = importlib.util.find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        file = Path(folder, *rest).with_suffix(".py")
        if file.is_file():
            docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            return docstring.partition("\n")[0]
    return ""


if __name__ == "__main__":
    sys.exit(main())
