"""A report speaks the reader's language: every text of its template is a key, and a Chinese page has no English left."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from video.results import html_report, speech
from web.language import report_speech, words


def test_every_text_of_the_template_is_a_key() -> None:
    template = (html_report.HERE / html_report.TEMPLATE).read_text(encoding="utf-8")
    module = (html_report.HERE / "html_report.py").read_text(encoding="utf-8")
    assert set(re.findall(r'say\(\s*"([^"]+)"', template + module)) == set(report_speech.TEXTS)


def test_the_readers_language_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    at = dt.datetime(2026, 3, 5, 14, 2, tzinfo=dt.UTC)
    assert report_speech.of_reader() is speech.ENGLISH
    assert speech.ENGLISH.moment(at) == "5 March 2026, 14:02 UTC"
    assert (speech.ENGLISH.count(1, "segment"), speech.ENGLISH.count(2, "segment")) == ("1 segment", "2 segments")
    monkeypatch.setattr(words, "spoken", lambda: "zh-CN")
    spoken = report_speech.of_reader()
    assert (spoken.tag, spoken.moment(at)) == ("zh-CN", "2026年3月5日 14:02 UTC")
    for text in report_speech.TEXTS:
        places = dict.fromkeys(re.findall(r"\{(\w+)\}", text), "1")
        assert re.search(r"[\u4e00-\u9fff]", spoken.say(text, **places)) or text == "{at} of {whole}"
    assert re.search(r"[\u4e00-\u9fff]", spoken.count(3, "segment"))
    for text in report_speech.KEPT:
        assert re.search(r"[\u4e00-\u9fff]", spoken.heard(text))
