"""`memorial-booth style prepare`: a data set from a folder of pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boothkit.errors import BoothError
    from lora_training.dataset.manifest import Manifest
    from lora_training.dataset.preparing import Preparation

_SENTENCE = "Make a data set from a folder of pictures: read, cut, check, and draw a contact sheet."
_STAGES = {"read": "그림 읽는 중 · reading", "cut": "그림 자르는 중 · cutting"}


def add_command(commands: Any) -> None:
    """Put the command into the program's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("prepare", help=_SENTENCE, description=_SENTENCE)
    parser.set_defaults(run=run)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder of pictures: JPEG, PNG, WebP, HEIC")
    parser.add_argument("--to", type=Path, required=True, metavar="DATASET", help="folder that will be made")
    parser.add_argument("--name", required=True, metavar="STYLE_ID", help="id of the style, such as ink_wash")
    # The terms have a default so that a missing one is explained in Korean too.
    parser.add_argument("--source", default="", help="where the pictures come from")
    parser.add_argument("--licence", default="", metavar="SPDX", help="such as CC-BY-4.0, or LicenseRef-permission")
    parser.add_argument("--author", default="", help="who made the pictures")
    parser.add_argument("--trigger", metavar="TOKEN", help="word that calls the style; made from its id when not given")
    parser.add_argument("--resolution", type=int, choices=(512, 768, 1024), default=512, help="512 for SD 1.5")
    parser.add_argument("--replace", action="store_true", help="replace the data set that is there")


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return the exit code."""
    from lora_training.console import ProgressLine, say
    from lora_training.dataset.manifest import state_terms
    from lora_training.dataset.preparing import CONTACT_SHEET_NAME, prepare_dataset
    from lora_training.errors import NoPicturesError

    terms = state_terms(
        style_id=arguments.name,
        trigger=arguments.trigger,
        resolution=arguments.resolution,
        source=arguments.source,
        licence=arguments.licence,
        author=arguments.author,
    )
    line = ProgressLine(_STAGES)
    try:
        done = prepare_dataset(arguments.folder, arguments.to, terms, replace=arguments.replace, on_progress=line.show)
    except NoPicturesError as error:
        _list_refused(error.refused)
        raise
    _report(done)
    sheet = arguments.to / CONTACT_SHEET_NAME
    say(f"이 그림을 열어 확인해 주세요: {sheet}", f"Please look at this picture: {sheet}")
    return 0


def _report(done: Preparation) -> None:
    from lora_training.console import say
    from lora_training.dataset.remarks import SENTENCES

    manifest = done.manifest
    _list_refused(done.refused)
    doubles = [item for item in manifest.left_out if item.like]
    for item in doubles:
        say(f"{item.file}: {item.like}와(과) 거의 같아 뺐습니다.", f"{item.file}: nearly the same as {item.like}.")
    for code, names in _group_by_warning(manifest).items():
        words = SENTENCES[code]
        say(f"{', '.join(names)}: {words['ko']}", f"    {words['en']}")
    for code in manifest.warnings:
        say(SENTENCES[code]["ko"], SENTENCES[code]["en"])
    kept, refused = len(manifest.pictures), len(done.refused)
    say(
        f"그림 {kept}장을 준비했습니다. 중복 {len(doubles)}장, 사용할 수 없는 파일 {refused}개를 뺐습니다.",
        f"Pictures prepared: {kept}. Left out: near-duplicates {len(doubles)}, files that cannot be used {refused}.",
    )


def _list_refused(refused: Mapping[str, BoothError]) -> None:
    from lora_training.console import say

    for name, error in refused.items():
        say(f"{name}: {error.public_message('ko')}", f"    {error.public_message('en')}", to=sys.stderr)


def _group_by_warning(manifest: Manifest) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for entry in manifest.pictures:
        for code in entry.warnings:
            groups.setdefault(code, []).append(entry.original_file)
    return groups
