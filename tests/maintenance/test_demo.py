"""The demo workspace put back to how it was shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import cli
import sample_data
from errors import InputError
from labeling.categories import tree_edits
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo, doctor
from store.ledger import label_rows
from store.team import actors, job_rows
from store.workspace import open_workspace
from video.runs import run_corrections, run_list, run_view, segmentation


def state(opened):
    with opened.read() as connection:
        return {
            (s.item_id, s.category_id, s.value, s.source)
            for s in label_rows.states(connection, 1, label_rows.Span(0, 10**9))
        }


def corrected(snapshot) -> None:
    """A person's correction on a run of the test video."""
    run_id = segmentation.run(snapshot, sample_data.video_file())
    category = snapshot.categories.classes()[0].id
    run_corrections.correct(snapshot, run_id, [{"start_s": 5, "end_s": 12.5, "category": category}], "Ann")
    tree_edits.add(snapshot.workspace, "snow", facet="tags", exclusive=False, prompts=["snow"], actor="Ann")


def test_what_people_made_is_set_aside_and_the_demo_is_as_shipped(demo_snapshot) -> None:
    opened = demo_snapshot.workspace
    shipped, count = state(opened), len(demo_snapshot.ids)
    assert demo.is_demo(opened)
    assert demo.additions(opened) == demo.Since(0, 0, 0, 0)
    corrected(demo_snapshot)
    assert (demo.additions(opened).labels >= 2, demo.additions(opened).runs) == (True, 1)
    analysed = list(opened.folder("runs").iterdir())
    aside = demo.reset(opened)
    assert aside is not None
    assert state(opened) == shipped
    assert demo.additions(opened) == demo.Since(0, 0, 0, 0)
    assert not any(path.exists() for path in analysed)
    assert doctor.workspace(opened)["problems"] == []
    fresh = Snapshot(opened)
    assert len(fresh.ids) == count
    assert [c.name for c in fresh.categories.tree] == [c.name for c in fresh.categories.classes()], (
        "the added label is gone"
    )
    assert fresh.born > demo_snapshot.born
    assert not fresh.labels.board().person.any()

    kept = open_workspace(opened.path.with_name(aside))
    assert not demo.is_demo(kept)
    assert doctor.workspace(kept)["problems"] == []
    then = run_view.look(Snapshot(kept), run_list.every(kept)[0]["id"])
    assert any(segment["source"] == "human" for segment in then["segments"])
    kept.engine.dispose()
    segmentation.run(fresh, sample_data.video_file())


def test_without_keeping_nothing_of_theirs_is_left(demo_snapshot) -> None:
    opened = demo_snapshot.workspace
    corrected(demo_snapshot)
    before = {path for path in opened.path.parent.iterdir() if path.is_dir()}
    assert demo.reset(opened, keep=False) is None
    assert {path for path in opened.path.parent.iterdir() if path.is_dir()} == before
    assert list(opened.folder("runs").iterdir()) == []
    assert doctor.workspace(opened)["notes"] == []


def test_it_is_refused_while_work_goes_on_and_elsewhere(demo_snapshot, empty) -> None:
    opened = demo_snapshot.workspace
    with opened.engine.begin() as connection:
        job_rows.add(connection, "segment", {}, actors.id_of(connection, "Ann"))
    corrected_before = demo.additions(opened)
    with pytest.raises(InputError, match="Work is going on"):
        demo.reset(opened)
    assert demo.additions(opened) == corrected_before
    with pytest.raises(InputError, match="not the demo"):
        demo.reset(empty)


def test_the_command_line_resets_too(demo_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", str(demo_path), "--json"]) == 0
    assert '"built": false' in capsys.readouterr().out
    assert not list(demo_path.parent.glob("demo-until-*"))
    assert cli.main(["demo", str(demo_path), "--reset", "--json"]) == 0
    aside = Path(json.loads(capsys.readouterr().out)["set_aside"])
    assert [aside] == list(demo_path.resolve().parent.glob("demo-until-*"))
    assert re.fullmatch(r"demo-until-\d{8}-\d{6}Z", aside.name), "by no clock of a machine"
