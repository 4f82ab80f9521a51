"""What can go wrong on one machine, and how it is said to the person at the terminal."""

from __future__ import annotations

from boothkit.data_folder import DataFolderInUseError
from boothkit.errors import BoothError
from boothkit.supervisor import ProgramFailedError
from scripts.onebox.commands import CommandFailedError
from scripts.onebox.family_page import FamilyPageError
from scripts.onebox.folders import Folders
from scripts.onebox.site import PortInUseError, SiteFileError
from scripts.onebox.visit import VisitFailedError, VisitLateError
from scripts.onebox.words import Words


class NotOnPageError(Exception):
    """A finished visit did not reach the family page in time."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        super().__init__(f"not on the family page within {limit_s:g} s")


class NotTheOriginalError(Exception):
    """The original on the family page is another file than the photograph taken."""

    def __init__(self, here: str, there: str) -> None:
        self.here = here
        self.there = there
        super().__init__(f"{there} instead of {here}")


ONBOX_ERRORS = (
    BoothError,
    CommandFailedError,
    FamilyPageError,
    NotOnPageError,
    NotTheOriginalError,
    OSError,
    PortInUseError,
    ProgramFailedError,
    SiteFileError,
    VisitFailedError,
    VisitLateError,
)


def explain(error: Exception, words: Words, folders: Folders) -> str:
    """One of ONBOX_ERRORS as a sentence in the person's language."""
    match error:
        case PortInUseError():
            return words.say("port_in_use", host=error.host, port=error.port)
        case DataFolderInUseError():
            return words.say("already_running", folder=folders.var)
        case BoothError():
            return error.public_message(words.language)
        case CommandFailedError():
            return words.say("command_failed", command=" ".join(error.words), code=error.code, output=error.output)
        case VisitFailedError():
            return words.say("visit_failed", step=words.name_step(error.step), reason=error.reason)
        case VisitLateError():
            return words.say("visit_late", step=words.name_step(error.step), limit_s=error.limit_s)
        case NotOnPageError():
            return words.say("page_late", limit_s=error.limit_s, log=folders.log_file)
        case NotTheOriginalError():
            return words.say("not_the_original", here=error.here, there=error.there)
        case FamilyPageError():
            return words.say("page_wrong", reason=error)
        case SiteFileError():
            return words.say("site_wrong", file=folders.site_file, reason=error)
        case _:
            return str(error)
