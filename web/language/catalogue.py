"""Catalogues of translations: gettext files whose keys are the English texts, read by Babel when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent
SCRIPTS = "web/ui/"
PAGES = ("app.py", "pages/", "web/")
LOWER = "web/language/lower_words.py"


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language.

    Attributes:
        texts: the translation by its English text; a text that counts stands under its singular and its plural, for a language
            that is here has one form for every number.
        for_scripts: those of `texts` that scripts of the pages show, words of lower rooms among them.
        lower: keys that lower rooms word, and those that count.
    """

    texts: dict[str, str]
    for_scripts: dict[str, str]
    lower: frozenset[str] = frozenset()


def path(language: str) -> Path:
    """The file of a language."""
    return FOLDER / f"{language}.po"


def whole(language: str) -> Catalog:
    """Everything that the file of a language says, notes and places included.

    Raises:
        ValueError: the language has several forms by number, which neither `web.language.words` nor the scripts choose among.
    """
    with path(language).open("rb") as file:
        catalog = read_po(file, locale=language.replace("-", "_"))
    if catalog.num_plurals != 1:
        raise ValueError(f"{language} has {catalog.num_plurals} forms by number; only one is chosen here.")
    return catalog


def text_of(message: Message) -> str:
    """A translation, empty where there is none."""
    text = message.string
    return text if isinstance(text, str) else text[0] if text else ""


@cache
def of(language: str) -> Catalogue:
    """The translations of a language; none where the file of it does not have one, and the English text is shown."""
    texts: dict[str, str] = {}
    scripts: dict[str, str] = {}
    lower: set[str] = set()
    for message in whole(language):
        keys = [message.id] if isinstance(message.id, str) else message.id
        text = text_of(message)
        if not keys[0] or not text or message.fuzzy:
            continue
        texts |= dict.fromkeys(keys, text)
        if len(keys) > 1 or any(not file.startswith(PAGES) or file == LOWER for file, _line in message.locations):
            lower |= set(keys)
        if any(file.startswith(SCRIPTS) or file == LOWER for file, _line in message.locations):
            scripts[keys[0]] = text
    return Catalogue(texts, scripts, frozenset(lower))
