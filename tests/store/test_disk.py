"""A disk that refuses: said plainly, nothing half-written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from sqlalchemy import event, select

import files
from errors import InputError, ReadOnlyError, StoreError
from store import workspace
from store.database import schema
from store.ledger import labels
from store.ledger.events import Batch, Change


def test_a_full_database_is_said_plainly_and_what_was_committed_is_kept(small) -> None:
    """SQLite's own limit on pages stands for a full disk: the driver answers the same."""
    with small.workspace.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.rollback()

    def limit(raw, _record):
        raw.execute(f"PRAGMA max_page_count = {pages + 4}")

    small.workspace.engine.dispose()
    event.listen(small.workspace.engine, "connect", limit)
    written: list[str] = []

    def fill() -> None:
        for _ in range(100):
            batch = Batch(small.ann, "human")
            with small.workspace.engine.begin() as connection:
                labels.write(connection, batch, [Change(item, small.classes[0]) for item in small.items])
            written.append(batch.id)

    with pytest.raises(StoreError, match="disk is full"):
        fill()
    with small.workspace.read() as connection:
        assert set(connection.execute(select(schema.batch.c.id)).scalars()) == set(written)


def test_a_read_only_database_says_so(small) -> None:
    def forbid(raw, _record):
        raw.execute("PRAGMA query_only = ON")

    small.workspace.engine.dispose()
    event.listen(small.workspace.engine, "connect", forbid)
    with pytest.raises(StoreError, match="read-only"), small.workspace.engine.begin() as connection:
        labels.write(connection, Batch(small.ann, "human"), [Change(small.items[0], small.classes[0])])


def test_a_folder_whose_name_is_not_in_utf_8_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not in UTF-8"):
        workspace.create(Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xe9/ws")))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EROFS, "Make it writable"),
        (errno.EACCES, "Make it writable"),
        (errno.ENOSPC, "Free the disk"),
        (errno.EIO, "Check the disk"),
    ],
)
def test_the_remedy_is_that_of_the_fault(code: int, words: str) -> None:
    assert files.remedy(OSError(code, os.strerror(code))) == words


def test_what_takes_long_says_first_that_nothing_can_be_written(demo_snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    from embedding.ingest import adding, encoder_change
    from training import one_click

    monkeypatch.setattr(workspace.Workspace, "sealed", property(lambda self: True))
    for work in (
        lambda: adding.add(demo_snapshot.workspace, [Path("nowhere")]),
        lambda: encoder_change.change_encoder(demo_snapshot.workspace, "built-in"),
        lambda: one_click.train_facet(demo_snapshot),
    ):
        with pytest.raises(ReadOnlyError):
            work()
