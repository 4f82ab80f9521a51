"""Start the whole booth on this machine and make one visit."""

from __future__ import annotations

import asyncio
import sys

from boothkit.data_folder import DataFolderLock
from scripts.onebox.box import MainJob
from scripts.onebox.enrolment import Enrolment
from scripts.onebox.errors import ONBOX_ERRORS, explain
from scripts.onebox.folders import Folders, make_folders
from scripts.onebox.options import Options, parse_options
from scripts.onebox.programs import Box, build_environ
from scripts.onebox.screen import Screen
from scripts.onebox.site import prepare_site
from scripts.onebox.words import Words


def main(argv: list[str] | None = None) -> int:
    """Exit code 0 after a visit that reached the family page, 1 with the reason otherwise, 130 when interrupted."""
    options = parse_options(argv)
    words = Words(options.language)
    if options.photo is not None and not options.photo.is_file():
        print(words.say("no_file", path=options.photo), file=sys.stderr)
        return 1
    folders = make_folders(options.var)
    try:
        with DataFolderLock(folders.var):
            return start(options, words, folders)
    except ONBOX_ERRORS as error:
        print(words.say("failed", reason=explain(error, words, folders)), file=sys.stderr)
        return 1


def start(options: Options, words: Words, folders: Folders) -> int:
    """Everything after the folder is ours. Raises ONBOX_ERRORS."""
    ports = prepare_site(folders, base_port=options.base_port)
    environ = build_environ(folders)
    enrolment = Enrolment(folders, ports.public_url, environ)
    with folders.log_file.open("w", encoding="utf-8") as log:
        screen = Screen(words, log, is_verbose=options.is_verbose)
        screen.say("starting", log=folders.log_file)
        if not enrolment.is_complete:
            screen.say("first_start")
        return asyncio.run(MainJob(Box(folders, ports, options, environ), enrolment, screen).run())


if __name__ == "__main__":
    sys.exit(main())
