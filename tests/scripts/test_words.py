"""Catalogues say everything that the code shows, and say it whole."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.catalog import Message

from scripts import words
from web.language import catalogue, choice

NOT_YET = ("embedding/", "jobs/", "labeling/", "store/",
           "training/", "video/", "written/")  # fmt: skip
"""Places whose texts are still shown in English."""
OTHERS = [language for language in choice.LANGUAGES if language != choice.ENGLISH]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def keys() -> list[words.Key]:
    return words.every()


def messages(language: str) -> list[Message]:
    return [message for message in catalogue.whole(language) if message.id]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_what_the_command_writes(language: str, keys: list[words.Key]) -> None:
    path = catalogue.path(language)
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    assert path.read_bytes() == words.content(words.brought_up(language, keys), head), "run make words and translate"


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_of_a_page_lacks_a_translation(language: str) -> None:
    missing = {}
    for message in messages(language):
        if not catalogue.text_of(message) or message.fuzzy:
            missing[message.id] = sorted({file for file, _line in message.locations})
    left = {key: files for key, files in missing.items() if not any(file.startswith(NOT_YET) for file in files)}
    assert left == {}
    whole = [
        place for place in NOT_YET if not any(file.startswith(place) for files in missing.values() for file in files)
    ]
    assert whole == [], "these are translated: they leave the list"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_no_place_that_its_key_lacks(language: str) -> None:
    """It may leave one out: "is" or "are" has no word in Chinese."""
    wrong = {}
    for message in messages(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        if not places(catalogue.text_of(message)) <= set().union(*(places(text) for text in ids)):
            wrong[ids[0]] = catalogue.text_of(message)
    assert wrong == {}


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_marked_stays_marked(language: str) -> None:
    """Bold, code and icons of Markdown, and a blank at an end that parts a text from the next."""
    marks = re.compile(r":material/\w+:|:\w+-badge\[|\*\*|`[^`]*`")
    wrong = {}
    for message in messages(language):
        key = message.id if isinstance(message.id, str) else message.id[0]
        if catalogue.text_of(message) and sorted(marks.findall(key)) != sorted(
            marks.findall(catalogue.text_of(message))
        ):
            wrong[key] = catalogue.text_of(message)
    assert wrong == {}


def test_keys_of_python() -> None:
    code = 't("a" " b"); layout.md("**{x}**", x=t("inner")); many(n, "ox", "oxen"); t(name); t(f"{x}"); noted("c")'
    assert [(key.text, key.plural) for key in words.python(code, "a.py")] == [
        ("a b", ""), ("**{x}**", ""), ("{n} ox", "{n} oxen"), ("c", ""), ("inner", ""),
    ]  # fmt: skip


def test_keys_of_scripts() -> None:
    code = 't("a {n}", { n: t(\'in"ner\') }); many(f(a, [1, 2]), "box", "boxes"); `${many(n, "tile")}`; it("no"); x.t("no"); t(name)'
    assert [(key.text, key.plural) for key in words.script(code, "a.js")] == [
        ("a {n}", ""), ('in"ner', ""), ("{n} box", "{n} boxes"), ("{n} tile", "{n} tiles"),
    ]  # fmt: skip


def test_forms_of_errors() -> None:
    code = "raise InputError(f\"{path.name} of {len(items):,} and {path.name}: {row['file']!r}, {a + 1}\") from error"
    assert [key.text for key in words.worded(code, "a.py")] == ["{name} of {n} and {name}: {file}, {n2}"]


def test_an_error_worded_by_a_constant_or_by_itself_is_a_key_and_one_without_words_is_none() -> None:
    code = """
WRONG = "It is wrong. "  "Try again."
GONE = f"{WRONG} went away."
raise InputError(WRONG)
raise StoreError(GONE.format(x=1))
raise InputError(unknown)
raise ValueError(WRONG)
raise BadImage(path, f"it is over {limit}", "Scale it down.")
class WaitError(AppError):
    def __init__(self):
        super().__init__(f"Wait {seconds} s.")
        super().__init__(f"{name}: {reason}. {way}")
"""
    keys = [key.text for key in words.worded(code, "a.py")]
    assert keys == [
        "It is wrong. Try again.",
        "{wrong} went away.",
        "it is over {limit}",
        "Scale it down.",
        "Wait {seconds} s.",
    ]


def test_sentences_are_whole_and_places_are_named(keys: list[words.Key]) -> None:
    """A place for a verb or for half a clause cannot be put into another language."""
    lower = tuple(words.LOWER)
    of_pages = [key for key in keys if not key.file.startswith(lower)]
    assert of_pages
    assert [key.text for key in of_pages if re.search(r"\{x\d*\}", key.text)] == []
