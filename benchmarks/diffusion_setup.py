"""What `benchmarks.diffusion` measures: the ways to make a picture, and what the command line chooses of them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.budget import Budget
from benchmarks.report import RESULTS

if TYPE_CHECKING:
    from tests.tiny_diffusion import Family

PLAIN, EAGER, FEW = "plain diffusers pipeline", "ours, eager", "ours, eager, few steps"
COMPILED, GRAPHS = "ours, compiled", "ours, compiled, CUDA graphs"
WAYS = {"plain": PLAIN, "eager": EAGER, "compiled": COMPILED, "graphs": GRAPHS}
SETTINGS: Mapping[str, Mapping[str, bool]] = {
    EAGER: {},
    COMPILED: {"compile": True},
    GRAPHS: {"compile": True, "cuda_graphs": True},
}
PARTS = ("pictures", "switch", "http")


@dataclass(frozen=True)
class Setup:
    """What is measured, and how often."""

    is_tiny: bool
    repeats: int
    families: Sequence[Family]
    batches: Sequence[int]
    ways: Sequence[str]
    parts: Sequence[str]
    models: Path | None = None

    @property
    def device(self) -> str:
        return "cpu" if self.is_tiny else "cuda"


def list_engines(setup: Setup) -> list[str]:
    """The engines that are measured; nothing is compiled in the tiny form."""
    names = [WAYS[way] for way in setup.ways if way != "plain"]
    return [name for name in names if not (setup.is_tiny and SETTINGS[name])]


def parse_setup(argv: Sequence[str] | None, description: str | None) -> tuple[Setup, Path, Budget]:
    """What the command line asks for, where the result goes, and how long it may take."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="a thousandth of the size, on a processor")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--families", nargs="+", choices=("sd15", "sdxl"), default=["sd15", "sdxl"])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 2, 4, 8])
    parser.add_argument("--ways", nargs="+", choices=tuple(WAYS), default=list(WAYS), help="which are compared")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what is measured")
    parser.add_argument("--budget-s", type=float, help="begin no part after so many seconds")
    parser.add_argument("--models", type=Path, help="folder that keeps the random models for another run")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the result")
    given = parser.parse_args(argv)
    if given.ways == ["plain"]:
        parser.error("--ways needs one of ours")
    setup = Setup(given.tiny, given.repeats, given.families, given.batches, given.ways, given.parts, given.models)
    return setup, given.results, Budget(given.budget_s)
