"""Times by the clock of who looks, many classes in one box, and no figure below nothing that is nothing."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from web import resources, session
from web.parts import drawing

TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")


def today(hour: int, minute: int, zone: dt.tzinfo) -> str:
    """A time of today in a zone, as UTC."""
    return dt.datetime.now(zone).replace(hour=hour, minute=minute).astimezone(dt.UTC).isoformat()


def test_a_time_is_by_the_clock_of_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "zone", lambda: TOKYO)
    assert drawing.moment(today(14, 2, TOKYO)) == "14:02"
    assert drawing.moment(today(14, 2, TOKYO), today(14, 9, TOKYO)) == "14:02 to 14:09"
    assert drawing.moment("2026-03-02T20:00:00+00:00") == "3 Mar, 05:00"


def test_without_a_zone_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "zone", lambda: None)
    assert drawing.moment(today(14, 2, dt.UTC)) == "14:02 UTC"
    assert (
        drawing.moment("2026-03-02T20:00:00+00:00", "2026-03-03T01:00:00+00:00") == "2 Mar, 20:00 to 3 Mar, 01:00 UTC"
    )


def test_the_browser_s_zone_is_taken_and_an_unknown_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Context:
        timezone: str | None = "Asia/Tokyo"

    monkeypatch.setattr(session.st, "context", Context)
    assert session.zone() == TOKYO
    for unknown in ("Mars/Olympus", "../../etc/passwd", None):
        Context.timezone = unknown
        assert session.zone() is None


def category(number: int) -> drawing.Category:
    return {**drawing.GREY, "id": number, "name": f"class {number}", "path": f"branch/class {number}"}


def test_few_classes_stand_as_they_come_and_many_by_their_counts() -> None:
    few = drawing.class_bars([(category(k), k, 0) for k in range(drawing.FEW)])
    assert few.index("class 0<") < few.index("class 1<")
    assert "sl-classbars" not in few
    many = drawing.class_bars([(category(k), k, 0) for k in range(500)])
    assert many.index("class 499<") < many.index("class 0<")
    assert many.count('class="sl-classbar"') == 500
    assert 'tabindex="0"' in many, "what scrolls can be scrolled by keyboard"
    assert 'title="branch/class 7"' in many


def test_nothing_has_no_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "born", lambda _name: "1")
    assert "-0.00" not in drawing.picture("demo", 1, drawing.GREY, person=False, value=-0.001)
