"""What lower rooms worded in English, in another language: clauses within clauses, and sentences that a semicolon parts."""

from __future__ import annotations

import re

import pytest

from jobs import showing
from labeling.exchange import hub_push
from training.fitting.fit_progress import STAGES
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


NAMELESS = {"train", "check", "propose", "map"}
"""Jobs whose title names nothing."""


@pytest.mark.parametrize("kind", showing.TITLES)
def test_the_box_of_a_job_is_in_the_language_of_who_looks(kind: str) -> None:
    title = showing.TITLES[kind] if kind in NAMELESS else f"{showing.TITLES[kind]} pictures"
    shown = recognition.translated("zh-CN", title)
    assert re.search(r"[A-Za-z]", shown.replace("pictures", "")) is None, shown
    unit = recognition.translated("zh-CN", showing.UNITS[kind])
    assert unit in ("MB", "s") or not unit.isascii()


@pytest.mark.parametrize(
    "message",
    [
        "a.jpg (decoding limits: 12/s)", "a.jpg (the model limits: 1.5/s)", f"{STAGES[0]}, step 12, loss 0.345",
        *STAGES, "Sending the files", f"Cancelled. {hub_push.GOES_ON}",
        f"The hub refuses the token for ann/x (401). {hub_push.GIVE_ONE}",
        f"The hub cannot be reached any more (timed out). {hub_push.GOES_ON}",
    ],
)  # fmt: skip
def test_what_a_job_is_at_and_why_it_ended_are_in_chinese(message: str) -> None:
    shown = recognition.translated("zh-CN", message)
    assert re.search(r"[A-Za-z]{3,}", re.sub(r"a\.jpg|ann/x|Hub|timed out", "", shown)) is None, shown
