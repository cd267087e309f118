"""Texts that lower rooms word in English, translated where they are shown.

An error, a note of a job or of a batch is worded once, where it happens: for the log, the command and the database, which speak English.
A page knows it again by its key: "7 images are added." fits "{n} images are added.". So no lower room knows of languages, and what
was stored before a translation came is shown in it too.
"""

from __future__ import annotations

import re
from functools import cache

from web.language import catalogue

LONGEST = 2000  # characters of a text that is looked up
DEPTH = 3  # a place may hold such a text itself
FEWEST = 3  # words of its own that tell a sentence of a page from others
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"n\d*")


def translated(language: str, text: str, depth: int = DEPTH) -> str:
    """The text in a language; as it is where no key fits it.

    Of the keys that fit, the one with the most letters of its own counts. Sentences that a semicolon parts are looked up one by one.
    """
    texts = catalogue.of(language).texts
    if text in texts:
        return texts[text]
    if depth == 0 or len(text) > LONGEST:
        return text
    for pattern, key in _forms(language):
        match = pattern.fullmatch(text)
        if match is not None:
            places = {name: translated(language, value, depth - 1) for name, value in match.groupdict().items()}
            return texts[key].format(**places)
    if "; " in text:
        return "；".join(translated(language, part, depth) for part in text.split("; "))
    return text


@cache
def _forms(language: str) -> list[tuple[re.Pattern[str], str]]:
    """What fits each key that lower rooms may have filled in, the wordiest first."""
    known = catalogue.of(language)
    keys = sorted(known.texts, key=lambda key: -len(_PLACE.sub("", key)))
    return [
        (_form(key), key)
        for key in keys
        if _PLACE.search(key) and (key in known.lower or _is_sentence(key)) and _words(key)
    ]


def _is_sentence(key: str) -> bool:
    return key.endswith(".") and len(_words(key)) >= FEWEST


def _words(key: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", _PLACE.sub("", key))


def _form(key: str) -> re.Pattern[str]:
    """A place called n holds a number, any other what it may."""
    parts = _PLACE.split(key)
    seen: set[str] = set()
    pattern = ""
    for at, part in enumerate(parts):
        if at % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P={part})"
        else:
            pattern += f"(?P<{part}>{'[-+]?[0-9.,]+' if _NUMBER.fullmatch(part) else '.+?'})"
            seen.add(part)
    return re.compile(pattern, re.DOTALL)
