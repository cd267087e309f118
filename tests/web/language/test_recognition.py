"""What lower rooms worded in English, in another language: clauses within clauses, and sentences that a semicolon parts."""

from __future__ import annotations

import re

import pytest

from web.accounts import entry, entry_routes
from web.language import recognition

REASON = (
    "promoted: the blend of candidates (34% text and clusters) was right on 85.1% of 67 held-out labels, text and graph, pull 0.5 alone on "
    "85.1%; 9.7 points against zero-shot (95 % interval 1.3 to 17.5)"
)


def test_a_reason_of_several_clauses_is_translated_to_its_last_name() -> None:
    text = recognition.translated("zh-CN", REASON)
    assert re.findall(r"[A-Za-z]{3,}", text) == []
    assert all(figure in text for figure in ("34", "85.1", "67", "0.5", "9.7", "1.3", "17.5"))


@pytest.mark.parametrize(
    "text",
    [
        entry.WRONG,
        entry.GONE,
        entry_routes.DIFFERENT,
        str(entry.WaitError(3.2)),
        "The old password is wrong. Nothing was changed.",
    ],
)
def test_what_the_sign_in_pages_refuse_is_said_in_chinese(text: str) -> None:
    assert re.findall(r"[A-Za-z]{3,}", recognition.translated("zh-CN", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "this is not an image in a format that is read here",
        "cannot be read (no)",
        "Save it as JPEG, PNG or WebP and add it again.",
        "the file is empty",
    ],
)
def test_why_a_file_is_refused_is_said_in_chinese(text: str) -> None:
    left = recognition.translated("zh-CN", text).replace("JPEG", "").replace("PNG", "").replace("WebP", "")
    assert re.findall(r"[A-Za-z]{3,}", left) == []
