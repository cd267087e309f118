"""SQLite's journal: readers hold no writer up, older files are taken over, copies are one file."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from store import restore
from store.database.engine import open_database
from store.database.sqlite import JOURNAL, driver
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.workspace import DATABASE


@pytest.mark.skipif(JOURNAL != "WAL", reason="the SQLite at hand is older than 3.51.3")
def test_a_long_reader_holds_no_writer_up(small) -> None:
    with closing(driver.connect(small.workspace.path / DATABASE)) as reader:
        reader.isolation_level = None
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM label_event").fetchone()
        with small.workspace.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 200")
            labels.write(connection, Batch(small.ann, "human"), [Change(small.items[0], small.classes[0])])
        assert reader.execute("SELECT count(*) FROM label_event").fetchone() == before, "what it began with"
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM label_event").fetchone() != before


def test_a_file_of_the_older_journal_is_taken_over_once_nobody_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    open_database(f"sqlite:///{path}").dispose()
    reader = driver.connect(path, check_same_thread=False)
    reader.isolation_level = None
    reader.execute("PRAGMA journal_mode = TRUNCATE")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM item").fetchone()
    leaves = threading.Timer(0.4, reader.execute, ["COMMIT"])
    leaves.start()
    engine = open_database(f"sqlite:///{path}")
    leaves.join()
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    assert str(mode).upper() == JOURNAL
    engine.dispose()
    reader.close()


def test_a_kept_copy_is_one_file(small) -> None:
    kept = small.workspace.path / "kept.db"
    restore.copy_database(small.workspace.path / DATABASE, kept)
    with closing(driver.connect(kept)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM item").fetchone()[0] == len(small.items)
        assert [path.name for path in kept.parent.glob("kept.db*")] == ["kept.db"]
