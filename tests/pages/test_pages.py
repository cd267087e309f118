"""Every page through the router, and what its buttons do."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from page_steps import go, label, text
from streamlit.testing.v1 import AppTest

import jobs
import sample_data
import settings
from labeling.categories import tree_edits
from labeling.snapshot.snapshot import Snapshot
from maintenance import watching
from settings import ROOT
from store import workspace
from store.database import schema
from store.team import actors, job_rows
from training.heads import head_checks, head_report, head_training
from web import resources
from web.session import Session

PAGES = ("overview", "data", "prompts", "review", "neighbours", "train", "segments")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_without_an_exception(app: AppTest, name: str) -> None:
    shown = go(app, name)
    assert not shown.exception
    assert not shown.error


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_short_and_know_no_numpy_sql_or_files(name: str) -> None:
    source = (ROOT / "pages" / f"{name}.py").read_text()
    assert len(source.splitlines()) <= 100
    for word in ("import numpy", "import torch", "sqlalchemy", "open(", "session_state", "cache_data"):
        assert word not in source


def test_the_first_visit_asks_who_you_are(root: Path) -> None:
    assert root.exists()
    app = AppTest.from_file(str(ROOT / "web" / "router.py"), default_timeout=60)
    app.session_state["sceneloop"] = Session()
    app.run()
    assert app.text_input[0].label == "Your name"
    app.text_input[0].set_value("  Ann   安 ")
    app.button[0].click().run()
    assert not app.exception
    assert "person: Ann 安" in "\n".join(caption.value for caption in app.sidebar.caption)


def test_without_a_workspace_the_way_out_is_said(tmp_path: Path, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(tmp_path / "nothing"))
    settings.current.cache_clear()
    app.run()
    assert not app.exception
    assert "Press New workspace in the sidebar" in app.info[0].value


def test_an_empty_workspace_says_what_to_do_next(root: Path, app: AppTest) -> None:
    workspace.create(root / "aaa").engine.dispose()
    for name in ("overview", "train", "segments"):
        shown = go(app, name)
        assert not shown.exception
        assert "No categories yet" in text(shown)


def test_overview_tells_where_the_loop_stands(app: AppTest, root: Path) -> None:
    label(root, 3)
    shown = go(app, "overview")
    words = text(shown)
    assert "Confirmed by a person" in words
    assert "annotator" not in words
    assert re.search(r"ann labelled \d+ images, \d\d:\d\d", words), "single labels of one person are one row"
    assert not re.search(r"\b1 (labels|images|items|categories)\b", words)


def test_undo_on_overview_takes_a_batch_back(app: AppTest, root: Path) -> None:
    label(root, 1)
    shown = go(app, "overview")
    next(button for button in shown.button if button.key and button.key.startswith("run_")).click().run()
    undo = next(button for button in shown.button if button.key and button.key.startswith("undo_"))
    undo.click().run()
    assert not shown.exception
    assert "took 1 back" in text(shown)
    assert "ann took back: labelled 1 image as" in text(shown), "the run is still open"


def rename(root: Path, times: int) -> None:
    """Somebody renames a category again and again."""
    opened = workspace.open_workspace(root / "demo")
    number = tree_edits.show(opened)[0]["id"]
    for k in range(times):
        tree_edits.edit(opened, number, {"name": f"name {k}"}, actor="pat")
    opened.engine.dispose()


def test_overview_counts_what_a_watched_folder_brought(app: AppTest, root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "incoming_*films*"
    folder.mkdir()
    shutil.copy(sorted(sample_data.images_folder().iterdir())[60], folder)
    assert "watched folder" not in text(go(app, "overview"))
    [done] = watching.watch(resources.workspace("demo"), folder, once=True, every_s=0)
    assert done["added"] == 1
    shown = text(go(app, "overview"))
    assert "**1 new** from the watched folder" in shown
    assert "31" in shown


def test_overview_lists_older_batches_on_demand(app: AppTest, root: Path) -> None:
    rename(root, 9)
    shown = go(app, "overview")
    assert text(shown).count("pat renamed <em>") == 6
    assert "pat renamed <em>name 7</em> to <em>name 8</em>" in text(shown)
    shown.button(key="more").click().run()
    assert text(shown).count("pat renamed <em>") == 9
    shown.button(key="more").click().run()
    assert text(shown).count("pat renamed <em>") == 6


def test_the_first_steps_are_ticked_and_go_when_all_are_done(app: AppTest, root: Path) -> None:
    shown = go(app, "overview")
    assert "Start in three steps" in text(shown)
    assert text(shown).count("Done: ") == 2, "images and categories are there, and nobody has reviewed"
    label(root, 1)
    assert "Start in three steps" not in text(go(app, "overview"))


def test_an_empty_workspace_has_three_steps_with_their_ways(root: Path, app: AppTest) -> None:
    workspace.create(root / "aaa").engine.dispose()
    shown = go(app, "overview")
    words = text(shown)
    for step in ("Add images", "Write categories and prompts", "Review"):
        assert f"<b>{step}</b>" in words
    assert "Done: " not in words


def test_a_few_vectors_are_not_said_to_be_nothing(app: AppTest) -> None:
    words = text(go(app, "data"))
    assert re.search(r"Size.*?>[1-9]\d* kB<", words, re.DOTALL)


def test_data_refuses_a_path_that_does_not_exist(app: AppTest) -> None:
    shown = go(app, "data")
    shown.text_input(key="folder").set_value("/nowhere/at/all")
    shown.button(key="add_folder").click().run()
    assert not shown.exception
    assert "does not exist" in shown.error[0].value


@pytest.mark.slow
def test_data_adds_a_folder_in_a_child_process(app: AppTest, root: Path, tmp_path: Path, built: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "same.jpg").write_bytes(next((built.parent / "pictures").iterdir()).read_bytes())
    (folder / "bad.jpg").write_text("<html>not an image</html>")
    shown = go(app, "data")
    shown.text_input(key="folder").set_value(str(folder))
    shown.button(key="add_folder").click().run()
    for _ in range(120):
        shown.run()
        if "bad.jpg" in text(shown):
            break
        time.sleep(0.5)
    assert not shown.exception
    assert "Quarantine (1)" in text(shown)


def test_train_shows_what_a_head_gained_and_promotes_it(app: AppTest, root: Path) -> None:
    label(root, 6)
    opened = workspace.open_workspace(root / "demo")
    head_training.train(Snapshot(opened), actor="ann", promote="never")
    shown = go(app, "train")
    assert not shown.exception
    assert "Confusion of head 1" in text(shown)
    head = head_report.heads(opened)[0]["id"]
    assert shown.button(key=f"promote_{head}_main").disabled, "an uncertain head needs a reason"
    shown.text_input(key=f"why_promote_{head}_main").set_value("It reads slides better").run()
    shown.button(key=f"promote_{head}_main").click().run()
    assert not shown.exception
    assert head_report.heads(opened)[0]["promoted"]
    assert head_report.heads(opened)[0]["reason"] == "promoted by ann: It reads slides better"
    shown.button(key=f"back_{head_report.heads(opened)[0]['id']}").click().run()
    assert not head_report.heads(opened)[0]["promoted"]
    opened.engine.dispose()


def test_train_counts_labels_from_the_last_head_or_from_the_first_label(app: AppTest, root: Path) -> None:
    shown = go(app, "train")
    assert "0 labels so far" in text(shown)
    assert "Review labels" in [button.label for button in shown.button]
    label(root, 6)
    opened = workspace.open_workspace(root / "demo")
    shown = go(app, "train")
    assert "18 labels so far" in text(shown)
    assert "Press Train head" in text(shown), "all that it takes is there: nobody is sent back to Review"
    assert "Review labels" not in [button.label for button in shown.button]
    head_training.train(Snapshot(opened), actor="ann", promote="never")
    assert "0 new labels since the last head" in text(go(app, "train"))
    opened.engine.dispose()


def test_train_says_why_a_head_won_and_how_far_it_can_be_trusted(app: AppTest, root: Path) -> None:
    label(root, 8)
    opened = workspace.open_workspace(root / "demo")
    training = head_training.train(Snapshot(opened), actor="ann", promote="never")
    words = text(go(app, "train"))
    for answer in (
        "Reason for this choice",
        "Leakage check: 0 groups",
        "Calibration error",
        "By class",
        "By source",
        "put right",
    ):
        assert answer in words
    assert "Not checked yet" in words
    head_checks.check_head(Snapshot(opened), training["head"])
    words = text(app.run())
    assert "Not checked yet" not in words
    assert "more labels" in words
    assert "Corners covered" in words
    opened.engine.dispose()


def test_figures_of_a_few_labels_are_counts(app: AppTest, root: Path) -> None:
    label(root, 3)
    opened = workspace.open_workspace(root / "demo")
    head_training.train(Snapshot(opened), actor="ann", promote="never")
    words = text(go(app, "train"))
    assert re.search(r"\d of 9<span", words), "the table of models counts"
    assert "n &lt; 20" in words or "n < 20" in words, "no F1 of nine labels"
    assert "Calibration error" not in words
    assert "It takes 20 images that people have decided on; there are 9." in words
    shown = re.findall(r"<td[^>]*>(\d+\.\d %)", words)
    assert not shown, "no percentage of nine labels in any table"
    opened.engine.dispose()


def test_accuracy_of_chosen_labels_is_said_to_be_no_sample(app: AppTest, root: Path) -> None:
    label(root, 8)
    opened = workspace.open_workspace(root / "demo")
    head_training.train(Snapshot(opened), actor="ann", promote="never")
    shown = {name: text(go(app, name)) for name in ("overview", "train")}
    for words in shown.values():
        assert "Accuracy on chosen labels, by round" in words
        assert "no fair sample of the images" in words
    assert "Accuracy of zero-shot on chosen labels" in shown["overview"]
    opened.engine.dispose()


def test_the_options_of_train_reach_the_job(app: AppTest, root: Path) -> None:
    label(root, 3)
    shown = go(app, "train")
    shown.slider(key="given").set_value(0.0)
    shown.slider(key="soft").set_value(0.2)
    shown.toggle(key="balance").set_value(False)
    shown.toggle(key="auto").set_value(False)
    shown.number_input(key="seed").set_value(7)
    shown.run()
    shown.button(key="train").click().run()
    assert not shown.exception
    opened = workspace.open_workspace(root / "demo")
    job = jobs.latest(opened, "train")
    assert job is not None
    chosen = {"given": 0.0, "spread": 1.0, "soft": 0.2, "balance": False, "seed": 7}
    assert job["arguments"] == {"options": chosen, "promote": "never"}
    jobs.cancel(opened, job["id"])
    while jobs.get(opened, job["id"])["state"] in ("queued", "running"):
        time.sleep(0.2)
    opened.engine.dispose()


def test_train_tells_of_no_work_that_another_page_started(app: AppTest, root: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    for arguments in ({"using": "head:1"}, {"path": "/a.mp4", "title": "a.mp4"}):
        with opened.engine.begin() as connection:
            actor = actors.id_of(connection, "ann")
            job_id = job_rows.add(connection, "segment", arguments, actor)
            job_rows.change(
                connection, job_id, state="failed", message="No picture can be read.", finished_at=schema.now()
            )
        notice = [error.value for error in go(app, "train").error]
        assert bool(notice) == ("using" in arguments)
    opened.engine.dispose()


def test_two_presses_before_the_button_is_busy_train_once(app: AppTest, root: Path) -> None:
    label(root, 3)
    other = AppTest.from_file(str(ROOT / "web" / "router.py"), default_timeout=60)
    other.session_state["sceneloop"] = Session(actor="bo")
    for shown in [go(app, "train"), go(other, "train")]:
        shown.button(key="train").click().run()
        assert not shown.exception
    opened = workspace.open_workspace(root / "demo")
    with opened.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from job where kind = 'train'").scalar_one() == 1
    job = jobs.latest(opened, "train")
    assert job is not None
    jobs.cancel(opened, job["id"])
    while jobs.get(opened, job["id"])["state"] in ("queued", "running"):
        time.sleep(0.2)
    opened.engine.dispose()


def test_a_class_name_is_shown_as_text(app: AppTest, root: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    name = "<img src=x onerror=alert(1)>"
    entry = {"id": None, "name": name, "prompts": [{"text": "odd", "on": True}]}
    from labeling.prompts import publishing

    publishing.publish(Snapshot(opened), {"categories": [entry]}, "", "ann")
    opened.engine.dispose()
    shown = go(app, "overview")
    assert not shown.exception
    drawn = text(shown)
    assert name not in drawn
    assert "&lt;img src=x onerror=alert(1)&gt;" in drawn
