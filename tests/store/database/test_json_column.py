"""JSON columns that hold half of a surrogate pair from before that was refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.database.json_column import read_json


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("\ud83d", "\ufffd"),
        ("\ude00 first", "\ufffd first"),
        ("\ud83d\ud83d\ude00", "\ufffd😀"),
        ("a\\ud83d stays", "a\\ud83d stays"),
        ("\\\ud83d", "\\\ufffd"),
        ("😀", "😀"),
    ],
)
def test_halves_are_replaced_and_pairs_stay(stored: str, read: str) -> None:
    assert read_json(json.dumps({"a": [stored]})) == {"a": [read]}


@given(st.text(st.characters(blacklist_categories=())))
def test_any_text_comes_back_as_text_that_can_be_encoded(text: str) -> None:
    assert isinstance(read_json(json.dumps(text)).encode(), bytes)


@given(st.text(st.characters(blacklist_categories=("Cs",))))
def test_text_that_can_be_encoded_comes_back_as_it_was(text: str) -> None:
    assert read_json(json.dumps(text)) == text
