"""Sums of what a watched folder brought."""

from __future__ import annotations

from maintenance import watch_tally
from maintenance.watch_tally import Tally
from maintenance.watching import Round


def brought(**given: object) -> Round:
    done: Round = {
        "at": "2026-01-01T00:00:00+00:00", "added": 0, "duplicates": 0, "changed": [], "quarantined": [], "proposed": 0, "batch": None,
        "tagged": 0, "tag_batches": [], "growing": [], "gone": [], "note": "",
    }  # fmt: skip
    return {**done, **given}  # type: ignore[typeddict-item]


def test_looks_add_up_and_the_newest_refusals_come_first() -> None:
    tally = Tally()
    tally.add(brought(added=3, proposed=2, tagged=4, growing=["a"], note="away"))
    refused = [{"path": str(number), "reason": "no"} for number in range(watch_tally.LISTED)]
    tally.add(brought(added=1, duplicates=2, changed=["x"], gone=["y", "z"], quarantined=refused))
    tally.add(brought(quarantined=[{"path": "last", "reason": "no"}]))
    shown = tally.as_json()
    sums = {
        key: shown[key] for key in ("added", "duplicates", "changed", "proposed", "tagged", "gone", "growing", "note")
    }
    assert sums == {
        "added": 4, "duplicates": 2, "changed": 1, "proposed": 2, "tagged": 4, "gone": 2, "growing": 0, "note": "",
    }  # fmt: skip
    assert shown["quarantined"] == watch_tally.LISTED + 1
    assert [one["path"] for one in tally.refused][:2] == ["last", str(watch_tally.LISTED - 1)]
    assert len(tally.refused) == watch_tally.LISTED
    assert shown["looked_at"]


def test_it_is_due_at_once_after_news_and_else_now_and_then() -> None:
    tally = Tally()
    assert [tally.is_due(), tally.is_due()] == [True, False]
    tally.add(brought(added=1))
    assert [tally.is_due(), tally.is_due()] == [True, False]
