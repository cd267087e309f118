"""The texts of the pages in the language of who looks. The English text is the key, its `{places}` have names.

`scripts/words.py` collects the keys of `t`, `many`, `noted` and of the functions that pass their text on to `t`.
"""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from web.language import catalogue, choice, recognition

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def speak(language: str) -> None:
    """Answer the request at hand in a language."""
    _spoken.set(language)


def spoken() -> str:
    """The language of who looks; English where nobody does, as in a thread of our own.

    A thread of Streamlit's works for one tab alone, whose language changes with its page only, so the first answer holds.
    """
    language = _spoken.get()
    if language is None:
        language = choice.ENGLISH
        if get_script_run_ctx(suppress_warning=True) is not None:
            language = choice.chosen(st.context.cookies, st.context.headers.get("Accept-Language", ""))
            speak(language)
    return language


def t(text: str, /, **places: object) -> str:
    """A text in the language of who looks; whole numbers get their separators.

    Args:
        text: in English, the key of the catalogue. What stands behind a bar says what is meant and is not shown: "Label|noun".
        places: what stands for each `{name}` in it.
    """
    language = spoken()
    english = text.partition("|")[0]
    text = english if language == choice.ENGLISH else catalogue.of(language).texts.get(text, english)
    return text.format(**{name: _placed(value) for name, value in places.items()}) if places else text


def _placed(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


def many(count: int, word: str, words: str = "") -> str:
    """As in "1 head" and "4 heads"; `words` is the plural where it has no plain s. The key is "{n} head"."""
    key = f"{{n}} {word}"
    if spoken() != choice.ENGLISH:
        return t(key, n=count)
    return key.format(n=f"{count:,}") if count == 1 else f"{count:,} {words or word + 's'}"


def everywhere(text: str) -> set[str]:
    """A text in every language that is here."""
    others = (catalogue.of(tag).texts.get(text) for tag in choice.LANGUAGES if tag != choice.ENGLISH)
    return {text, *(other for other in others if other)}


def noted(text: str) -> str:
    """A text as it is, for `t` later: so a constant becomes a key."""
    return text


def translated(text: str) -> str:
    """A text that a lower room worded in English, in the language of who looks: an error, a note that is stored.

    What no key's form fits is shown as it is.
    """
    language = spoken()
    return text if language == choice.ENGLISH else recognition.translated(language, text)
