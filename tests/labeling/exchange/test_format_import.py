"""What was exported is read back as the same labels; a broken file names its row and imports nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import odd_workspace
import pandas as pd
import pytest

from cli import data, main
from errors import InputError
from labeling.exchange import label_import
from labeling.exchange.formats import format_export
from labeling.exchange.formats.gathering import gather
from labeling.exchange.formats.label_set import Choice, Images
from labeling.exchange.readers import format_import
from store import workspace
from store.ledger import event_reader, labels, undo
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace

WAYS = {
    "imagefolder": "imagefolder",
    "coco": "coco",
    "labelstudio": "labelstudio",
    "cvat": "cvat",
    "datumaro": "datumaro",
    "yolo": "tree",
    "lance": "lance",
}
Standing = set[tuple[str, str, str]]


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Workspace]:
    with odd_workspace.built(tmp_path) as opened:
        yield opened


def standing(target: Workspace) -> Standing:
    """(image, facet, class) of what no machine proposed."""
    given = gather(target, Choice(images=Images.NONE))
    return {(p.name, a.facet, a.name) for p in given.pictures for a in p.answers if a.source != "zero_shot"}


def cleared(target: Workspace) -> None:
    """Take every label away."""
    with target.engine.begin() as connection:
        changes = [
            Change(p.id, a.category.id, "clear")
            for p in gather(target, Choice(images=Images.NONE)).pictures
            for a in p.answers
            if a.category is not None
        ]
        with target.read() as other:
            first = taxonomy.categories(other)[0].id
        changes += [
            Change(p.id, first, "clear")
            for p in gather(target, Choice(images=Images.NONE)).pictures
            if any(a.category is None for a in p.answers)
        ]
        labels.write(connection, Batch(actors.id_of(connection, "Ann <x>, 🙂"), "human"), changes)


@pytest.mark.parametrize("name", list(WAYS))
def test_out_and_in_loses_nothing_that_the_format_carries(odd: Workspace, tmp_path: Path, name: str) -> None:
    before = standing(odd)
    planned = format_export.plan(odd, name, Choice(splits=True))
    format_export.write(planned, tmp_path / "out")
    cleared(odd)
    assert not standing(odd)
    done = format_import.import_labels(odd, WAYS[name], tmp_path / "out", actor="bob")
    carries = format_export.FORMATS[name].carries
    expected = {one for one in before if carries.none or one[2] != "none of these"}
    if name == "yolo":
        machine = {
            (p.name, a.facet, a.name) for p in planned.given.pictures for a in p.answers if a.source == "zero_shot"
        }
        expected = {one for one in expected if one[1] == "scene"} | machine
        assert done.proposals == []
    elif name != "yolo":
        assert len(done.proposals) == 3
    assert (done.unmatched, done.ambiguous, done.conflicts) == ([], [], [])
    assert standing(odd) == expected
    assert done.labelled == len(expected)


def test_an_import_is_one_batch_that_is_undone(odd: Workspace, tmp_path: Path) -> None:
    format_export.write(format_export.plan(odd, "coco", Choice(images=Images.NONE)), tmp_path / "out")
    cleared(odd)
    done = format_import.import_labels(odd, "coco", tmp_path / "out", actor="bob")
    given = gather(odd, Choice(images=Images.NONE))
    assert {a.source for a in given.answers()} == {"import"}
    assert done.batch is not None
    with odd.engine.begin() as connection:
        undo.reverse_batch(connection, done.batch, actor_id=actors.id_of(connection, "bob"))
    assert not standing(odd)


def test_a_persons_label_stays_and_is_reported(odd: Workspace, tmp_path: Path) -> None:
    before = standing(odd)
    format_export.write(format_export.plan(odd, "cvat", Choice(images=Images.NONE)), tmp_path / "out")
    done = format_import.import_labels(odd, "cvat", tmp_path / "out", actor="bob")
    assert standing(odd) == before
    assert done.labelled == 0
    assert all("a person has labelled it already" in row for row in done.conflicts)


COCO = {
    "images": [
        {"id": 1, "file_name": "one/a.jpg"},
        {"id": 2, "file_name": "none.png"},
        {"id": 3, "file_name": "far/away.jpg"},
    ],
    "categories": [{"id": 7, "name": "nature"}, {"id": 8, "name": "森林 🌲"}],
    "annotations": [
        {"id": 1, "image_id": 2, "category_id": 7, "bbox": [0, 0, 1, 1]},
        {"id": 2, "image_id": 2, "category_id": 7, "bbox": [2, 2, 1, 1]},
        {"id": 3, "image_id": 3, "category_id": 8},
        {"id": 4, "image_id": 2, "category_id": 8},
    ],
}


def test_rows_that_do_not_match_are_reported(odd: Workspace, tmp_path: Path) -> None:
    cleared(odd)
    file = tmp_path / "coco.json"
    file.write_text(json.dumps(COCO))
    done = format_import.import_labels(odd, "coco", file, actor="bob")
    assert standing(odd) == {("none.png", "scene", "nature")}
    assert done.unmatched == ["coco.json, annotation 3: far/away.jpg"]
    assert done.conflicts == ["coco.json, annotation 4: none.png has another class in coco.json, annotation 1"]


BROKEN = {
    "coco": [
        ('{"images": [', "line 1: no JSON"),
        (json.dumps(COCO | {"annotations": [{"image_id": 9, "category_id": 7}]}), "annotation 1: there is no image 9"),
        (json.dumps(COCO | {"annotations": [*COCO["annotations"], {"image_id": "x"}]}), "annotation 5: `image_id` has to be a whole"),
        (json.dumps(COCO | {"categories": [{"id": 7, "name": "nature"}, {"id": 8, "name": "no such"}]}), "annotation 3: There is no category 'no such'"),
        ("[]", "an object was expected"),
    ],
    "labelstudio": [
        ('[{"data": {}}]', "task 1, `data`: no picture is named"),
        ('[{"data": {"image": "x"}, "annotations": [{"result": [{"type": "choices", "value": {}}]}]}]', "task 1, annotation 1, result 1: `choices`"),
    ],
    "datumaro": [('{"categories": {"label": {"labels": []}}, "items": [{"id": "a", "annotations": [{"type": "label", "label_id": 0}]}]}', "item 1, annotation 1: there is no label 0")],
    "cvat": [
        ("<annotations>\n<image", "line 2: no XML"),
        ("<html/>", "was expected, not <html>"),
        ('<annotations><image name="a"/><image name="b"><tag/></image></annotations>', "image 2: a tag has no `label`"),
    ],
    "imagefolder": [
        ('{"file_name": "one/a.jpg", "label": "nature"}\n{"label": "nature"}\n', "line 2: `file_name` is missing"),
        ('{"file_name": "one/a.jpg", "label": 3}\n', "line 1: `label` holds 3"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("form", "content", "message"), [(form, *case) for form, cases in BROKEN.items() for case in cases]
)
def test_a_broken_file_names_the_row_and_imports_nothing(
    odd: Workspace, tmp_path: Path, form: str, content: str, message: str
) -> None:
    cleared(odd)
    with odd.read() as connection:
        before = event_reader.batches(connection, limit=1000)
    file = tmp_path / {"cvat": "a.xml", "imagefolder": "metadata.jsonl"}.get(form, "a.json")
    file.write_text(content)
    with pytest.raises(InputError) as raised:
        format_import.import_labels(odd, form, file, actor="bob")
    assert message in str(raised.value)
    assert str(raised.value).endswith("Nothing was imported.")
    with odd.read() as connection:
        assert event_reader.batches(connection, limit=1000) == before


TABLES = {
    "unknown class": ("file,class\none/a.jpg,nature\none/a.jpg,nowhere\n", "line 3: "),
    "value": ("file,class,value\none/a.jpg,nature,yes\none/a.jpg,nature,perhaps\n", "line 3: a value is yes or no"),
    "quote": ('file,class\none/a.jpg,nature\none/a.jpg,"nature\n', "line 3"),
    "columns": ("file,label\none/a.jpg,nature\n", "class"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_broken_table_of_labels_names_the_line_and_labels_nothing(odd: Workspace, tmp_path: Path, name: str) -> None:
    content, message = TABLES[name]
    cleared(odd)
    file = tmp_path / "labels.csv"
    file.write_text(content)
    with odd.read() as connection:
        before = event_reader.batches(connection, limit=1000)
    with pytest.raises(InputError, match=message):
        label_import.label_csv(odd, file, source="import", actor="bob")
    with odd.read() as connection:
        assert event_reader.batches(connection, limit=1000) == before


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_broken_table_of_an_image_folder_names_the_row_and_imports_nothing(
    odd: Workspace, tmp_path: Path, suffix: str
) -> None:
    cleared(odd)
    file = tmp_path / f"metadata.{suffix}"
    frame = pd.DataFrame({"file_name": ["one/a.jpg", "none.png"], "label": ["nature", "nowhere"]})
    frame.to_csv(file, index=False) if suffix == "csv" else frame.to_parquet(file, index=False)
    with pytest.raises(InputError, match=r"(line 3|row 2): .*nowhere.*Nothing was imported\.$"):
        format_import.import_labels(odd, "imagefolder", file, actor="bob")
    assert standing(odd) == set()


def test_an_imagenet_tree_is_told_by_bytes(odd: Workspace, tmp_path: Path) -> None:
    cleared(odd)
    target = tmp_path / "tree" / "val" / "森林 🌲" / "ILSVRC_1.jpg"
    target.parent.mkdir(parents=True)
    shutil.copyfile(tmp_path / "images/one/a.jpg", target)
    done = format_import.import_labels(odd, "tree", tmp_path / "tree", actor="bob")
    assert done.labelled == 1
    assert standing(odd) == {("one/a.jpg", "scene", "森林 🌲")}


def test_label_studios_uploads_lose_their_prefix(odd: Workspace, tmp_path: Path) -> None:
    cleared(odd)
    task = {
        "data": {"image": "/data/upload/3/0a1b2c3d-none.png"},
        "annotations": [{"result": [{"type": "taxonomy", "from_name": "scene", "value": {"taxonomy": [["nature", "forest, dark"]]}}]}],
    }  # fmt: skip
    (tmp_path / "ls.json").write_text(json.dumps([task]))
    format_import.import_labels(odd, "labelstudio", tmp_path / "ls.json", actor="bob")
    assert standing(odd) == {("none.png", "scene", "nature/forest, dark")}


def test_the_command_imports(odd: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(format_import.TITLES) == list(data.IMPORTS)
    cleared(odd)
    (tmp_path / "coco.json").write_text(json.dumps(COCO))
    assert main(["import", str(odd.path), str(tmp_path / "coco.json"), "--format", "coco", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labelled"] == 1
    assert workspace.exists(odd.path)
