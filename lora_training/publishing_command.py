"""`memorial-booth style publish`, `revisions`, `rollback` and `withdraw`: styles on generators."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lora_training.publishing.client import GeneratorClient
    from lora_training.publishing.publisher import Outcome, Publication
    from lora_training.publishing.wire import PublishedStyle

SOME_FAILED = 4
"""Exit code when some generators did it and others did not; 1 when none did."""
_PUBLISH = "Give a style that was learnt to generators. Running it again finishes what is missing."
_TOKEN = "file with the publish token, instead of the environment variable MEMORIAL_BOOTH_PUBLISH_TOKEN"  # noqa: S105


def add_command(commands: Any) -> None:
    """Put the four commands into the program's parser."""
    _add_publish(commands)
    revisions = _add(commands, "revisions", "Show what was published, and what is offered now.", _show_revisions)
    revisions.add_argument("style_id", metavar="STYLE_ID", help="id of the style")
    revisions.add_argument("--save", type=Path, metavar="FILE", help="write the answer of one generator as JSON")
    rollback = _add(commands, "rollback", "Offer an earlier revision of a style again.", _roll_back)
    rollback.add_argument("style_id", metavar="STYLE_ID", help="id of the style")
    rollback.add_argument("revision", type=int, metavar="REVISION", help="number of the revision")
    withdraw = _add(commands, "withdraw", "Offer a style no longer; its revisions are kept.", _withdraw)
    withdraw.add_argument("style_id", metavar="STYLE_ID", help="id of the style")


def _add_publish(commands: Any) -> None:
    parser = _add(commands, "publish", _PUBLISH, _publish)
    parser.add_argument("dataset", type=Path, metavar="SET", help="folder that `prepare` made")
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder that `train` made")
    # Names have a default so that a missing one is explained in Korean too.
    for language, word in (("ko", "Korean"), ("en", "English")):
        parser.add_argument(f"--name-{language}", default="", help=f"name of the style in {word}")
        parser.add_argument(f"--description-{language}", help=f"a sentence about it in {word}")
    parser.add_argument("--weight", type=float, help="weight of the adapter; the suggested one, or 1, when not given")
    parser.add_argument("--prompt", help="what the picture shall be like; the trigger token is put before it")
    places = parser.add_mutually_exclusive_group()
    places.add_argument(
        "--memorial", action="append", metavar="ID", help="offer it at this memorial only; may be given several times"
    )
    places.add_argument("--all-memorials", action="store_true", help="offer it everywhere again")
    parser.add_argument("--replace", action="store_true", help="publish a new revision of a style that is there")


def _add(commands: Any, name: str, sentence: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=sentence, description=sentence)
    parser.set_defaults(run=run)
    parser.add_argument(
        "--to", action="append", required=True, metavar="URL", help="a generator; may be given several times"
    )
    parser.add_argument("--token-file", type=Path, metavar="FILE", help=_TOKEN)
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificates to trust instead of the system's")
    return parser


def _publish(arguments: argparse.Namespace) -> int:
    import tempfile

    from lora_training.packing import build_pack, state_words
    from lora_training.publishing.publisher import publish

    words = state_words(
        name_ko=arguments.name_ko,
        name_en=arguments.name_en,
        description_ko=arguments.description_ko,
        description_en=arguments.description_en,
        prompt=arguments.prompt,
        weight=arguments.weight,
    )
    clients = _open(arguments)
    memorial_ids = [] if arguments.all_memorials else arguments.memorial
    with tempfile.TemporaryDirectory() as folder:
        pack = build_pack(arguments.dataset, arguments.run_folder, words, Path(folder))
        done = publish(pack, clients, memorial_ids, replace=arguments.replace)
        _show_source(pack.style["source"])
    return _report(done.outcomes, lambda is_new: _describe_publication(done, is_new=is_new))


def _show_source(source: dict[str, str]) -> None:
    from lora_training.console import say

    said = f"{source['author']} · {source['licence']} · {source['training_data']}"
    say(f"화풍에 함께 적히는 출처: {said}", f"Written into the style: {said}")


def _describe_publication(done: Publication, *, is_new: bool) -> tuple[str, str]:
    if is_new:
        return f"개정판 {done.revision}을(를) 게시했습니다.", f"Revision {done.revision} is published."
    return f"개정판 {done.revision}이(가) 이미 있습니다.", f"Revision {done.revision} is there already."


