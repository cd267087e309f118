"""A workspace that was moved, and a program that was: what lies in either is still there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

import sample_data
from embedding.ingest import adding, encoder_change
from maintenance import demo
from settings import ROOT
from store import relocation
from store.database import schema, sqlite
from store.items import originals
from store.items.originals import State
from store.workspace import Workspace, change_settings, create, open_workspace, project_settings


@pytest.fixture
def uploaded(tmp_path: Path) -> Path:
    """A closed workspace with two uploads, one in two places, one picture from elsewhere, and a file that cannot be used."""
    source = create(tmp_path / "here" / "mine")
    elsewhere = tmp_path / "elsewhere.png"
    for k, path in enumerate((source.folder("uploads") / "1/a.png", source.folder("uploads") / "2/b.png", elsewhere)):
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (40 + k, 30), (90 * k, 20, 20)).save(path)
    shutil.copy(source.folder("uploads") / "1/a.png", source.folder("uploads") / "2/c.png")
    (source.folder("uploads") / "bad.png").write_bytes(b"no picture")
    encoder_change.change_encoder(source, "built-in")
    adding.add(source, [source.folder("uploads"), elsewhere])
    source.engine.dispose()
    return source.path


def texts(opened: Workspace, column: object) -> set[str]:
    with opened.read() as connection:
        return set(connection.execute(select(column)).scalars())


def states(opened: Workspace) -> list[State]:
    with opened.read() as connection:
        return [originals.of_row(row) for row in connection.execute(select(schema.item)).all()]


def forget(path: Path) -> None:
    """As a version wrote it that noted no places."""
    opened = open_workspace(path)
    with opened.engine.begin() as connection:
        change_settings(connection, detector="shots", **{relocation.NOTE: None})
    opened.engine.dispose()


@pytest.mark.parametrize("noted", [True, False])
def test_uploads_follow_the_folder(uploaded: Path, tmp_path: Path, noted: bool) -> None:
    if not noted:
        forget(uploaded)
    moved = Path(shutil.move(uploaded, tmp_path / "that's 100% new"))
    opened = open_workspace(moved)
    assert states(opened) == [State.INTACT] * 3
    for column in (schema.item.c.path, schema.quarantine.c.path):
        assert not any(path.startswith(str(uploaded)) for path in texts(opened, column))
    assert str(tmp_path / "elsewhere.png") in texts(opened, schema.item.c.path)
    assert str(moved / "uploads/2/c.png") in texts(opened, schema.alias.c.name)
    with opened.read() as connection:
        assert project_settings(connection)[relocation.NOTE] == {"workspace": str(moved), "program": str(ROOT)}
        assert ("detector" in project_settings(connection)) != noted
    opened.engine.dispose()


def test_a_copy_has_uploads_of_its_own(uploaded: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(uploaded, tmp_path / "copy"))
    opened = open_workspace(copy)
    assert {Path(path).parents[2] for path in texts(opened, schema.item.c.path) if "/uploads/" in path} == {copy}
    opened.engine.dispose()


@pytest.mark.parametrize("noted", [True, False])
def test_what_was_left_behind_is_found_where_it_lies(uploaded: Path, tmp_path: Path, noted: bool) -> None:
    if not noted:
        forget(uploaded)
    before = open_workspace(uploaded)
    paths = texts(before, schema.item.c.path)
    before.engine.dispose()
    copy = Path(shutil.copytree(uploaded, tmp_path / "copy", ignore=shutil.ignore_patterns("b.png")))
    opened = open_workspace(copy)
    assert texts(opened, schema.item.c.path) == paths
    assert states(opened) == [State.INTACT] * 3
    opened.engine.dispose()


def test_uploads_of_a_folder_of_that_name_are_not_taken_for_ours(uploaded: Path, tmp_path: Path) -> None:
    forget(uploaded)
    shutil.rmtree(uploaded / "uploads/1")
    other = tmp_path / "photos/uploads/1/a.png"
    other.parent.mkdir(parents=True)
    Image.new("RGB", (9, 9)).save(other)
    opened = open_workspace(uploaded)
    with opened.engine.begin() as connection:
        change = update(schema.item).where(schema.item.c.path.endswith("1/a.png"))
        connection.execute(change.values(path=str(other), bytes=other.stat().st_size))
    opened.engine.dispose()
    forget(uploaded)
    opened = open_workspace(uploaded)
    assert str(other) in texts(opened, schema.item.c.path)
    opened.engine.dispose()


@pytest.mark.parametrize("noted", [True, False])
def test_one_that_cannot_be_written_is_read_with_the_new_paths(
    uploaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    if not noted:
        forget(uploaded)
    moved = Path(shutil.move(uploaded, tmp_path / "that's new"))
    before = (moved / "sceneloop.db").read_bytes()
    monkeypatch.setattr(sqlite, "_may_write", lambda path: False)
    opened = open_workspace(moved)
    assert opened.sealed
    assert states(opened) == [State.INTACT] * 3
    opened.engine.dispose()
    assert (moved / "sceneloop.db").read_bytes() == before


@pytest.mark.parametrize("noted", [True, False])
def test_the_demo_finds_its_pictures_in_a_program_that_was_moved(
    demo_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    if not noted:
        forget(demo_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sample_data").symlink_to(sample_data.HERE)
    monkeypatch.setattr(relocation, "ROOT", tmp_path / "site")
    opened = open_workspace(demo_path)
    for _ in range(2):
        assert {Path(path).parts[: len(tmp_path.parts) + 1] for path in texts(opened, schema.item.c.path)} == {
            (tmp_path / "site").parts
        }
        assert set(states(opened)) == {State.INTACT}
        demo.reset(opened, keep=False)  # the kept copy names the program of then
    opened.engine.dispose()
