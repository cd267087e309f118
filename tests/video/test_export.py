import csv
import io
from html import unescape

import pytest
import webvtt

from video import export


def seconds(stamp):
    hours, minutes, rest = stamp.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def test_timecodes():
    assert export.timecode(0) == "00:00:00.000"
    assert export.timecode(3661.0416) == "01:01:01.042"
    assert export.timecode(59.9996) == "00:01:00.000"
    assert export.timecode(100 * 3600) == "100:00:00.000"


def test_csv_read_back(segmented):
    rows = list(csv.DictReader(io.StringIO(export.to_csv(segmented.data))))
    assert [(int(r["start_frame"]), int(r["end_frame"])) for r in rows] == [(0, 70), (70, 120)]
    assert float(rows[1]["start_s"]) == pytest.approx(70 * 1001 / 30000, abs=1e-4)
    assert rows[1]["start_timecode"] == "00:00:02.336"


def test_a_label_is_no_formula_in_a_spreadsheet(segmented):
    rows = list(csv.DictReader(io.StringIO(export.to_csv(segmented.data))))
    assert rows[1]["label"] == "'=冷"


def test_webvtt_read_back_to_the_frame(segmented):
    cues = webvtt.from_buffer(io.StringIO(export.to_webvtt(segmented.data))).captions
    frames = [[round(seconds(t) * segmented.data["fps"]) for t in (c.start, c.end)] for c in cues]
    assert frames == [[0, 70], [70, 120]]
    assert "<b>" not in cues[0].raw_text
    assert [unescape(c.text) for c in cues] == ["<b>warm</b> & dry", "=冷"]


def test_activitynet(segmented):
    found = export.to_activitynet(segmented.data)["results"]["film.mp4"]
    assert [r["label"] for r in found] == ["<b>warm</b> & dry", "=冷"]
    assert found[0]["segment"] == [0.0, pytest.approx(70 * 1001 / 30000, abs=1e-4)]
    assert 0 < found[0]["score"] <= 1