def _show_revisions(arguments: argparse.Namespace) -> int:
    from lora_training.console import say
    from lora_training.publishing.publisher import ask_each
    from lora_training.publishing.wire import PublishedStyle

    if arguments.save and len(arguments.to) > 1:
        say("--save에는 --to 하나만 쓸 수 있습니다.", "--save takes one --to.", to=sys.stderr)
        return 2
    nothing = PublishedStyle(style_id=arguments.style_id, current=None, revisions=())
    outcomes = ask_each(_open(arguments), lambda client: client.find_style(arguments.style_id) or nothing)
    if arguments.save and outcomes[0].answer:
        _save(arguments.save, outcomes[0].url, outcomes[0].answer)
    return _report(outcomes, _describe_style)


def _save(file: Path, url: str, style: PublishedStyle) -> None:
    import json

    from boothkit.files import publish_file

    text = json.dumps({"generator": url, **style.model_dump(mode="json")}, indent=1)
    publish_file(file, f"{text}\n".encode(), mode=0o644)


def _describe_style(style: PublishedStyle) -> tuple[str, ...]:
    from lora_training.publishing.wire import format_time

    if not style.revisions:
        return "게시된 적이 없습니다.", "Nothing was published."
    offered = style.current.revision if style.current else None
    lines = [
        f"{'*' if known.revision == offered else ' '} {known.revision:>4}  {format_time(known.published_at)}  "
        f"{known.sha256[:10]}"
        for known in style.revisions
    ]
    if style.current is None:
        return *lines, "지금은 제공하지 않습니다.", "It is withdrawn."
    places = ", ".join(style.current.memorial_ids)
    return *lines, f"추모 공간: {places or '전체'}", f"Memorials: {places or 'all'}"


def _roll_back(arguments: argparse.Namespace) -> int:
    from lora_training.publishing.publisher import ask_each

    outcomes = ask_each(_open(arguments), lambda client: client.roll_back(arguments.style_id, arguments.revision))
    return _report(
        outcomes,
        lambda known: (f"이제 개정판 {known.revision}을(를) 제공합니다.", f"Revision {known.revision} is offered now."),
    )


def _withdraw(arguments: argparse.Namespace) -> int:
    from lora_training.publishing.publisher import ask_each

    outcomes = ask_each(_open(arguments), lambda client: client.withdraw(arguments.style_id))
    return _report(outcomes, lambda _: ("이제 제공하지 않습니다.", "It is withdrawn."))


def _open(arguments: argparse.Namespace) -> list[GeneratorClient]:
    import os

    from lora_training.console import say
    from lora_training.publishing.access import check_address, is_exposed, read_token
    from lora_training.publishing.client import GeneratorClient

    urls = dict.fromkeys(check_address(url) for url in arguments.to)
    token = read_token(arguments.token_file, os.environ)
    for url in filter(is_exposed, urls):
        say(
            f"{url}: 암호화되지 않은 연결입니다. 토큰이 보일 수 있으니 https를 써 주세요.",
            f"{url}: this connection is not encrypted and shows the token. Use https.",
            to=sys.stderr,
        )
    return [GeneratorClient(url, token, ca_file=arguments.ca_file) for url in urls]


def _report(outcomes: Sequence[Outcome[Any]], describe: Callable[[Any], Sequence[str]]) -> int:
    """Say for each generator what came of it, refusals last, and give the exit code."""
    import os

    from lora_training.console import print_lines, say
    from lora_training.failure_note import describe_failure, write_note

    for outcome in outcomes:
        if outcome.refusal is None:
            print_lines(outcome.url, *(f"  {line}" for line in describe(outcome.answer)))
    sys.stdout.flush()
    for outcome in outcomes:
        if error := outcome.refusal:
            faults = "".join(f" {fault.field}: {fault.message}" for fault in error.faults)
            korean, english = (f"{error.public_message(language)}{faults}" for language in ("ko", "en"))
            say(f"{outcome.url}: {korean}", f"{outcome.url}: {english}", to=sys.stderr)
    refusals = [(outcome.url, outcome.refusal) for outcome in outcomes if outcome.refusal]
    if not refusals:
        return 0
    write_note([describe_failure(error, code=error.cause, place=url) for url, error in refusals], os.environ)
    return 1 if len(refusals) == len(outcomes) else SOME_FAILED
