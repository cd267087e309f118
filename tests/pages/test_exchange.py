"""Labels in and out on the Data page, in the formats of other tools."""

from __future__ import annotations

import json
from pathlib import Path

from page_steps import go, label, text
from streamlit.testing.v1 import AppTest

from store.project import saved_views
from store.team import actors
from web import resources


def test_data_says_what_a_format_loses_and_writes_it(app: AppTest, root: Path, tmp_path: Path) -> None:
    label(root, 2)
    shown = go(app, "data")
    shown.selectbox(key="format").set_value("yolo").run()
    lost = "\n".join(warning.value for warning in shown.warning)
    assert "Not carried" in lost
    assert "Source, person and time are left out" in lost
    shown.selectbox(key="format").set_value("coco").run()
    shown.text_input(key="out").set_value(str(tmp_path / "coco")).run()
    shown.button(key="export_folders").click().run()
    assert not shown.error, shown.error
    document = json.loads((tmp_path / "coco/annotations/labels_train.json").read_text())
    assert f"{len(document['annotations'])} labels" in shown.success[0].value.replace("\\", "")


def test_data_offers_only_what_a_format_can_do_with_images(app: AppTest) -> None:
    shown = go(app, "data")
    for name, ways in (("coco", 3), ("yolo", 2), ("webdataset", 1)):
        shown.selectbox(key="format").set_value(name).run()
        assert len(shown.selectbox(key=f"images_{name}").options) == ways


def test_data_reads_the_labels_of_another_tool(app: AppTest, root: Path, tmp_path: Path) -> None:
    label(root, 1)
    shown = go(app, "data")
    shown.selectbox(key="format").set_value("cvat").run()
    shown.selectbox(key="images_cvat").set_value("none").run()
    shown.text_input(key="out").set_value(str(tmp_path / "cvat")).run()
    shown.button(key="export_folders").click().run()
    shown.segmented_control(key="way").set_value("Labels").run()
    shown.selectbox(key="labels_format").set_value("cvat").run()
    shown.text_input(key="labels_path").set_value(str(tmp_path / "nowhere")).run()
    shown.button(key="add_tool_labels").click().run()
    assert "Nothing was imported" in shown.error[0].value.replace("\\", "")
    shown.text_input(key="labels_path").set_value(str(tmp_path / "cvat")).run()
    shown.button(key="add_tool_labels").click().run()
    assert "0 labels were added" in shown.success[0].value
    assert "a person has labelled it already" in "\n".join(w.value for w in shown.warning).replace("\\", "")
    assert text(shown)


def test_data_exports_a_saved_view(app: AppTest, root: Path, tmp_path: Path) -> None:
    label(root, 2)
    with resources.workspace("demo").engine.begin() as connection:
        saved_views.save(connection, "by people", {"by": "person"}, actors.id_of(connection, "ann"))
    shown = go(app, "data")
    shown.selectbox(key="export_view").set_value("by people").run()
    assert "6 images in this view now." in [caption.value for caption in shown.caption]
    shown.selectbox(key="format").set_value("coco").run()
    shown.text_input(key="out").set_value(str(tmp_path / "coco")).run()
    shown.button(key="export_folders").click().run()
    assert not shown.error, shown.error
    document = json.loads((tmp_path / "coco/annotations/labels_train.json").read_text())
    assert len(document["annotations"]) == 6, "of thirty"
