"""docs/training.md names every option of the training with its default and its own sentence."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from lora_training.config import TrainingConfig
from lora_training.training_command import UNASKED, add_command, name_option

PAGE = (Path(__file__).parents[2] / "docs" / "training.md").read_text()
SECTION = PAGE.partition("\n## Training\n")[2].partition("\n## ")[0]
_ROW = re.compile(r"^\| `(--[a-z0-9-]+)` \| (.*) \|$", re.MULTILINE)


def list_rows() -> dict[str, str]:
    return dict(_ROW.findall(SECTION))


@pytest.mark.parametrize("name", [name for name in TrainingConfig.model_fields if name not in UNASKED])
def test_every_number_of_a_training_is_explained_as_the_help_does(name: str) -> None:
    field = TrainingConfig.model_fields[name]
    shown = {True: "on", False: "off", "": "empty"} if isinstance(field.default, bool | str) else {}
    assert list_rows()[name_option(name)] == f"{shown.get(field.default, field.default)} | {field.description}"


def test_the_page_names_the_commands_options_and_no_others() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    add_command(commands)
    options = {action.option_strings[0] for action in commands.choices["train"]._actions if action.option_strings}
    assert list_rows().keys() == options - {"-h"}
