"""Edit lists are exact in frames, chapters are what YouTube shows, and what cannot be said is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from cli import videos
from errors import InputError
from video.results import export_formats
from video.results.chapters import to_chapters
from video.results.document import SegmentsJson
from video.results.edit_lists import exact_rate, to_edl, to_fcp7, to_otio

RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60000, 1001))


def film(rate: Fraction, *ends: int, labels: Sequence[str] = "abc") -> SegmentsJson:
    """A video cut at these frames."""
    starts = [0, *ends[:-1]]
    spans = [
        {"start_s": round(float(a / rate), 6), "end_s": round(float(b / rate), 6), "start_frame": a, "end_frame": b}
        for a, b in zip(starts, ends, strict=True)
    ]
    segments = [
        {**span, "label": labels[k % len(labels)], "score": 0.5, "scores": {}, "keyframes_s": []}
        for k, span in enumerate(spans)
    ]
    return {
        "video": "my <film> & 1.mp4", "fps": round(float(rate), 6), "duration_s": float(ends[-1] / rate), "frames": ends[-1],
        "model": "head 1", "segments": segments, "shots": spans,
        "tags": [{**spans[0], "label": "<b>, 🙂", "facet": "mood", "score": 0.9}],
    }  # fmt: skip


@pytest.mark.parametrize("rate", [*RATES, Fraction(25, 2), Fraction(120000, 1001)])
def test_a_rate_is_exact_again(rate: Fraction) -> None:
    assert exact_rate(round(float(rate), 6)) == rate


@pytest.mark.parametrize("rate", [*RATES, Fraction(25, 2)])
def test_otio_has_each_segment_to_the_frame(rate: Fraction) -> None:
    timeline = json.loads(to_otio(film(rate, 100, 2600, 100_000)))
    track = timeline["tracks"]["children"][0]
    ranges = [clip["source_range"] for clip in track["children"]]
    assert [(r["start_time"]["value"], r["duration"]["value"]) for r in ranges] == [
        (0, 100),
        (100, 2500),
        (2600, 97_400),
    ]
    assert {r["duration"]["rate"] for r in ranges} == {float(rate)}
    assert [clip["name"] for clip in track["children"]] == ["a", "b", "c"]
    assert track["markers"][0]["name"] == "mood: <b>, 🙂"
    assert "/" not in track["children"][0]["media_references"]["DEFAULT_MEDIA"]["target_url"]


@pytest.mark.parametrize("rate", RATES)
def test_fcp7_has_each_segment_to_the_frame(rate: Fraction) -> None:
    root = ElementTree.fromstring(to_fcp7(film(rate, 100, 2600, 100_000)))
    clips = root.findall("sequence/media/video/track/clipitem")
    assert [[int(clip.findtext(tag, "")) for tag in ("start", "end", "in", "out")] for clip in clips] == [
        [0, 100, 0, 100], [100, 2600, 100, 2600], [2600, 100_000, 2600, 100_000],
    ]  # fmt: skip
    assert root.findtext("sequence/rate/ntsc") == ("TRUE" if rate.denominator == 1001 else "FALSE")
    assert root.findtext("sequence/rate/timebase") == str(round(rate))
    assert root.findtext("sequence/marker/name") == "mood: <b>, 🙂"


def test_an_edl_counts_in_whole_frames() -> None:
    lines = to_edl(film(RATES[0], 100, 2600)).split("\n")
    assert lines[3] == "001  AX       V     C        00:00:00:00 00:00:04:04 00:00:00:00 00:00:04:04"
    assert lines[8] == "002  AX       V     C        00:00:04:04 00:01:48:08 00:00:04:04 00:01:48:08"
    assert "* COMMENT: b" in lines


@pytest.mark.parametrize("write", [to_fcp7, to_edl])
def test_a_rate_that_a_format_does_not_know_is_refused(write: object) -> None:
    assert callable(write)
    with pytest.raises(InputError, match=r"12\.5 frames a second.*OpenTimelineIO"):
        write(film(Fraction(25, 2), 100, 200))


@pytest.mark.parametrize("write", [to_otio, to_fcp7, to_edl])
def test_frames_that_come_at_no_one_rate_are_refused(write: object) -> None:
    assert callable(write)
    shaky = film(RATES[2], 100, 200)
    shaky["segments"][1]["start_s"] += 1.0
    with pytest.raises(InputError, match="do not come at one rate"):
        write(shaky)


def test_an_edl_of_too_many_events_is_refused() -> None:
    with pytest.raises(InputError, match="999 events"):
        to_edl(film(RATES[2], *range(10, 10_010, 10)))


def test_chapters_begin_at_nought_and_are_long_enough() -> None:
    text = to_chapters(film(RATES[2], 25 * 30, 25 * 34, 25 * 60, 25 * 4000, labels=["<a>", "short", "b\nb", "c"]))
    assert text == "0:00 ‹a›\n0:34 b b\n1:00 c\n"


def test_too_few_chapters_are_refused() -> None:
    with pytest.raises(InputError, match="from 3 on"):
        to_chapters(film(RATES[2], 25 * 30, 25 * 60))
    with pytest.raises(InputError, match="has 1"):
        to_chapters(film(RATES[2], 25, 50, 75))


def test_hours_are_written() -> None:
    assert to_chapters(film(RATES[2], 25 * 3700, 25 * 7400, 25 * 7500)).split("\n")[1] == "1:01:40 b"


def test_the_command_knows_every_format() -> None:
    assert tuple(export_formats.FORMATS) == videos.FORMATS
    assert "OTIO_SCHEMA" in export_formats.written("otio", film(RATES[2], 10, 20))
