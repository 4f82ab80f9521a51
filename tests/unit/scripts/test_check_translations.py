"""The check of translations notices what is missing, and what is there in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_translations import find_web_problems, find_window_problems

TS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="{language}"><context><name>Screen</name>{messages}</context></TS>
"""
MESSAGE = "<message><source>{source}</source>{translation}</message>"


@pytest.fixture
def window(tmp_path: Path) -> Path:
    (tmp_path / "qml").mkdir()
    (tmp_path / "qml" / "Screen.qml").write_text(
        'import QtQuick\nItem { property string a: qsTr("Begin")\nproperty string b: qsTr("%n photograph(s)", "", 2)}\n'
    )
    (tmp_path / "i18n").mkdir()
    return tmp_path


def write_ts(window: Path, language: str, begin: str, photographs: str, more: str = "") -> None:
    messages = (
        MESSAGE.format(source="Begin", translation=begin)
        + f'<message numerus="yes"><source>%n photograph(s)</source><translation>{photographs}</translation></message>'
        + more
    )
    (window / "i18n" / f"booth_{language}.ts").write_text(TS.format(language=language, messages=messages))


def write_good_window(window: Path) -> None:
    write_ts(window, "ko", "<translation>시작</translation>", "<numerusform>사진 %n장</numerusform>")
    one, many = "<numerusform>%n photograph</numerusform>", "<numerusform>%n photographs</numerusform>"
    write_ts(window, "en", "<translation>Begin</translation>", one + many)


def test_a_complete_window_has_no_problems(window: Path) -> None:
    write_good_window(window)
    assert list(find_window_problems(window)) == []


def test_a_window_without_catalogues_misses_every_text(window: Path) -> None:
    problems = list(find_window_problems(window))
    assert problems[0] == "kiosk ko: not in the catalogue: '%n photograph(s)'"
    assert len(problems) == 4


@pytest.mark.parametrize(
    "translation", ['<translation type="unfinished">시작</translation>', "<translation></translation>", ""]
)
def test_an_unfinished_text_of_the_window_is_told(window: Path, translation: str) -> None:
    write_good_window(window)
    write_ts(window, "ko", translation, "<numerusform>사진 %n장</numerusform>")
    assert list(find_window_problems(window)) == ["kiosk ko: not translated: 'Begin'"]


def test_a_missing_plural_form_is_told(window: Path) -> None:
    write_good_window(window)
    write_ts(window, "en", "<translation>Begin</translation>", "<numerusform>%n photo</numerusform><numerusform/>")
    assert list(find_window_problems(window)) == ["kiosk en: not translated: '%n photograph(s)'"]


def test_a_text_that_no_screen_uses_is_told_unless_it_is_marked_so(window: Path) -> None:
    write_good_window(window)
    old = MESSAGE.format(source="Old", translation="<translation>옛</translation>")
    gone = MESSAGE.format(source="Gone", translation='<translation type="vanished">옛</translation>')
    write_ts(window, "ko", "<translation>시작</translation>", "<numerusform>사진 %n장</numerusform>", old + gone)
    assert list(find_window_problems(window)) == ["kiosk ko: not used any more: 'Old'"]


@pytest.fixture
def web(tmp_path: Path) -> Path:
    (tmp_path / "web" / "templates").mkdir(parents=True)
    (tmp_path / "web" / "templates" / "page.html").write_text(
        "<p>{{ _('Welcome') }}</p>{% trans count=n %}{{ count }} letter{% pluralize %}{{ count }} letters{% endtrans %}"
    )
    (tmp_path / "web" / "pages.py").write_text('title = gettext("Family page")\n')
    return tmp_path


def write_po(web: Path, language: str, text: str) -> None:
    folder = web / "web" / "locale" / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    (folder / "messages.po").write_text(f"{head}\n{text}")


GOOD_PO = """
msgid "Welcome"
msgstr "안녕하세요"

msgid "Family page"
msgstr "가족 페이지"

msgid "%(count)s letter"
msgid_plural "%(count)s letters"
msgstr[0] "편지 %(count)s통"
"""
ENGLISH_PLURAL = 'msgstr[1] "%(count)s letters"\n'


def test_complete_pages_have_no_problems(web: Path) -> None:
    write_po(web, "ko", GOOD_PO)
    write_po(web, "en", GOOD_PO + ENGLISH_PLURAL)
    assert list(find_web_problems(web)) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('msgstr "안녕하세요"', 'msgstr ""'), "not translated: 'Welcome'"),
        (('msgid "Welcome"', '#, fuzzy\nmsgid "Welcome"'), "not translated: 'Welcome'"),
        (('msgstr[0] "편지 %(count)s통"', 'msgstr[0] ""'), "not translated: '%(count)s letter'"),
        (('msgid "Welcome"\nmsgstr "안녕하세요"\n', ""), "not in the catalogue: 'Welcome'"),
        (("\nmsgid", '\nmsgid "Old"\nmsgstr "옛"\n\nmsgid'), "not used any more: 'Old'"),
    ],
)
def test_a_problem_of_the_pages_is_told(web: Path, change: tuple[str, str], problem: str) -> None:
    write_po(web, "en", GOOD_PO + ENGLISH_PLURAL)
    write_po(web, "ko", GOOD_PO.replace(*change, 1))
    assert list(find_web_problems(web)) == [f"memorial ko: {problem}"]
