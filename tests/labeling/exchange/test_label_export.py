"""Exports say what they wrote, are whole or not there, and are read back as the same labels of the same items."""

from __future__ import annotations

import csv
import itertools
import os
import shutil
import tracemalloc
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import pytest
from PIL import Image

from embedding.ingest import adding, encoder_change
from errors import InputError, StoreError
from labeling.exchange import label_export, label_import
from labeling.review import history
from store import workspace
from store.items import file_names, items
from store.items.file_names import Names
from store.ledger import label_rows, labels
from store.ledger.events import NO_CLASS, Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace

SPLITS = ("train", "val", "test")
SHADES = iter(range(1, 10_000))


def paint(path: Path) -> Path:
    """A picture unlike any other here."""
    shade = next(SHADES)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (24, 16), (shade % 251, shade // 251 * 9 % 256, 77)).save(path)
    return path


@pytest.fixture
def ready(tmp_path: Path) -> Workspace:
    pictures = workspace.create(tmp_path / "w")
    encoder_change.change_encoder(pictures, "built-in")
    with pictures.engine.begin() as connection:
        for name in ("cat", "dog"):
            taxonomy.add(connection, name)
    yield pictures
    pictures.engine.dispose()


@pytest.fixture
def twins(ready: Workspace, tmp_path: Path) -> Workspace:
    """Three folders of cat/000.jpg and cat/001.jpg, added one after the other; the pictures of each folder have a class."""
    for split in SPLITS:
        for name in ("000.png", "001.png"):
            paint(tmp_path / "twins" / split / "cat" / name)
        adding.add(ready, [tmp_path / "twins" / split])
    return ready


def label(target: Workspace, classes: dict[int, str]) -> None:
    with target.engine.begin() as connection:
        tree = taxonomy.categories(connection)
        changes = [Change(number, taxonomy.by_name(tree, name).id) for number, name in classes.items()]
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), changes)


def standing(target: Workspace) -> dict[int, str]:
    frame = label_export.label_frame(target)
    return dict(zip(frame["item"].tolist(), frame["class"].tolist(), strict=True))


def paths(target: Workspace) -> dict[str, int]:
    with target.read() as connection:
        return {row.path: row.id for row in items.labelable(connection)}


