"""The three commands, as an operator sees them. Each gives the exit code: 0, or 1 when something is wrong."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from boothkit.errors import StorageError
from generator_server.model_store.inventory import Item, get_model, list_models
from generator_server.model_store.known import Wish, load_known_models
from generator_server.model_store.manifest import Difference, compare_contents, record_check
from generator_server.model_store.words import Words, show_size

if TYPE_CHECKING:
    from generator_server.model_store.hub import HubFile

_COLUMNS = ("name", "family", "size", "state", "licence")
_DIFFERENCES = {
    "missing": "missing",
    "size": "wrong_size",
    "content": "wrong_content",
    "unreadable": "unreadable",
    "extra": "extra",
}


def show_known(words: Words) -> int:
    """List what can be pulled by name."""
    _say(words.say("known"))
    for model in load_known_models().values():
        _say(f"  {model.name:<30} {model.licence:<24} {model.about[words.language]}")
    return 0


def pull_model(wish: Wish, models: Path, endpoint: str | None, words: Words) -> int:
    """Fetch one model. Raises ModelStoreError."""
    # Plain HTTP only: its ranges are how a broken download is taken up again. The library reads this when imported.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    from generator_server.model_store.hub import ENDPOINT, Hub, quiet_library
    from generator_server.model_store.pull import pull

    quiet_library()
    _say(words.say("pulling", repository=wish.repository, folder=models))
    hub = Hub(endpoint or os.environ.get("HF_ENDPOINT") or ENDPOINT)
    pulled = pull(wish, models, hub, partial(_tell_file, words))
    if pulled.left_out:
        _say(words.say("left_out", count=len(pulled.left_out), files=", ".join(pulled.left_out[:5])))
    manifest = pulled.manifest
    details = {
        "folder": pulled.folder,
        "size": show_size(manifest.size_bytes),
        "commit": manifest.commit,
        "licence": manifest.licence or words.say("unknown"),
    }
    _say(words.say("pulled" if pulled.is_new else "there", **details))
    return 0


def show_models(models: Path, words: Words) -> int:
    """List the folder of models without reading weights."""
    items = list_models(models)
    if not items:
        _say(words.say("empty", folder=models))
        return 0
    _say(_format_row(*(words.say(column) for column in _COLUMNS)))
    for item in items:
        name = item.path.relative_to(models).as_posix()
        _say(_format_row(name, item.family, show_size(item.size_bytes), words.say(item.state), item.licence or "-"))
        for problem in item.problems:
            _say(f"    {problem}")
        _show_differences(item.differences, words)
    return 1 if any(item.problems or item.differences for item in items) else 0


def verify_models(models: Path, name: str | None, words: Words) -> int:
    """Read every file of one model or of all, and compare. Raises NoSuchModelError."""
    items = [get_model(models, name)] if name else list_models(models)
    if not items:
        _say(words.say("empty", folder=models))
    # All are read, also after one that differs.
    results = [_verify(item, words) for item in items]
    return 0 if all(results) else 1


def _verify(item: Item, words: Words) -> bool:
    """Say how one model is. False when it differs or there is nothing to compare with."""
    if item.manifest is None:
        _say(words.say("no_manifest", name=item.name))
        return False
    differences = compare_contents(item.path, item.manifest)
    # A disk that is mounted read-only can be verified as well, only without a note of it.
    with suppress(StorageError):
        record_check(item.path, item.manifest, is_whole=not differences)
    if not differences:
        _say(words.say("whole", name=item.name, count=len(item.manifest.files)))
        return True
    _say(words.say("changed", name=item.name, count=len(differences)))
    _show_differences(differences, words)
    return False


def _show_differences(differences: tuple[Difference, ...] | list[Difference], words: Words) -> None:
    for difference in differences:
        _say(f"    {words.say(_DIFFERENCES[difference.kind], file=difference.file)}")


def _tell_file(words: Words, number: int, count: int, file: HubFile) -> None:
    _say(words.say("file", number=number, count=count, file=file.name, size=show_size(file.size_bytes)))


def _format_row(name: str, family: str, size: str, state: str, licence: str) -> str:
    return f"{name:<44} {family:<16} {size:>9}  {state:<12} {licence}"


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - a command speaks to its operator
