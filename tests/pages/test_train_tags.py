"""The Train page where several labels hold, and where the classes form a tree."""

from __future__ import annotations

from pathlib import Path

from page_steps import go, label, text
from streamlit.testing.v1 import AppTest

import jobs
from labeling.categories import tree_edits
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store import workspace
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors
from training import one_click
from training.heads import head_report


def answer(root: Path, number: int) -> None:
    """Somebody says of every image whether it is written: one in three is, by chance."""
    opened = workspace.open_workspace(root / "demo")
    tree_edits.add(opened, "written", facet="tags", exclusive=False, prompts=["text"], actor="ann")
    snapshot = Snapshot(opened)
    written = answers.columns(snapshot, answers.find(snapshot))[0].id
    reply = [Change(int(n), written, "yes" if k % 3 == 0 else "no") for k, n in enumerate(snapshot.ids[:number])]
    with opened.engine.begin() as connection:
        labels.write(connection, Batch(actors.id_of(connection, "ann"), "human"), reply)
    opened.engine.dispose()


def test_the_facet_is_chosen_where_there_is_more_than_one(app: AppTest, root: Path) -> None:
    label(root, 4)
    assert [box.key for box in go(app, "train").selectbox if box.key == "facet"] == []
    answer(root, 28)
    shown = app.run()
    assert shown.selectbox(key="facet").options == ["scene", "tags"]
    shown.selectbox(key="facet").set_value("tags").run()
    assert not shown.exception
    assert "No head of tags yet" in text(shown)
    shown.toggle(key="auto_tags").set_value(False).run()
    shown.button(key="train").click().run()
    opened = workspace.open_workspace(root / "demo")
    job = jobs.latest(opened, "train")
    assert job is not None
    wanted = {"facet": "tags", "options": {"balance": False, "seed": 0}, "promote": "never"}
    assert job["arguments"] == wanted
    while jobs.get(opened, job["id"])["state"] in ("queued", "running"):
        jobs.cancel(opened, job["id"])
    opened.engine.dispose()


def test_a_head_of_several_labels_is_shown_promoted_and_rolled_back(app: AppTest, root: Path) -> None:
    label(root, 4)
    answer(root, 30)
    opened = workspace.open_workspace(root / "demo")
    snapshot = Snapshot(opened)
    one_click.train_facet(snapshot, actor="ann", promote="always")
    one_click.train_facet(snapshot, "tags", actor="ann", promote="never")
    go(app, "train").selectbox(key="facet").set_value("tags").run()
    words = text(app)
    for reply in ("Head 2", "mAP", "Macro at 0.5", "Hit@2", "By label", "written", "Leakage check: 0 groups"):
        assert reply in words
    assert "Head 1" not in words
    facet = answers.find(snapshot)
    head = head_report.heads(opened, facet.id)[0]
    app.text_input(key=f"why_promote_{head['id']}_main").set_value("It is all there is").run()
    app.button(key=f"promote_{head['id']}_main").click().run()
    assert not app.exception
    now = head_report.heads(opened, facet.id)[0]
    assert (now["promoted"], now["reason"]) == (True, "promoted by ann: It is all there is")
    app.button(key=f"back_{head['id']}").click().run()
    assert not head_report.heads(opened, facet.id)[0]["promoted"]
    assert head_report.heads(opened)[0]["promoted"], "the head of the classes stays"
    opened.engine.dispose()
