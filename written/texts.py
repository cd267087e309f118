"""Which texts can be stored: what has no encoding, or is a control character, is refused where it comes in."""

from __future__ import annotations

import re

from errors import InputError

REPLACEMENT = "\ufffd"
# Half of a surrogate pair has no UTF-8; control characters other than tab and line ends are no text (PostgreSQL refuses NUL).
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def fault(text: str) -> str | None:
    """What is wrong with a text, in words that follow its name, or None where it can be stored."""
    match = _UNFIT.search(text)
    if match is None:
        return None
    letter = match.group()
    kind = "half of a surrogate pair" if _SURROGATE.match(letter) else "a control character"
    return f"holds {kind} (U+{ord(letter):04X}, character {match.start() + 1}), which cannot be stored"


def check(text: str, what: str, *, most: int | None = None) -> str:
    """The text itself, if it can be stored.

    Args:
        what: the name of the field, as the message begins. most: characters that it may have.

    Raises:
        InputError: it holds half of a surrogate pair or a control character, or is longer than `most`.
    """
    wrong = fault(text)
    if wrong is not None:
        raise InputError(f"{what} {wrong}. Remove that character, then try again.")
    if most is not None and len(text) > most:
        raise InputError(f"{what} has {len(text):,} characters; at most {most:,} are kept. Shorten it.")
    return text


def mended(text: str) -> str:
    """The text with U+FFFD in place of each half of a surrogate pair: for what was stored before it was refused."""
    return _SURROGATE.sub(REPLACEMENT, text)