def written(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def clear(target: Workspace) -> None:
    with target.engine.begin() as connection:
        tree = taxonomy.categories(connection)
        numbers = {name: taxonomy.by_name(tree, name).id for name in standing(target).values()}
        ann = actors.id_of(connection, "Ann")
        wanted = [Change(item, numbers[name], "clear") for item, name in standing(target).items()]
        labels.write(connection, Batch(ann, "human"), wanted)
    assert standing(target) == {}


def test_a_name_of_several_items_labels_none_and_is_reported(twins: Workspace, tmp_path: Path) -> None:
    rows = written(
        tmp_path / "l.csv",
        ("file", "class"), ("cat/000.png", "cat"), ("val/cat/000.png", "dog"), ("gone.png", "cat"), ("001.png", "cat"),
    )  # fmt: skip
    done = label_import.label_csv(twins, rows, actor="Ann")
    assert done.labelled == 1
    assert done.unmatched == ["line 4: gone.png"]
    assert [row.partition(" could be ")[0] for row in done.ambiguous] == ["line 2: cat/000.png", "line 5: 001.png"]
    assert "train/cat/000.png or val/cat/000.png or test/cat/000.png" in done.ambiguous[0]
    assert standing(twins) == {paths(twins)[str(tmp_path / "twins/val/cat/000.png")]: "dog"}


def test_every_reader_of_a_file_column_follows_the_same_rule(twins: Workspace, tmp_path: Path) -> None:
    described = label_import.meta_csv(
        twins,
        written(
            tmp_path / "m.csv", ("file", "city"), ("cat/000.png", "Ulm"), ("train/cat/000.png", "Bonn"), ("x", "Y")
        ),
    )
    assert (described.items, described.unmatched, len(described.ambiguous)) == (1, ["line 4: x"], 1)
    answers = written(tmp_path / "a.csv", ("file", "class"), ("cat/000.png", "cat"))
    with pytest.raises(InputError, match=r"could be train/cat/000\.png or val/cat/000\.png .*Nothing was accepted"):
        label_import.read_answers(twins, answers)
    with pytest.raises(InputError, match=r"could be train/cat/000\.png or"):
        history.history_of(twins, "cat/000.png")
    assert history.history_of(twins, "test/cat/001.png") == {"events": []}


def test_two_rows_of_one_item_that_differ_are_reported(twins: Workspace, tmp_path: Path) -> None:
    rows = [("file", "city"), ("train/cat/000.png", "Ulm"), (r"train\cat\000.png", "Bonn")]
    assert len(label_import.meta_csv(twins, written(tmp_path / "m.csv", *rows)).conflicts) == 1
    rows = [("file", "class"), ("train/cat/000.png", "cat"), ("./train/cat/000.png", "dog")]
    with pytest.raises(InputError, match="another class in an earlier line"):
        label_import.read_answers(twins, written(tmp_path / "a.csv", *rows))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_export_is_read_back_as_the_same_labels(twins: Workspace, tmp_path: Path, kind: str) -> None:
    label(twins, {number: ("cat", "dog")[k % 2] for k, number in enumerate(paths(twins).values())})
    before, out = standing(twins), tmp_path / f"out.{kind}"
    assert label_export.export(twins, kind, out).labels == 6
    if kind == "parquet":
        pd.read_parquet(out).to_csv(tmp_path / "out.csv", index=False)
    clear(twins)
    done = label_import.label_csv(twins, tmp_path / "out.csv", actor="Ann")
    assert (done.labelled, done.unmatched, done.ambiguous, done.conflicts) == (6, [], [], [])
    assert standing(twins) == before


@pytest.mark.parametrize(
    "formula", ["=1+1.png", "+a.png", "-2.png", "@x.png", "'=q.png", "＝w.png", " a.png", 'q",\n.png']
)
def test_strange_names_are_read_back(ready: Workspace, tmp_path: Path, formula: str) -> None:
    paint(tmp_path / "in" / formula)
    adding.add(ready, [tmp_path / "in"])
    [number] = paths(ready).values()
    label(ready, {number: "cat"})
    label_export.export(ready, "csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        assert not [row["file"] for row in csv.DictReader(file) if row["file"][0] in "=+-@＝"]
    clear(ready)
    assert label_import.label_csv(ready, tmp_path / "out.csv", actor="Ann").labelled == 1
    assert standing(ready) == {number: "cat"}


def test_folders_hold_what_is_counted_under_names_that_stay(twins: Workspace, tmp_path: Path) -> None:
    label(twins, dict.fromkeys(paths(twins).values(), "cat"))
    gone, changed = tmp_path / "twins/val/cat/000.png", tmp_path / "twins/val/cat/001.png"
    gone.unlink()
    paint(changed)
    out = tmp_path / "out"
    done = label_export.export(twins, "folders", out)
    result = {str(path.relative_to(out)) for path in out.rglob("*.png")}
    assert done == label_export.Exported(4, ["val/cat/000.png"], ["val/cat/001.png"], [])
    assert result == {f"cat/{split}_cat_00{k}.png" for split in ("train", "test") for k in (0, 1)}
    for _ in range(2):
        label_export.export(twins, "folders", out)
        assert {str(path.relative_to(out)) for path in out.rglob("*.png")} == result
    assert sorted(os.listdir(out)) == ["cat", "manifest.csv"]
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_the_manifest_brings_the_labels_back(twins: Workspace, tmp_path: Path) -> None:
    label(twins, {number: ("cat", "dog")[k % 2] for k, number in enumerate(paths(twins).values())})
    before = standing(twins)
    label_export.export(twins, "folders", tmp_path / "out")
    clear(twins)
    assert label_import.label_csv(twins, tmp_path / "out" / "manifest.csv", actor="Ann").labelled == 6
    assert standing(twins) == before


def test_a_manifest_names_pictures_by_their_bytes(ready: Workspace, tmp_path: Path) -> None:
    """In the export a picture lies under the name that another had before."""
    cat, dog = paint(tmp_path / "in/cat/000.png"), paint(tmp_path / "in/dog/000.png")
    adding.add(ready, [tmp_path / "in"])
    label(ready, {paths(ready)[str(cat)]: "dog", paths(ready)[str(dog)]: "cat"})
    label_export.export(ready, "folders", tmp_path / "out")
    clear(ready)
    elsewhere = workspace.create(tmp_path / "elsewhere")
    encoder_change.change_encoder(elsewhere, "built-in")
    with elsewhere.engine.begin() as connection:
        for name in ("cat", "dog"):
            taxonomy.add(connection, name)
    adding.add(elsewhere, [tmp_path / "out"])
    for target in (ready, elsewhere):
        done = label_import.label_csv(target, tmp_path / "out/manifest.csv", actor="Ann")
        assert (done.labelled, done.unmatched) == (2, [])
    assert standing(ready) == {paths(ready)[str(cat)]: "dog", paths(ready)[str(dog)]: "cat"}
    for path, number in paths(elsewhere).items():
        assert standing(elsewhere)[number] == Path(path).parent.name
    elsewhere.engine.dispose()


def test_a_digest_that_nothing_has_matches_nothing(twins: Workspace, tmp_path: Path) -> None:
    name = next(iter(paths(twins)))
    for digest, labelled in (("0" * 64, 0), ("", 1), ("no digest", 1)):
        file = written(tmp_path / "labels.csv", ("file", "class", "sha256"), (name, "cat", digest))
        assert label_import.label_csv(twins, file, actor="Ann").labelled == labelled


def test_names_are_apart_where_case_and_accents_are_not_told_apart(ready: Workspace, tmp_path: Path) -> None:
    names = [
        "A.png",
        "a.png",
        "b/é.png",
        "b/e\u0301.png",
        "c/a.png",
        "c_a.png",
        "c/d/" + "x" * 240 + ".png",
        "CON.png",
        "x?.png",
        "e\U0001f600.png",
    ]
    for name in names:
        paint(tmp_path / "in" / name)
    adding.add(ready, [tmp_path / "in"])
    label(ready, dict.fromkeys(paths(ready).values(), "cat"))
    done = label_export.export(ready, "folders", tmp_path / "out")
    result = [path.name for path in (tmp_path / "out" / "cat").iterdir()]
    assert done.labels == len(result) == len(names)
    folded = {name.casefold().encode() for name in result}
    assert len(folded) == len(names)
    assert "CON.png" not in result
    assert not [name for name in result if "?" in name or len(name.encode()) > 255]


def test_a_replaced_picture_never_leaves_under_the_old_label(ready: Workspace, tmp_path: Path) -> None:
    path = paint(tmp_path / "in" / "a.png")
    old_bytes = path.read_bytes()
    adding.add(ready, [path])
    label(ready, {paths(ready)[str(path)]: "cat"})
    paint(path)
    assert label_export.export(ready, "folders", tmp_path / "one") == label_export.Exported(0, [], ["a.png"], [])
    assert adding.add(ready, [path]).changed == [str(path)]
    [(old, _)] = standing(ready).items()
    label_export.export(ready, "csv", tmp_path / "out.csv")
    label_export.export(ready, "folders", tmp_path / "one")
    assert not list((tmp_path / "one").rglob("*.png"))
    clear(ready)
    assert label_import.label_csv(ready, tmp_path / "out.csv", actor="Ann").labelled == 1
    assert standing(ready) == {old: "cat"}, "the old picture's record, not what lies there now"
    path.write_bytes(old_bytes)
    adding.add(ready, [path])
    assert label_export.export(ready, "folders", tmp_path / "one").labels == 1
    assert next((tmp_path / "one").rglob("*.png")).read_bytes() == old_bytes


def test_a_folder_of_something_else_is_left_alone(twins: Workspace, tmp_path: Path) -> None:
    label(twins, dict.fromkeys(paths(twins).values(), "cat"))
    out = tmp_path / "out"
    (out / "mine").mkdir(parents=True)
    own = written(out / "mine" / "notes.csv", ("a", "b"))
    with pytest.raises(InputError, match="no export of images made"):
        label_export.export(twins, "folders", out)
    own.unlink()
    assert label_export.export(twins, "folders", out).labels == 6
    Image.new("RGB", (9, 9)).save(out / "cat" / "train_cat_000.png")
    with pytest.raises(InputError, match=r"train_cat_000\.png"):
        label_export.export(twins, "folders", out)
    with pytest.raises(InputError, match="is a file"):
        label_export.export(twins, "folders", tmp_path / "out" / "manifest.csv")


@pytest.mark.parametrize("kind", ["csv", "parquet", "folders"])
def test_a_full_disk_leaves_the_old_export_or_nothing(
    twins: Workspace, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(twins, dict.fromkeys(paths(twins).values(), "cat"))
    place = tmp_path / "exports"
    label_export.export(twins, kind, place / "kept")
    before = {str(p): p.read_bytes() for p in place.rglob("*") if p.is_file()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    monkeypatch.setattr(os, "fsync", full)
    for name in ("kept", "new"):
        with pytest.raises(StoreError, match="No space left"):
            label_export.export(twins, kind, place / name)
    assert {str(p): p.read_bytes() for p in place.rglob("*") if p.is_file()} == before
    assert os.listdir(place) == ["kept"]


def test_a_table_has_the_bytes_that_pandas_writes(twins: Workspace, tmp_path: Path) -> None:
    label(twins, {number: ("cat", "dog")[k % 2] for k, number in enumerate(paths(twins).values())})
    with twins.engine.begin() as connection:
        unlabelled = next(row.id for row in items.labelable(connection))
        cat = taxonomy.by_name(taxonomy.categories(connection), "cat").id
        proposal = Batch(actors.id_of(connection, "head 1"), "head", kind="machine")
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), [Change(unlabelled, cat, "clear")])
        labels.write(connection, proposal, [Change(unlabelled, cat, confidence=0.25)])
    frame = label_export.label_frame(twins).drop(columns="item")
    assert frame["confidence"].notna().sum() == 1
    label_export.export(twins, "parquet", tmp_path / "l.parquet")
    frame.to_parquet(tmp_path / "whole.parquet", index=False)
    assert (tmp_path / "l.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    label_export.export(twins, "csv", tmp_path / "l.csv")
    frame.to_csv(tmp_path / "whole.csv", index=False, lineterminator="\n")
    assert (tmp_path / "l.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_what_is_not_labelled_is_an_empty_table(ready: Workspace, tmp_path: Path) -> None:
    assert label_export.export(ready, "parquet", tmp_path / "l.parquet").labels == 0
    assert list(pd.read_parquet(tmp_path / "l.parquet").columns) == list(label_export.COLUMNS)
    assert label_export.export(ready, "csv", tmp_path / "l.csv").labels == 0
    assert (tmp_path / "l.csv").read_text() == ",".join(label_export.COLUMNS) + "\n"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_memory_does_not_grow_with_the_rows(
    ready: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Half of the items share their names with another one, so that longer names are looked for."""
    monkeypatch.setattr(label_export, "ROW_GROUP", 500)
    monkeypatch.setattr(label_rows, "BATCH", 250)
    monkeypatch.setattr(file_names, "BATCH", 250)
    peaks = []
    for count in (1_500, 6_000, 6_000):  # what is loaded once is loaded by the first
        with ready.engine.begin() as connection:
            start = sum(items.count(connection).values())
            cat = taxonomy.by_name(taxonomy.categories(connection), "cat").id
            places = [
                (f"{k // 100}/{k:06d}.png", f"/{k % 2}/{k // 100}/{k:06d}.png") for k in range(start, start + count)
            ]
            places[::2] = [(f"{k // 2}.png", f"/{k % 4}/{k // 2}.png") for k in range(start, start + count, 2)]
            new = [
                items.NewItem("image", path, name, sha256=f"{start + k:064x}") for k, (name, path) in enumerate(places)
            ]
            changes = [Change(number, cat) for number in items.add(connection, new)]
            labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), changes)
        tracemalloc.start()
        assert label_export.export(ready, kind, tmp_path / "out").labels == start + count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] - peaks[1] < 60 * 6_000, "a row that is held takes some hundreds of bytes"
    if kind == "parquet":
        groups = pyarrow.parquet.ParquetFile(tmp_path / "out").metadata
        assert {groups.row_group(k).num_rows for k in range(groups.num_row_groups)} == {500}


def test_long_groups_keep_apart(twins: Workspace, tmp_path: Path) -> None:
    numbers = list(paths(twins).values())
    with twins.read() as connection:
        names = Names(connection)
        files = [names.handle(number) for number in numbers]
    stem = "https://example.org/collections/2024/07/a-very-long-name-of-a-source/"
    rows = [(file, f"{stem}{k // 2}") for k, file in enumerate(files)]
    label_import.meta_csv(twins, written(tmp_path / "g.csv", ("file", "group"), *rows))
    with twins.read() as connection:
        keys = {row.id: row.group_key for row in items.labelable(connection)}
    assert [keys[a] == keys[b] for a, b in itertools.pairwise(numbers)] == [True, False, True, False, True]
    assert all(len(key) <= 64 for key in keys.values())
    assert items.named_group("short") == "meta:short"
    long = ["é" * 60, "é" * 61, "x" * 59, "x" * 60, "x" * 300, "😀" * 70]
    assert len({items.named_group(name) for name in long}) == len(long)
    assert max(len(items.named_group(name)) for name in long) == 64


def test_class_names_have_one_form_and_slashes_can_be_written(ready: Workspace, tmp_path: Path) -> None:
    with ready.engine.begin() as connection:
        both = taxonomy.add(connection, "and")
        under = taxonomy.add(connection, "or", parent_id=both)
        slash = taxonomy.add(connection, "and/or")
        accent = taxonomy.add(connection, "cafe\u0301\u00a0bar")
        free = taxonomy.add(connection, "on/off", parent_id=both)
        tree = taxonomy.categories(connection)
        assert taxonomy.by_name(tree, "and/or").id == under
        assert taxonomy.by_name(tree, "and//or").id == slash
        assert {taxonomy.by_name(tree, name).id for name in ("on/off", "on//off", "and/on//off")} == {free}
        for name in ("caf\u00e9 bar", "cafe\u0301 bar", " caf\u00e9\u00a0bar ", "caf\u00e9 \t bar"):
            assert taxonomy.by_name(tree, name).id == accent
        with pytest.raises(InputError, match="already exists"):
            taxonomy.add(connection, "caf\u00e9 bar")
        with pytest.raises(InputError, match="slash"):
            taxonomy.add(connection, "either/")
    pictures = [paint(tmp_path / "in" / f"{k}.png") for k in range(4)]
    adding.add(ready, [tmp_path / "in"])
    wanted = dict(
        zip(
            [paths(ready)[str(path)] for path in pictures],
            ("and/or", "and//or", "caf\u00e9 bar", "on/off"),
            strict=True,
        )
    )
    label(ready, wanted)
    before = standing(ready)
    assert list(before.values()) == ["on/off", "caf\u00e9 bar", "and//or", "or"][::-1]
    label_export.export(ready, "csv", tmp_path / "out.csv")
    clear(ready)
    label_import.label_csv(ready, tmp_path / "out.csv", actor="Ann")
    assert standing(ready) == before


def test_folder_names_that_several_categories_have(ready: Workspace, tmp_path: Path) -> None:
    with ready.engine.begin() as connection:
        tops = [taxonomy.add(connection, name) for name in ("outside", "game")]
        forests = [taxonomy.add(connection, "forest", parent_id=top) for top in tops]
    files = [paint(tmp_path / "in" / place / "a.png") for place in ("outside/forest", "game/forest", "forest")]
    adding.add(ready, [tmp_path / "in"])
    assert label_import.label_folders(ready, [tmp_path / "in"], actor="Ann") == 2
    with ready.read() as connection:
        tree = {category.path: category.id for category in taxonomy.categories(connection)}
    assert [tree[name] for name in ("outside/forest", "game/forest")] == forests
    assert standing(ready) == {
        paths(ready)[str(files[k])]: f"{top}/forest" for k, top in enumerate(("outside", "game"))
    }


def none_of_these(target: Workspace, ids: list[int]) -> None:
    with target.engine.begin() as connection:
        cat = taxonomy.by_name(taxonomy.categories(connection), "cat").id
        changes = [Change(number, cat, "unsure", reason=NO_CLASS) for number in ids]
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), changes)


@pytest.mark.parametrize("negatives", [False, True])
def test_none_of_these_leaves_in_each_table_and_comes_back(twins: Workspace, tmp_path: Path, negatives: bool) -> None:
    ids = sorted(paths(twins).values())
    label(twins, {ids[0]: "cat", ids[1]: "dog"})
    none_of_these(twins, ids[2:4])
    with twins.engine.begin() as connection:
        dog = taxonomy.by_name(taxonomy.categories(connection), "dog").id
        doubt = [Change(ids[4], dog, "unsure", reason="Cannot be made out")]
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), doubt)
    wanted = {ids[0]: "cat", ids[1]: "dog", ids[2]: "none of these", ids[3]: "none of these"}
    assert standing(twins) == wanted
    label_export.export(twins, "csv", tmp_path / "l.csv", negatives=negatives)
    label_export.export(twins, "parquet", tmp_path / "l.parquet", negatives=negatives)
    assert sorted(pd.read_parquet(tmp_path / "l.parquet")["class"]) == sorted(wanted.values())
    with twins.engine.begin() as connection:
        cat = taxonomy.by_name(taxonomy.categories(connection), "cat").id
        gone = [
            Change(ids[0], cat, "clear"),
            Change(ids[1], dog, "clear"),
            *(Change(n, cat, "clear") for n in ids[2:4]),
        ]
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), gone)
    assert standing(twins) == {}
    done = label_import.label_csv(twins, tmp_path / "l.csv", source="import", actor="Ann")
    assert (done.labelled, done.conflicts) == (4, [])
    assert standing(twins) == wanted


def test_none_of_these_has_a_folder_of_its_own_that_is_read_back(twins: Workspace, tmp_path: Path) -> None:
    ids = sorted(paths(twins).values())
    none_of_these(twins, ids[:2])
    label_export.export(twins, "folders", tmp_path / "out")
    assert sorted(path.parent.name for path in (tmp_path / "out").rglob("*.png")) == ["none of these"] * 2
    other = workspace.create(tmp_path / "other")
    encoder_change.change_encoder(other, "built-in")
    with other.engine.begin() as connection:
        taxonomy.add(connection, "cat")
    adding.add(other, [tmp_path / "out"])
    assert label_import.label_folders(other, [tmp_path / "out"], actor="Ann") == 2
    assert list(standing(other).values()) == ["none of these"] * 2
    other.engine.dispose()


def test_none_of_these_beside_a_class_is_refused_by_its_line(twins: Workspace, tmp_path: Path) -> None:
    file = written(
        tmp_path / "l.csv", ("file", "class"), ("train/cat/000.png", "cat"), ("train/cat/000.png", "None of these")
    )
    done = label_import.label_csv(twins, file, actor="Ann")
    assert done.conflicts == ["line 3: train/cat/000.png was labelled in line 2 already"]
    negated = written(tmp_path / "n.csv", ("file", "class", "value"), ("val/cat/000.png", "none of these", "no"))
    with pytest.raises(InputError, match="takes no value"):
        label_import.label_csv(twins, negated, actor="Ann")
