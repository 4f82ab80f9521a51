"""Every text of the studio is there in Korean."""

from __future__ import annotations

from pathlib import Path

import lora_training.studio
from lora_training.studio.web.catalogues import CATALOGUE
from scripts.check_translations import compare, extract_web, read_catalogue

STUDIO = Path(lora_training.studio.__file__).parent


def test_the_catalogue_is_complete_and_has_nothing_too_much() -> None:
    used = extract_web(STUDIO)
    assert len(used) > 100
    assert list(compare("studio ko", used, read_catalogue(CATALOGUE))) == []
