"""Labels of whole videos: one batch of imports that can be undone, a report by row, and nothing of it among the pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.exchange import label_export, label_import, video_labels
from labeling.exchange.video_labels import VideosLabelled
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store.items import items
from store.items.items import NewItem
from store.ledger import event_reader, label_rows, labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.team import actors
from store.workspace import Workspace
from training.heads import facets

CLASSES = "dog\t0\nsport/football\t1\nsport/tennis\t2\nand//or\t3\ndog\t4\n\n"


@pytest.fixture
def films(empty: Workspace, tmp_path: Path) -> Workspace:
    """Four videos and a picture, and a facet of five classes for the videos."""
    with empty.engine.begin() as connection:
        add_videos(connection)
        items.add(connection, [NewItem("image", "/p/a.mp4", "a.jpg", sha256="e" * 64)])
    (tmp_path / "class.txt").write_text(CLASSES)
    assert video_labels.add_classes(empty, tmp_path / "class.txt") == 5
    return empty


def add_videos(connection: Connection) -> list[int]:
    names = [f"{name}.mp4" for name in "abcd"]
    return items.add(connection, [NewItem("video", f"/v/{name}", name, sha256=name.ljust(64, "0")) for name in names])


def label(workspace: Workspace, folder: Path, rows: str, header: str = "file,class") -> VideosLabelled:
    (folder / "labels.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    return label_csv(workspace, folder / "labels.csv", actor="ann")


def label_csv(workspace: Workspace, path: Path, *, facet: str | None = None, actor: str) -> VideosLabelled:
    return video_labels.write(workspace, video_labels.read_rows(path), facet=facet, actor=actor, note=path.name)


def standing(workspace: Workspace) -> dict[tuple[str, str], str]:
    with workspace.read() as connection:
        tree = {one.id: one.path for one in taxonomy.categories(connection, subject=VIDEO)}
        rows = label_rows.by_item_name(connection, ("yes", "no"))
        names = {number: row.name for number, row in items.get_many(connection, [row.item_id for row in rows]).items()}
    return {(names[row.item_id], tree[row.category_id]): row.value for row in rows if row.category_id in tree}


def test_classes_keep_their_order_and_levels(films: Workspace) -> None:
    with films.read() as connection:
        [facet] = taxonomy.facets(connection, VIDEO)
        paths = [one.path for one in taxonomy.categories(connection, subject=VIDEO)]
    assert (facet.name, facet.exclusive) == ("tags", False)
    assert paths == ["dog", "sport", "sport/football", "sport/tennis", "and//or"]


def test_rows_that_do_not_fit_are_reported_one_by_one(films: Workspace, tmp_path: Path) -> None:
    done = label(
        films, tmp_path,
        "a.mp4,dog,\na.mp4,football,yes\nb.mp4,dog,no\nx.mp4,dog,\nc.mp4,cat,\na.mp4,dog,\nb.mp4,dog,yes\na.jpg,dog,\n",
        header="file,class,value",
    )  # fmt: skip
    assert done.labelled == 3
    assert done.unmatched == ["line 5: x.mp4", "line 9: a.jpg"]
    assert done.unknown_classes == ["line 6: c.mp4: cat"]
    assert done.conflicts == ["line 8: b.mp4: labelled in line 4 already"]
    assert standing(films) == {
        ("a.mp4", "dog"): "yes", ("a.mp4", "sport/football"): "yes", ("b.mp4", "dog"): "no",
    }  # fmt: skip


def test_one_batch_of_imports_is_undone_at_once_and_history_names_the_class(films: Workspace, tmp_path: Path) -> None:
    done = label(films, tmp_path, "a.mp4,dog\nb.mp4,dog\n")
    with films.read() as connection:
        [batch] = event_reader.batches(connection)
    assert (batch.id, batch.source, batch.labels) == (done.batch, "import", 2)
    assert done.batch is not None
    assert decisions.undo_batch(films, "ann", done.batch).reverted == 2
    assert standing(films) == {}


def test_what_a_person_said_stays(films: Workspace, tmp_path: Path) -> None:
    with films.engine.begin() as connection:
        [dog] = [one.id for one in taxonomy.categories(connection, subject=VIDEO) if one.name == "dog"]
        video = items.videos(connection)[-1].id
        labels.write(connection, Batch(actors.id_of(connection, "bob"), "human", "label"), [Change(video, dog, "no")])
    done = label(films, tmp_path, "a.mp4,dog\n")
    assert (done.labelled, done.conflicts) == (0, ["line 2: a.mp4: a person has labelled it already"])
    assert standing(films) == {("a.mp4", "dog"): "no"}


def test_an_exclusive_facet_takes_one_answer(films: Workspace, tmp_path: Path) -> None:
    (tmp_path / "kinds.txt").write_text("news\nfilm\n")
    video_labels.add_classes(films, tmp_path / "kinds.txt", "kind", exclusive=True)
    (tmp_path / "labels.csv").write_text("file,class\na.mp4,news\na.mp4,film\nb.mp4,film\n")
    with pytest.raises(InputError, match="Name one facet"):
        label_csv(films, tmp_path / "labels.csv", actor="ann")
    done = label_csv(films, tmp_path / "labels.csv", facet="kind", actor="ann")
    assert (done.labelled, done.conflicts) == (2, ["line 3: a.mp4: labelled in line 2 already"])


def test_a_bad_class_adds_none(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "class.txt").write_text("dog\na\u200bb\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        video_labels.add_classes(empty, tmp_path / "class.txt")
    with empty.read() as connection:
        assert taxonomy.facets(connection, None) == []


def test_labels_of_videos_are_not_among_those_of_pictures(root: Path, tmp_path: Path) -> None:
    """Statistics, board, tags, facets to train, taxonomy file and export are the same before and after."""
    from store import workspace

    opened = workspace.open_workspace(root / "demo")
    before = of_pictures(opened, tmp_path)
    with opened.engine.begin() as connection:
        add_videos(connection)
    (tmp_path / "class.txt").write_text(CLASSES)
    video_labels.add_classes(opened, tmp_path / "class.txt")
    (tmp_path / "kinds.txt").write_text("news\nfilm\n")
    video_labels.add_classes(opened, tmp_path / "kinds.txt", "kind", exclusive=True)
    assert video_labels.write(
        opened, [video_labels.RowLabel(2, "a.mp4", "news")], facet="kind", actor="ann", note=""
    ).labelled == 1  # fmt: skip
    assert video_labels.write(
        opened, [video_labels.RowLabel(2, "a.mp4", "dog")], facet="tags", actor="ann", note=""
    ).labelled == 1  # fmt: skip
    assert of_pictures(opened, tmp_path) == before
    (tmp_path / "pictures.csv").write_text("file,class\na.mp4,dog\n")
    with pytest.raises(InputError, match="no category 'dog'"):
        label_import.label_csv(opened, tmp_path / "pictures.csv", actor="ann")
    opened.engine.dispose()


def of_pictures(opened: Workspace, folder: Path) -> dict[str, object]:
    snapshot = Snapshot(opened)
    board = snapshot.labels.board()
    with opened.read() as connection:
        states = event_reader.mean_state(connection)
    label_export.export(opened, "csv", folder / "out.csv", negatives=True)
    return {
        "items": snapshot.ids.tolist(), "board": len(board), "labelled": int(np.sum(board.category > 0)), "states": states,
        "tree": [(one.path, one.key) for one in snapshot.categories.tree], "main": snapshot.categories.facet_id(),
        "open": [facet.name for facet in answers.facets(snapshot)], "train": [f.name for f in facets.trainable(snapshot)],
        "file": taxonomy_file.show_prompts(opened), "export": (folder / "out.csv").read_text(),
    }  # fmt: skip
