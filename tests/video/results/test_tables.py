import csv
import datetime as dt
import io
import json
from html import unescape

import pytest
import webvtt

from video.results import tables, truth
from video.results.html_report import Cover, to_html

COVER = Cover("the zoo", dt.datetime(2026, 3, 5, tzinfo=dt.UTC))


def seconds(stamp):
    hours, minutes, rest = stamp.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def test_timecodes():
    assert tables.timecode(0) == "00:00:00.000"
    assert tables.timecode(3661.0416) == "01:01:01.042"
    assert tables.timecode(59.9996) == "00:01:00.000"
    assert tables.timecode(100 * 3600) == "100:00:00.000"


def test_csv_read_back(segmented):
    rows = list(csv.DictReader(io.StringIO(tables.to_csv(segmented.data))))
    assert [(int(r["start_frame"]), int(r["end_frame"])) for r in rows] == [(0, 70), (70, 120)]
    assert float(rows[1]["start_s"]) == pytest.approx(70 * 1001 / 30000, abs=1e-4)
    assert rows[1]["start_timecode"] == "00:00:02.336"


def test_a_label_is_no_formula_in_a_spreadsheet(segmented):
    rows = list(csv.DictReader(io.StringIO(tables.to_csv(segmented.data))))
    assert rows[1]["label"] == "'=冷"


def test_webvtt_read_back_to_the_frame(segmented):
    cues = webvtt.from_buffer(io.StringIO(tables.to_webvtt(segmented.data))).captions
    frames = [[round(seconds(t) * segmented.data["fps"]) for t in (c.start, c.end)] for c in cues]
    assert frames == [[0, 70], [70, 120]]
    assert "<b>" not in cues[0].raw_text
    assert [unescape(c.text) for c in cues] == ["<b>warm</b> & dry", "=冷"]


def test_activitynet(segmented):
    result = tables.to_activitynet(segmented.data)["results"]["film.mp4"]
    assert [r["label"] for r in result] == ["<b>warm</b> & dry", "=冷"]
    assert result[0]["segment"] == [0.0, pytest.approx(70 * 1001 / 30000, abs=1e-4)]
    assert 0 < result[0]["score"] <= 1


@pytest.fixture
def with_tags(segmented):
    """The same with two labels of an open facet that overlap each other and the border of the segments."""
    tag = {"facet": "tags", "start_s": 1.001, "end_s": 3.003, "start_frame": 30, "end_frame": 90, "score": 0.8}
    late = {"start_s": 2.002, "end_s": 4.004, "start_frame": 60, "end_frame": 120}
    return {**segmented.data, "tags": [{**tag, "label": "snow & ice"}, {**tag, **late, "label": "=blue"}]}


def test_tags_are_rows_with_a_facet_and_no_truth(with_tags, tmp_path):
    text = tables.to_csv(with_tags)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["label"], r["facet"], r["start_frame"], r["end_frame"]) for r in rows[2:]] == [
        ("snow & ice", "tags", "30", "90"),
        ("'=blue", "tags", "60", "120"),
    ]
    assert [r["facet"] for r in rows[:2]] == ["", ""]
    (tmp_path / "t.csv").write_text(text)
    assert len(truth.read(tmp_path / "t.csv").segments) == 2


def test_tags_are_cues_of_their_own_in_order_of_time(with_tags):
    cues = webvtt.from_buffer(io.StringIO(tables.to_webvtt(with_tags))).captions
    assert [unescape(c.text) for c in cues] == ["<b>warm</b> & dry", "tags: snow & ice", "tags: =blue", "=冷"]
    assert [seconds(c.start) for c in cues] == sorted(seconds(c.start) for c in cues)
    frames = [round(seconds(t) * with_tags["fps"]) for t in (cues[1].start, cues[1].end)]
    assert frames == [30, 90]


def test_tags_are_entries_with_their_facet(with_tags, tmp_path):
    result = tables.to_activitynet(with_tags)
    entries = result["results"]["film.mp4"]
    assert [e.get("facet") for e in entries] == [None, None, "tags", "tags"]
    assert entries[2]["segment"] == [1.001, 3.003]
    (tmp_path / "t.json").write_text(json.dumps(result))
    assert len(truth.read(tmp_path / "t.json", "film.mp4").segments) == 2


def test_tags_are_bands_of_the_page(with_tags, segmented):
    page = to_html(with_tags, segmented.analysis, segmented.segmentation, COVER)
    assert page.count('<div class="tag">') == 2
    assert 'title="snow &amp; ice 80 %, 00:00:01.001 to 00:00:03.003"' in page
    assert '<a href="#s0" title="=blue' in page
    assert '<div class="tag">' not in to_html(segmented.data, segmented.analysis, segmented.segmentation, COVER)
