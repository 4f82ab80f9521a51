"""F47: what a visitor wrote is shown on the family's page sign by sign, and never becomes anything else."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import pytest

from boothkit.waiting import wait_until
from tests.integration.bad_input.family import Family
from tests.integration.bad_input.materials import LETTERS, make_finish
from tests.integration.bad_input.site import Caller

# What the family's pages are made of; nothing else may come out of a letter.
ELEMENTS = {
    *("html", "head", "meta", "title", "link", "body", "header", "nav", "main", "footer", "article", "section"),
    *("figure", "figcaption", "fieldset", "legend", "input", "label", "form", "button", "img", "ol", "li", "div"),
    *("h1", "h2", "h3", "p", "a", "span", "time", "bdi"),
}


class LetterReader(HTMLParser):
    """The text of the letter's paragraphs, the heading, and all elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.paragraphs: list[str] = []
        self.heading = ""
        self._section = ""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)
        if tag == "section":
            self._section = dict(attrs).get("class") or ""
        if tag == "p" and self._section == "letter":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "section":
            self._section = ""

    def handle_data(self, data: str) -> None:
        if "p" in self._open and self._section == "letter":
            self.paragraphs[-1] += data
        elif "h1" in self._open:
            self.heading += data


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_shown_as_it_was_written(korean: Caller, one_family: Family, name: str) -> None:
    letter = LETTERS[name]
    visit_id = korean.start_visit()
    sender = letter.partition("\n")[0][:80]
    finished = korean.finish(visit_id, make_finish(letter=letter, sender_name=sender, relation=sender[:40]))
    assert finished.status_code == 201, finished.text
    html = read_memory_page(one_family, visit_id)
    page = LetterReader(html)
    assert page.paragraphs == [part.strip("\n") for part in re.split(r"\n\n", as_kept(letter)) if part.strip()]
    assert as_kept(sender) in page.heading
    assert page.elements <= ELEMENTS
    assert not {attribute for attribute in page.attributes if attribute.startswith("on")}


def as_kept(text: str) -> str:
    """One Unicode form, nothing else changed."""
    return unicodedata.normalize("NFC", text).strip()


def read_memory_page(family: Family, memory_id: str) -> str:
    """The memory's own page, as soon as it has been delivered."""
    family.enter()
    memorial_id = family.caller.site.demonstration.memorial_id
    path = f"/m/{memorial_id}/memory/{memory_id}"
    wait_until(lambda: family.get(path).status_code == 200, within_s=30, what="the delivery of a letter")
    stream = LetterReader(family.get(f"/m/{memorial_id}").text)
    assert stream.elements <= ELEMENTS
    return family.get(path).text
