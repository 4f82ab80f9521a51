"""Importing the library is cheap: a program that only lists styles loads no compiler and no OpenCV."""

from __future__ import annotations

import json
import subprocess
import sys

PROBE = """
import json, sys
before = set(sys.modules)
import painter
painter.list_styles()
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def test_listing_styles_loads_nothing_heavy() -> None:
    answer = subprocess.run([sys.executable, "-c", PROBE], check=True, capture_output=True, text=True)
    loaded = set(json.loads(answer.stdout))
    assert not loaded & {"numba", "cv2", "skimage", "scipy", "numpy", "torch", "PySide6"}


def test_every_public_name_exists() -> None:
    import painter

    assert sorted(painter.__all__, key=str.lower) == sorted(set(painter.__all__), key=str.lower)
    assert all(hasattr(painter, name) for name in painter.__all__)
