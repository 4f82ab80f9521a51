"""A page of the docs that a program writes: kept up to date, or checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def keep_page(page: Path, text: str, *, module: str, about: str | None, argv: Sequence[str] | None) -> int:
    """Write `text` into `page`; with --check write nothing and answer 1 when the page says something else.

    `module` is the program that makes the page and `about` its sentence for --help.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when the page is out of date")
    if not parser.parse_args(argv).check:
        page.write_text(text, encoding="utf-8")
        return 0
    is_fresh = page.exists() and page.read_text(encoding="utf-8") == text
    if not is_fresh:
        print(f"{page} is out of date: run python -m {module}", file=sys.stderr)
    return 0 if is_fresh else 1
