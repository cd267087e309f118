"""What is said and kept when a file is replaced under its name, moved, or lies in two places."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from embedding.ingest import adding, encoder_change
from errors import InputError
from store.items import items, media, originals
from store.items.originals import State
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace


def paint(path: Path, colour: str, *, like: Path | None = None) -> Path:
    """A picture of one colour; with the time of another file where one is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (80, 60), colour).save(path)
    if like is not None:
        there = like.stat()
        os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))
    return path


def rows(target: Workspace) -> list:
    with target.read() as connection:
        return items.labelable(connection)


@pytest.mark.parametrize("kind", ["png", "bmp", "jpg", "webp"])
def test_a_file_replaced_under_its_name_is_said_and_never_given_out(
    ready: Workspace, tmp_path: Path, kind: str
) -> None:
    path = paint(tmp_path / "in" / f"a.{kind}", "red")
    adding.add(ready, [path.parent])
    [old] = rows(ready)
    with ready.engine.begin() as connection:
        cat = taxonomy.add(connection, "cat")
        ann = actors.id_of(connection, "Ann")
        labels.write(connection, Batch(ann, "human"), [Change(old.id, cat)])
    assert media.original(ready, old.id).path == path
    os.utime(path)
    assert media.original(ready, old.id).path == path, "only its time is new"
    paint(path, "blue")  # a BMP keeps its size
    assert originals.state(ready, old.id) is State.CHANGED
    with pytest.raises(InputError, match="was changed since"):
        media.original(ready, old.id)
    report = adding.add(ready, [path.parent])
    assert (report.added, report.duplicates, report.changed) == (1, 0, [str(path)])
    assert report.as_json()["changed"] == [str(path)]
    first, second = rows(ready)
    assert first.id == old.id
    assert first.replaced_at is not None
    assert media.original(ready, second.id).path == path
    with pytest.raises(InputError, match="was changed since"):
        media.original(ready, old.id)
    assert adding.add(ready, [path.parent]).changed == [], "said once"
    assert ready.thumb(old.id).is_file()
    assert Image.open(ready.thumb(old.id)).convert("RGB").getpixel((5, 5))[0] > 200, "the old picture's own"


def test_the_same_size_and_time_hide_no_change_from_adding(ready: Workspace, tmp_path: Path) -> None:
    path = paint(tmp_path / "in" / "a.bmp", "red")
    kept = shutil.copy2(path, tmp_path / "kept.bmp")
    adding.add(ready, [path.parent])
    paint(path, "blue", like=Path(kept))
    assert adding.add(ready, [path.parent]).changed == [str(path)]


def test_old_bytes_that_come_back_are_the_old_item_again(ready: Workspace, tmp_path: Path) -> None:
    path = paint(tmp_path / "in" / "a.png", "red")
    adding.add(ready, [path.parent])
    [old] = rows(ready)
    for colour, report in (("blue", (1, 0)), ("red", (0, 1)), ("blue", (0, 1))):
        paint(path, colour)
        done = adding.add(ready, [path.parent])
        assert (done.added, done.duplicates, done.changed) == (*report, [str(path)])
        there = {row.replaced_at is None: row.id for row in rows(ready)}
        assert (there[True] == old.id) is (colour == "red")
        assert media.original(ready, there[True]).path == path


def test_two_files_that_change_places_keep_their_items(ready: Workspace, tmp_path: Path) -> None:
    a, b = paint(tmp_path / "in" / "a.png", "red"), paint(tmp_path / "in" / "b.png", "blue")
    adding.add(ready, [a.parent])
    before = {row.name: row.id for row in rows(ready)}
    a.rename(tmp_path / "c.png")
    b.rename(a)
    (tmp_path / "c.png").rename(b)
    done = adding.add(ready, [a.parent], options=adding.AddOptions(step=1))
    assert (done.added, done.duplicates) == (0, 2)
    assert {row.name: row.id for row in rows(ready)} == {"a.png": before["b.png"], "b.png": before["a.png"]}
    assert {media.original(ready, row.id).path.name for row in rows(ready)} == {"a.png", "b.png"}


def test_a_replaced_file_with_a_second_place_moves_there(ready: Workspace, tmp_path: Path) -> None:
    path = paint(tmp_path / "in" / "a.png", "red")
    second = Path(shutil.copy(path, tmp_path / "in" / "z.png"))
    adding.add(ready, [path.parent])
    [old] = rows(ready)
    paint(path, "blue")
    assert adding.add(ready, [path]).changed == [str(path)]
    assert media.original(ready, old.id).path == second
    paint(second, "green")
    assert adding.add(ready, [path.parent]).changed == [str(second)]
    assert originals.state(ready, old.id) is State.CHANGED


def test_another_encoder_does_not_take_other_bytes(ready: Workspace, tmp_path: Path, make_model) -> None:
    good, bad = paint(tmp_path / "in" / "a.bmp", "red"), paint(tmp_path / "in" / "b.bmp", "blue")
    adding.add(ready, [good.parent])
    paint(bad, "green")
    done = encoder_change.change_encoder(ready, str(make_model(seed=5)))
    assert done.embedded == 1
    assert [(error.path, error.reason) for error in done.missing] == [(bad, "the file was changed since it was added")]


def test_a_workspace_without_times_trusts_what_is_older_than_the_item(ready: Workspace, tmp_path: Path) -> None:
    path = paint(tmp_path / "in" / "a.bmp", "red")
    adding.add(ready, [path.parent])
    with ready.engine.begin() as connection:
        connection.execute(items.schema.item.update().values(mtime_ns=None))
    [row] = rows(ready)
    assert originals.of_row(row) is State.INTACT
    paint(path, "blue")
    assert originals.of_row(row) is State.CHANGED
    path.unlink()
    assert originals.of_row(row) is State.MISSING
    path.mkdir()
    assert originals.of_row(row) is State.MISSING
