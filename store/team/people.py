"""Names of people: the one rule for every way in which a name comes (cookie, form, command line)."""

from __future__ import annotations

import getpass
import unicodedata

from errors import InputError
from naming import hidden_character
from settings import actor

MACHINE = "machine"  # the actor of everything that no person did
RESERVED = frozenset({MACHINE, "setup"})  # what the program itself signs with
LONGEST = 80
MOST_MARKS = 4  # one after the other on a letter


def person(name: str) -> str:
    """A person's name as it is stored: in one Unicode form (NFC), with single spaces.

    Raises:
        InputError: it is empty or longer than 80 characters, shows nothing, holds characters that cannot be seen (control
            characters, those that turn the direction of writing, lone surrogates), or is one that the program signs with itself.
    """
    plain = unicodedata.normalize("NFC", name.strip(" \t\r\n"))
    hidden = hidden_character(plain)
    if hidden:
        raise InputError(f"The name holds a character that cannot be seen ({hidden}). Type it again with letters only.")
    plain = " ".join(plain.split())
    if not any(unicodedata.category(char)[0] in "LNPS" for char in plain) or len(plain) > LONGEST:
        raise InputError(f"A name needs 1 to {LONGEST} characters. Type the name that should stand on your labels.")
    if _marks(plain) > MOST_MARKS:
        raise InputError("The name holds too many accents on one letter. Type it again without them.")
    if unicodedata.normalize("NFKC", plain).casefold() in RESERVED:
        raise InputError(
            f"{plain!r} stands for what the program does by itself. Type the name that should stand on your labels."
        )
    return plain


def of_this_account() -> str:
    """The person who runs this process: whom `SCENELOOP_ACTOR` names, else the login name.

    Raises:
        InputError: that is not a person's name.
    """
    try:
        name = actor() or getpass.getuser()
    except (KeyError, OSError):  # no login name, as in some containers
        return "command line"
    try:
        return person(name)
    except InputError as error:
        raise InputError(f"{error} SCENELOOP_ACTOR says it where no page asks for it.") from error


def known(name: str | None) -> str | None:
    """The name as it is stored, or None where it is none."""
    try:
        return person(name) if name else None
    except InputError:
        return None


def signer(name: str) -> str:
    """Who signs a change: a person's name by the rule, or one that the program itself signs with.

    Raises:
        InputError: as `person`.
    """
    return name if name in RESERVED else person(name)


def _marks(text: str) -> int:
    """The longest run of combining marks."""
    most = run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        most = max(most, run)
    return most
