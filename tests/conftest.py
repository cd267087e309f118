"""Shared fixtures: an empty workspace and one with a few items and three classes."""

from __future__ import annotations

import csv
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import objects_served
import pytest
import temporary_postgresql

import sample_data
import settings
from embedding.ingest import adding, encoder_change
from labeling.categories import taxonomy_file
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo
from store import workspace
from store.copies import backup
from store.items import items
from store.project import taxonomy
from store.team import actors, people
from store.workspace import Workspace
from web import resources

SERVED_IMAGES = 30
# Two suites side by side would leave a child that gives way next to nothing. `test_niceness` runs with the default.
os.environ.setdefault("SCENELOOP_NICE", "0")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace without anything in it."""
    fresh = workspace.create(tmp_path / "empty")
    yield fresh
    fresh.engine.dispose()


@dataclass(frozen=True)
class Small:
    """A workspace with items and classes, but no vectors."""

    workspace: Workspace
    items: list[int]
    classes: list[int]
    ann: int
    bob: int
    machine: int


@pytest.fixture
def small(empty: Workspace) -> Small:
    """Twelve items, three exclusive classes, two people."""
    with empty.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(12)]
        ids = items.add(connection, new)
        classes = [taxonomy.add(connection, name) for name in ("nature", "animation_game", "document")]
        ids_of_people = [actors.id_of(connection, name) for name in ("Ann", "Bob", people.MACHINE)]
    return Small(empty, ids, classes, *ids_of_people)


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that the first process of a run fills and the others find filled."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "filled").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
            (folder / "filled").touch()
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    if not temporary_postgresql.available():
        pytest.fail("PostgreSQL is not installed: run scripts/postgresql.sh, or set SCENELOOP_TEST_DATABASE_URL")
    with temporary_postgresql.server() as url:
        yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with temporary_postgresql.database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace as `sceneloop demo` builds it; never write to it, copy it."""
    return once(tmp_path_factory, "whole", lambda folder: demo.build(folder / "demo")) / "demo"


@pytest.fixture
def demo_path(built_demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo workspace."""
    return Path(shutil.copytree(built_demo, tmp_path / "demo"))


@pytest.fixture
def demo_snapshot(demo_path: Path) -> Iterator[Snapshot]:
    """The copy, loaded."""
    opened = workspace.open_workspace(demo_path)
    yield Snapshot(opened)
    opened.engine.dispose()


@pytest.fixture(scope="session")
def truth() -> dict[str, str]:
    """True class of each demo image by file name."""
    with sample_data.truth_file().open(encoding="utf-8") as file:
        return {row["file"]: row["class"] for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty demo images with the built-in model, labelled by zero-shot; never write to it, copy it."""
    return once(tmp_path_factory, "thirty", build_thirty) / "demo"


def build_thirty(folder: Path) -> None:
    pictures = folder / "pictures"
    pictures.mkdir()
    for path in sorted(sample_data.images_folder().iterdir())[:SERVED_IMAGES]:
        shutil.copy(path, pictures / path.name)
    fresh = workspace.create(folder / "demo")
    encoder_change.change_encoder(fresh, "built-in")
    taxonomy_file.set_taxonomy(fresh, taxonomy_file.read_taxonomy(sample_data.taxonomy_file()), actor="setup")
    adding.add(fresh, [pictures])
    pseudo_labels.pseudo_label(Snapshot(fresh), "zero-shot")
    fresh.engine.dispose()


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a copy of that workspace, which the settings name."""
    shutil.copytree(built, tmp_path / "all" / "demo")
    with named(tmp_path / "all", monkeypatch):
        yield tmp_path / "all"


@pytest.fixture
def root_on_postgresql(built: Path, postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same with the workspace's database on a server, which only the workspace's folder names."""
    folder = tmp_path / "all"
    folder.mkdir()
    opened = workspace.open_workspace(Path(shutil.copytree(built, tmp_path / "on sqlite")))
    backup.copy(opened, folder / "demo", database_url=postgresql)
    opened.engine.dispose()
    with named(folder, monkeypatch):
        yield folder


@contextmanager
def named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of workspaces named in the settings."""
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(folder))
    settings.current.cache_clear()
    yield
    resources.close()
    settings.current.cache_clear()


@pytest.fixture(scope="session")
def object_store() -> Iterator[objects_served.ObjectStore]:
    """A store of objects that speaks S3, one for all tests of a process."""
    with objects_served.serving() as store:
        yield store


@pytest.fixture
def bucket(object_store: objects_served.ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A new bucket of it as `s3://NAME`, the only one that the settings name."""
    uri = object_store.bucket()
    known = {"OBJECT_BUCKETS": uri, "S3_ENDPOINT": object_store.address, "S3_KEY": "key", "S3_SECRET": "secret"}
    for name, value in known.items():
        monkeypatch.setenv(f"SCENELOOP_{name}", value)
    settings.current.cache_clear()
    yield uri
    monkeypatch.undo()
    settings.current.cache_clear()
