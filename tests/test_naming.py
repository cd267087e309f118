"""Names that people cannot see apart are refused where they are typed."""

from __future__ import annotations

import pytest

from errors import InputError
from naming import hidden_character
from store.project import taxonomy


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("cat", ""),
        ("میخواهم", ""),
        ("می\u200cخواهم", ""),  # the joiner is part of how it is spelt
        ("❤\ufe0f", ""),
        ("cat\u200b", "U+200B"),
        ("\u2060", "U+2060"),
        ("\u202edog", "U+202E"),
        ("a\u3164b", "U+3164"),
        ("x\ufffd", "U+FFFD"),
    ],
)
def test_a_character_that_cannot_be_seen_is_named(name: str, hidden: str) -> None:
    assert hidden_character(name) == hidden
    if hidden:
        with pytest.raises(InputError, match="cannot be seen"):
            taxonomy.check_name(name)
    else:
        assert taxonomy.check_name(name) == name
