"""Labels, images and vectors out to Lance and labels in again, with the package that others read it by."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import lance
import numpy as np
import odd_workspace
import pyarrow as pa
import pytest

from errors import InputError, StoreError
from labeling.exchange.formats import format_export
from labeling.exchange.formats.gathering import gather
from labeling.exchange.formats.label_set import Choice, Images
from labeling.exchange.readers import format_import
from store.database import schema
from store.items import items, vectors
from store.workspace import Workspace


def written(target: Workspace, out: Path, choice: Choice | None = None) -> Path:
    format_export.write(format_export.plan(target, "lance", choice or Choice()), out)
    return out


def rows(out: Path, name: str = "images.lance") -> list[dict[str, object]]:
    """All but the images."""
    dataset = lance.dataset(out / name)
    return dataset.to_table(columns=[one for one in dataset.schema.names if one != "image"]).to_pylist()


def test_twice_the_same_rows_and_no_absolute_path(odd: Workspace, tmp_path: Path) -> None:
    one, other = (written(odd, tmp_path / name, Choice(splits=True)) for name in ("one", "other"))
    for name in ("images.lance", "classes.lance"):
        assert rows(one, name) == rows(other, name)
        assert lance.dataset(one / name).schema == lance.dataset(other / name).schema
    home = str(odd.path.parent).encode()
    assert not [file for file in one.rglob("*") if file.is_file() and home in file.read_bytes()]


def test_every_label_comes_along_with_its_tree(odd: Workspace, tmp_path: Path) -> None:
    out, given = written(odd, tmp_path / "out"), gather(odd, Choice())
    read = {
        (row["file"], one["facet"], one["class"], one["class_id"], one["source"], one["confidence"], one["at"].isoformat())
        for row in rows(out) for one in row["labels"]
    }  # fmt: skip
    assert read == {
        (p.name, a.facet, a.name, a.category.id if a.category else None, a.source, a.confidence, a.at)
        for p in given.pictures for a in p.answers
    }  # fmt: skip
    single = {p.name: given.single(p) for p in given.pictures}
    assert {row["file"]: row["label"] for row in rows(out)} == {
        n: one.name if one else None for n, one in single.items()
    }
    assert [(row["id"], row["parent"]) for row in rows(out, "classes.lance")] == [
        (one.id, one.parent or None) for one in given.classes
    ]


def test_images_are_the_files_and_vectors_those_of_the_encoder(odd: Workspace, tmp_path: Path) -> None:
    dataset = lance.dataset(written(odd, tmp_path / "out") / "images.lance")
    with odd.read() as connection:
        encoder = vectors.current_encoder(connection)
        places = {number: Path(row.path) for number, row in items.get_many(connection, dataset_ids(dataset)).items()}
    blobs = dataset.take_blobs("image", indices=list(range(dataset.count_rows())))
    assert [blob.read() for blob in blobs] == [places[number].read_bytes() for number in dataset_ids(dataset)]
    ids, stored = vectors.load(odd, encoder.id)
    by_id = dict(zip(ids.tolist(), stored, strict=True))
    column = dataset.to_table(columns=["vector"])["vector"]
    assert np.array_equal(np.array(column.to_pylist(), np.float16), [by_id[number] for number in dataset_ids(dataset)])
    about = dataset.schema.metadata
    assert about[b"sceneloop.fingerprint"].decode() == encoder.fingerprint
    nearest = dataset.scanner(
        nearest={"column": "vector", "q": by_id[dataset_ids(dataset)[3]].astype(np.float32), "k": 1}
    )
    assert nearest.to_table()["id"].to_pylist() == [dataset_ids(dataset)[3]]


def dataset_ids(dataset: lance.LanceDataset) -> list[int]:
    return list(dataset.to_table(columns=["id"])["id"].to_pylist())


def test_an_image_without_a_vector_has_none(tmp_path: Path) -> None:
    with odd_workspace.built(tmp_path / "own") as own:
        with own.engine.begin() as connection:
            gone = gather(own, Choice()).pictures[0].id
            connection.execute(schema.vector_row.delete().where(schema.vector_row.c.item_id == gone))
        column = {row["id"]: row["vector"] for row in rows(written(own, tmp_path / "out"))}
        assert [number for number, vector in column.items() if vector is None] == [gone]
        with own.engine.begin() as connection:
            connection.execute(schema.project.update().values(encoder_id=None))
        out = written(own, tmp_path / "without", Choice(images=Images.NONE))
        assert {"vector", "image"}.isdisjoint(lance.dataset(out / "images.lance").schema.names)


def test_an_image_that_goes_meanwhile_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with odd_workspace.built(tmp_path / "own") as own:
        planned = format_export.plan(own, "lance", Choice())
        (tmp_path / "own/images/one/b,c.jpg").unlink()
        with pytest.raises(StoreError, match=r"one/b,c\.jpg went while it was exported"):
            format_export.write(planned, tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_without_the_package_it_is_said_before_anything_is_written(
    odd: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "lance" else real(name))
    with pytest.raises(InputError, match=r"sceneloop\[lance\]"):
        format_export.plan(odd, "lance", Choice())
    (tmp_path / "images.lance").mkdir()
    with pytest.raises(InputError, match=r"sceneloop\[lance\]"):
        format_import.import_labels(odd, "lance", tmp_path, actor="bob")


def test_images_inside_its_files_cannot_be_linked(odd: Workspace) -> None:
    with pytest.raises(InputError, match="cannot be linked"):
        format_export.plan(odd, "lance", Choice(images=Images.LINK))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": ["none.png"]}, "has no column `file` and no column `labels`"),
        ({"file": ["none.png"], "labels": ["nature"]}, "row 1: `labels` has to be a list"),
        ({"file": ["none.png", None], "labels": [[], []]}, "row 2: `file` has to be a text"),
        ({"file": ["none.png"], "labels": [[{"facet": "scene"}]]}, "row 1, label 1: `class` is missing"),
        ({"file": ["none.png"], "labels": [[{"class": "nowhere"}]]}, "row 1, label 1: .*nowhere"),
    ],
)
def test_a_broken_dataset_names_the_row(odd: Workspace, tmp_path: Path, table: dict[str, object], message: str) -> None:
    lance.write_dataset(pa.table(table), tmp_path / "x.lance")
    with pytest.raises(InputError, match=message) as raised:
        format_import.import_labels(odd, "lance", tmp_path / "x.lance", actor="bob")
    assert "Nothing was imported" in str(raised.value)


def test_what_is_no_dataset_is_refused(odd: Workspace, tmp_path: Path) -> None:
    (tmp_path / "x.lance").mkdir()
    (tmp_path / "y.lance").write_text("no folder")
    for name in ("x.lance", "y.lance", "z.lance"):
        with pytest.raises(InputError, match=rf"{name[0]}\.lance .*Nothing was imported"):
            format_import.import_labels(odd, "lance", tmp_path / name, actor="bob")
