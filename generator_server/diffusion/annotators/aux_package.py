"""Single modules of the package controlnet-aux (0.0.10), without what importing all of it brings along.

Its own `__init__` loads every detector it has, and with them timm and torchvision. The few modules with the networks
need torch alone, so they are imported under another package name, whose `__init__` files are left out.
"""

from __future__ import annotations

import sys
import threading
import types
import warnings
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

PACKAGE = "controlnet_aux"
ALIAS = "_controlnet_aux_networks"
_lock = threading.Lock()


def find_folder() -> Path | None:
    """Where the package is installed; it is not imported."""
    spec = PathFinder.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) if places else None


def is_installed() -> bool:
    """True when its modules can be had."""
    return find_folder() is not None


def import_aux(module: str) -> Any:
    """A module by its name inside the package. Raises ImportError."""
    folder = find_folder()
    if folder is None:
        raise ImportError(f"{PACKAGE} is not installed")
    with _lock:
        _register(ALIAS, folder)
        parents = module.split(".")[:-1]
        for depth in range(1, len(parents) + 1):
            _register(".".join([ALIAS, *parents[:depth]]), folder.joinpath(*parents[:depth]))
        with warnings.catch_warnings():
            # Old names of SciPy and old escapes in strings; nothing of it matters here.
            warnings.simplefilter("ignore")
            return import_module(f"{ALIAS}.{module}")


def _register(name: str, folder: Path) -> None:
    """A package of this name that holds what lies in `folder` and whose `__init__` is not run."""
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
