"""`memorial-booth style caption`: what is said about each picture of a data set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lora_training.dataset.captions import Describe
    from lora_training.dataset.manifest import CaptionSource, Manifest

_SENTENCE = "Write the captions of a data set, or edit them in a table."
_METHODS = """sidecar [FOLDER] (.txt files by the pictures' names), csv FILE (columns file and caption),
template (the same words for all), blip FOLDER (a model looks at the pictures)"""


def add_command(commands: Any) -> None:
    """Put the command into the program's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("caption", help=_SENTENCE, description=_SENTENCE)
    parser.set_defaults(run=run)
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="folder that `prepare` made")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--from", dest="method", nargs="+", metavar=("METHOD", "PATH"), help=_METHODS)
    way.add_argument("--export", type=Path, metavar="FILE", help="write all captions into a table (CSV)")
    way.add_argument("--import", type=Path, dest="table", metavar="FILE", help="read the edited table back")
    parser.add_argument("--trigger", metavar="TOKEN", help="use another trigger token, in all captions too")


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return the exit code."""
    from lora_training.dataset.caption_table import write_table
    from lora_training.dataset.captions import change_trigger, recaption
    from lora_training.dataset.manifest import check_trigger, read_manifest

    manifest = read_manifest(arguments.dataset)
    changed = change_trigger(manifest, check_trigger(arguments.trigger)) if arguments.trigger else manifest
    if arguments.method or arguments.table:
        describe, caption_from = _choose(arguments, changed)
        changed, count = recaption(changed, describe, caption_from)
        _report(changed, count, caption_from)
    if changed != manifest:
        changed.save(arguments.dataset)
    if arguments.export:
        write_table(changed, arguments.export)
    elif not (arguments.method or arguments.table):
        _show(changed)
    return 0


def _choose(arguments: argparse.Namespace, manifest: Manifest) -> tuple[Describe, CaptionSource]:
    from lora_training.errors import CaptionMethodError

    if arguments.table:
        return _read_table(arguments.table, manifest), "table"
    method, *paths = arguments.method
    path = Path(paths[0]) if paths else None
    if method == "csv" and path:
        return _read_table(path, manifest), "csv"
    if method == "blip" and path:
        return _load_blip(arguments.dataset, path), "blip"
    if method == "sidecar":
        return _find_sidecars(arguments.dataset, path), "sidecar"
    if method == "template":
        return _use_template(manifest.trigger), "template"
    raise CaptionMethodError(methods=" ".join(_METHODS.split()))


def _read_table(file: Path, manifest: Manifest) -> Describe:
    from lora_training.console import say
    from lora_training.dataset.caption_table import read_table
    from lora_training.dataset.captions import list_unknown, look_up

    captions = read_table(file)
    for name in list_unknown(manifest, captions):
        say(f"{name}: 이 자료에 없는 그림입니다.", f"{name}: no such picture in this data set.", to=sys.stderr)
    return look_up(captions)


def _load_blip(dataset: Path, model: Path) -> Describe:
    from lora_training.dataset.captioner import load_captioner, look_at

    return look_at(dataset, load_captioner(model))


def _find_sidecars(dataset: Path, folder: Path | None) -> Describe:
    from lora_training.dataset.captions import find_sidecar

    if folder is None:
        return lambda entry: find_sidecar(dataset / entry.file)
    return lambda entry: find_sidecar(folder / entry.original_file)


def _use_template(trigger: str) -> Describe:
    from lora_training.dataset.captions import write_template_caption

    return lambda entry: write_template_caption(trigger)


def _report(manifest: Manifest, count: int, caption_from: CaptionSource) -> None:
    from lora_training.console import say

    total = len(manifest.pictures)
    say(
        f"그림 {total}장 가운데 {count}장의 설명문을 적었습니다.",
        f"{count} of {total} pictures have a caption from this.",
    )
    if caption_from == "template":
        say(
            "모두 같은 설명문입니다. 어떤 모델이나 사람도 그림을 보지 않았습니다.",
            "All captions are the same words: no model and no person has looked at the pictures.",
        )


def _show(manifest: Manifest) -> None:
    from lora_training.console import print_lines

    print_lines(*(f"{entry.file}  [{entry.caption_from}]  {entry.caption}" for entry in manifest.pictures))
