"""Exports to other tools: the same bytes twice, ids for life, relative paths, all that is lost named, whole or not there."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import odd_workspace
import pytest
from pyarrow import parquet

from cli import data, main
from errors import InputError, StoreError
from labeling.exchange.formats import format_export, picture_files
from labeling.exchange.formats.format_export import FORMATS
from labeling.exchange.formats.gathering import gather
from labeling.exchange.formats.label_set import Choice, Images, LabelSet
from store.items import items
from store.project import taxonomy
from store.workspace import Workspace

TABLE = "class_id"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    """One to change."""
    with odd_workspace.built(tmp_path / "own") as opened:
        yield opened


def written(target: Workspace, name: str, out: Path, choice: Choice | None = None) -> Path:
    format_export.write(format_export.plan(target, name, choice or Choice()), out)
    return out


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pairs(given: LabelSet, *, none: bool) -> set[tuple[str, str]]:
    """(place, class) of all labels."""
    return {(p.place, a.name) for p in given.pictures for a in p.answers if none or a.category is not None}


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "lance"])
def test_the_same_workspace_gives_the_same_bytes_and_no_absolute_path(
    odd: Workspace, tmp_path: Path, name: str
) -> None:
    one = content(written(odd, name, tmp_path / "one", Choice(splits=True)))
    other = content(written(odd, name, tmp_path / "other", Choice(splits=True)))
    assert one == other
    home = str(odd.path.parent).encode()
    assert not [file for file, data in one.items() if home in data]


@pytest.mark.parametrize("name", list(FORMATS))
def test_each_format_says_what_it_loses_and_how_much_that_is(odd: Workspace, name: str) -> None:
    planned = format_export.plan(odd, name, Choice())
    lost = {notice.text.split(".")[0]: notice.count for notice in planned.lost}
    assert lost["Answers `no` are left out"] == 1
    assert lost["Answers `unsure` are left out"] == 1
    assert ("It holds one label a picture: labels of other facets are left out" in lost) == (name == "yolo")
    if name == "yolo":
        assert lost["It holds one label a picture: labels of other facets are left out"] == 7
        assert planned.labels == 9
    carries = FORMATS[name].carries
    assert lost.get("That none of the classes fits is left out", 0) == (0 if carries.none else 1)
    assert ("Confidences are left out" in lost) == (name in ("yolo", "cvat"))


def test_coco_holds_every_label_by_ids_that_are_the_workspaces(odd: Workspace, tmp_path: Path) -> None:
    document = json.loads((written(odd, "coco", tmp_path / "out") / "annotations/labels_train.json").read_text())
    classes = {category["id"]: category["name"] for category in document["categories"]}
    images = {image["id"]: image["file_name"] for image in document["images"]}
    read = {(images[one["image_id"]], classes[one["category_id"]]) for one in document["annotations"]}
    assert read == pairs(gather(odd, Choice()), none=False)
    assert all((tmp_path / "out/images/train" / file).is_file() for file in images.values())
    assert {"scene: 007", "tags: 007"} <= set(classes.values()), "the same name in two facets is told apart"
    assert next(c["supercategory"] for c in document["categories"] if c["name"] == "nature/forest, dark") == "nature"
    assert not any("bbox" in one for one in document["annotations"])


def test_class_ids_survive_a_rename_and_a_new_class(own: Workspace, tmp_path: Path) -> None:
    def ids() -> dict[str, object]:
        coco = json.loads((written(own, "coco", tmp_path / "coco") / "annotations/labels_train.json").read_text())
        dm = json.loads((written(own, "datumaro", tmp_path / "dm") / "annotations/train.json").read_text())
        table = parquet.read_table(written(own, "imagefolder", tmp_path / "hf") / "train/metadata.parquet")
        return {
            "coco": {(a["image_id"], a["category_id"]) for a in coco["annotations"]},
            "datumaro": {(i["id"], a["label_id"]) for i in dm["items"] for a in i["annotations"]},
            "yolo": {
                (path.parts[-3][:4], path.name)
                for path in written(own, "yolo", tmp_path / "yolo").rglob("*.*")
                if path.suffix in (".png", ".jpg", ".JPG") and len(path.parts) > 3
            },
            "imagefolder": {(row["file"], row["label"], *row["tags"]) for row in table.to_pylist()},
        }

    before = ids()
    with own.engine.begin() as connection:
        tree = taxonomy.categories(connection)
        taxonomy.edit(connection, taxonomy.by_name(tree, "nature").id, name="zebra 🦓")
        taxonomy.add(connection, "aardvark")
    assert ids() == before


def test_yolo_has_every_class_in_every_split_and_one_class_an_image(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "yolo", tmp_path / "out", Choice(splits=True))
    parts = [folder for folder in out.iterdir() if folder.is_dir()]
    folders = [sorted(folder.name for folder in part.iterdir()) for part in parts]
    assert len(parts) > 1
    assert all(names == folders[0] for names in folders)
    given = gather(odd, Choice())
    expected = sum(given.single(picture) is not None for picture in given.pictures)
    assert sum(path.is_file() for part in parts for path in part.rglob("*")) == expected


def test_label_studio_parts_decisions_from_predictions(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "labelstudio", tmp_path / "out")
    tasks = json.loads((out / "tasks.json").read_text())
    config = ElementTree.parse(out / "config.xml").getroot()
    offered = {block.get("name"): {c.get("value") for c in block} for block in config.iter("Choices")}
    for task in tasks:
        results = [r for kind in ("annotations", "predictions") for one in task.get(kind, []) for r in one["result"]]
        assert results
        assert all(set(r["value"]["choices"]) <= offered[r["from_name"]] for r in results)
    assert {p["model_version"] for task in tasks for p in task.get("predictions", [])} == {"zero_shot"}
    assert sum("predictions" in task for task in tasks) == 3
    none = next(task for task in tasks if task["data"]["file"] == "none.png")
    assert none["annotations"][0]["result"][0]["value"]["choices"] == ["none of these"]


def test_cvat_has_a_tag_a_label(odd: Workspace, tmp_path: Path) -> None:
    root = ElementTree.parse(written(odd, "cvat", tmp_path / "out") / "annotations.xml").getroot()
    read = {(image.get("name"), tag.get("label")) for image in root.iter("image") for tag in image.iter("tag")}
    assert read == pairs(gather(odd, Choice()), none=True)
    assert root.find("meta/task/labels/label/name") is not None


def test_hugging_face_names_classes_by_id_and_lists_tags(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "imagefolder", tmp_path / "out", Choice(splits=True))
    tables = [parquet.read_table(path) for path in sorted(out.glob("*/metadata.parquet"))]
    assert len({table.schema.to_string() for table in tables}) == 1, "else datasets refuses the whole"
    features = json.loads(tables[0].schema.metadata[b"huggingface"])["info"]["features"]
    assert features["label"]["names"][:2] == ["nature", "nature/forest, dark"]
    rows = [row for table in tables for row in table.to_pylist()]
    assert len(rows) == len(gather(odd, Choice()).pictures)
    tags = next(row for row in rows if row["file"] == "one/b,c.jpg")["tags"]
    assert [features["tags"]["feature"]["names"][tag] for tag in tags] == ["people", "text; 'quoted'"]


def test_webdataset_keys_have_no_dots_and_the_tar_says_nothing_of_when(odd: Workspace, tmp_path: Path) -> None:
    with tarfile.open(written(odd, "webdataset", tmp_path / "out") / "train-000000.tar") as shard:
        members = shard.getmembers()
    assert all(re.fullmatch(r"\d{9}\.(jpg|png|json|cls)", member.name) for member in members)
    assert {(member.mtime, member.uid) for member in members} == {(0, 0)}


def test_croissant_keeps_texts_that_look_like_numbers_or_formulas(odd: Workspace, tmp_path: Path) -> None:
    rows = parquet.read_table(written(odd, "croissant", tmp_path / "out") / "labels.parquet").to_pylist()
    assert {(row["image"], row["class"]) for row in rows} == pairs(gather(odd, Choice()), none=True)
    assert {"scene: 007", "=1+1"} <= {row["class"] for row in rows}


def test_fiftyone_paths_without_ending_are_unique(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "fiftyone", tmp_path / "out")
    document = json.loads((out / "labels.json").read_text())
    stems = [
        path.relative_to(out / "data").with_suffix("").as_posix()
        for path in (out / "data").rglob("*")
        if path.is_file()
    ]
    assert sorted(stems) == sorted(document["labels"])
    assert len({stem.casefold() for stem in stems}) == len(stems)
    names = {(place, document["classes"][one["label"]]) for place, many in document["labels"].items() for one in many}
    assert names == {(place.rpartition(".")[0], name) for place, name in pairs(gather(odd, Choice()), none=False)}


def test_only_people_and_only_what_is_certain(odd: Workspace) -> None:
    every = gather(odd, Choice())
    assert {a.source for a in every.answers()} == {"human", "zero_shot"}
    assert {a.source for a in gather(odd, Choice(people=True)).answers()} == {"human"}
    sure = [a.confidence for a in gather(odd, Choice(confidence=0.5)).answers() if a.confidence is not None]
    assert sorted(sure) == [0.5, 0.75]
    assert {a.facet for a in gather(odd, Choice(facet="tags")).answers()} == {"tags"}
    with pytest.raises(InputError, match="no facet"):
        gather(odd, Choice(facet="nowhere"))


def test_splits_keep_groups_whole_and_test_is_the_audit_tenth(odd: Workspace) -> None:
    given = gather(odd, Choice(splits=True))
    with odd.read() as connection:
        rows = items.get_many(connection, [picture.id for picture in given.pictures])
    sides: dict[str, set[str]] = {}
    for picture in given.pictures:
        sides.setdefault(rows[picture.id].group_key, set()).add(picture.split)
        assert (picture.split == "test") == rows[picture.id].audit
    assert all(len(each) == 1 for each in sides.values())


def test_without_pictures_names_are_those_of_the_workspace(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "coco", tmp_path / "out", Choice(images=Images.NONE))
    images = json.loads((out / "annotations/labels_train.json").read_text())["images"]
    assert {"one/a.jpg", "three/A.JPG", "two/<i>.png"} <= {image["file_name"] for image in images}
    assert not (out / "images").exists()
    with pytest.raises(InputError, match="Copy or link"):
        format_export.plan(odd, "yolo", Choice(images=Images.NONE))


def test_a_link_is_the_same_file(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "datumaro", tmp_path / "out", Choice(images=Images.LINK))
    files = [path for path in (out / "images").rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_nlink > 1 for path in files)


def test_a_rerun_replaces_its_own_and_leaves_what_others_wrote(odd: Workspace, tmp_path: Path) -> None:
    out = written(odd, "coco", tmp_path / "out")
    written(odd, "yolo", out)
    assert not (out / "annotations").exists()
    (out / "mine.txt").write_text("mine")
    before = content(out)
    with pytest.raises(InputError, match=r"mine\.txt"):
        written(odd, "coco", out)
    assert content(out) == before


def test_an_export_that_fails_leaves_the_earlier_one(own: Workspace, tmp_path: Path) -> None:
    out = written(own, "coco", tmp_path / "out")
    before = content(out)
    planned = format_export.plan(own, "coco", Choice())
    (tmp_path / "own/images/one/a.jpg").unlink()
    with pytest.raises(StoreError, match="went while it was exported"):
        format_export.write(planned, out)
    assert content(out) == before
    again = format_export.plan(own, "coco", Choice())
    assert again.given.left_out.missing == ["one/a.jpg"]
    assert any("gone" in notice.text for notice in again.lost)


def test_the_command_offers_every_format_and_says_first_what_is_lost(
    odd: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(FORMATS) == list(data.TOOLS)
    assert tuple(Images) == data.IMAGES
    out = tmp_path / "out"
    arguments = ["export", str(odd.path), "--format", "yolo", "--out", str(out), "--json"]
    assert main([*arguments, "--dry-run"]) == 0
    spoken = capsys.readouterr()
    assert not out.exists()
    assert "7: It holds one label a picture" in spoken.err
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["labels"] == 9
    assert {"what", "count"} == set(report["not_carried"][0])
    assert main(["export", str(odd.path), "--format", "csv", "--out", str(tmp_path / "x.csv"), "--people"]) == 1


def test_places_are_apart_without_their_ending() -> None:
    names = [("a/b.jpg", "1"), ("a/B.png", "2"), ("../x", "3"), ("c.jpg", "4"), ("/etc/c:d.jpg", "5")]
    places = picture_files.places(names)
    assert len({place.rpartition(".")[0].casefold() or place for place in places}) == 5
    assert not any(place.startswith("/") or ".." in place for place in places)
    assert places[3] == "c.jpg"
