"""A kept copy of a database brought back under processes that have it open."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from errors import StoreError
from settings import ROOT
from store import restore
from store.database import triggers
from store.database.sqlite import driver
from store.items import items, vectors
from store.ledger import label_rows, labels, undo
from store.ledger.events import Batch, Change
from store.project import video_runs
from store.workspace import DATABASE, birth, open_workspace

# Another process: says the newest event; waits for a line; says it again, writes a label, and says whether the file is sound.
OTHER = """
import sys
from pathlib import Path
from sqlalchemy import text
from store import workspace
from store.ledger import label_rows, labels
from store.ledger.events import Batch, Change
from store.team import actors

opened = workspace.open_workspace(Path(sys.argv[1]))
def newest():
    with opened.read() as connection:
        return label_rows.newest_event(connection)
print(newest(), flush=True)
sys.stdin.readline()
print(newest(), flush=True)
with opened.engine.begin() as connection:
    done = labels.write(connection, Batch(actors.id_of(connection, "Cleo"), "human"), [Change(int(sys.argv[2]), int(sys.argv[3]))])
    print(done[0].status, connection.execute(text("PRAGMA integrity_check")).scalar(), flush=True)
"""


def label(small, item: int, category: int) -> None:
    with small.workspace.engine.begin() as connection:
        labels.write(connection, Batch(small.ann, "human"), [Change(item, category)])


def newest(workspace) -> int:
    with workspace.read() as connection:
        return label_rows.newest_event(connection)


@pytest.fixture
def kept(small):
    """A copy kept after one label; two more came since."""
    label(small, small.items[0], small.classes[0])
    path = small.workspace.path / "shipped.db"
    restore.copy_database(small.workspace.path / DATABASE, path)
    label(small, small.items[0], small.classes[1])
    label(small, small.items[1], small.classes[2])
    return path


def test_everybody_who_has_it_open_goes_on_with_the_kept_content(small, kept) -> None:
    with closing(driver.connect(kept)) as connection:
        first = connection.execute("SELECT max(id) FROM label_event").fetchone()[0]
    assert first < newest(small.workspace)
    arguments = [str(small.workspace.path), str(small.items[3]), str(small.classes[0])]
    with subprocess.Popen(
        [sys.executable, "-P", "-c", OTHER, *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdin is not None
        assert other.stdout is not None
        assert int(other.stdout.readline()) == newest(small.workspace)
        with small.workspace.read() as connection:
            before = birth(connection)
        restore.restore(small.workspace, kept)
        assert newest(small.workspace) == first, "a pool of connections that was open all the time"
        other.stdin.write("\n")
        other.stdin.flush()
        assert int(other.stdout.readline()) == first
        assert other.stdout.readline().split() == ["saved", "ok"]
        assert other.wait(20) == 0
    with small.workspace.engine.begin() as connection:
        assert triggers.missing(connection) == []
        assert undo.replay(connection)
        assert birth(connection) > before
        state = {(s.item_id, s.category_id) for s in label_rows.states(connection, 1, label_rows.Span(0, 10**9))}
    assert state == {(small.items[0], small.classes[0]), (small.items[3], small.classes[0])}
    assert sorted(p.name for p in kept.parent.glob("*shipped*")) == ["shipped.db"]


def test_a_writer_that_does_not_end_is_waited_for_and_then_named(small, kept) -> None:
    with small.workspace.engine.begin(), pytest.raises(StoreError, match="busy"):
        restore.copy_database(kept, small.workspace.path / DATABASE, wait_s=0.3)
    assert newest(small.workspace) == 3


def test_files_that_only_the_lost_rows_named_go_and_others_stay(small, kept, tmp_path: Path) -> None:
    opened = small.workspace
    upload = opened.folder("uploads") / "own.jpg"
    stray, run, outside = opened.folder("vectors") / "stray.npy", opened.folder("runs") / "x.npz", tmp_path / "x.jpg"
    for path in (upload, stray, run, outside):
        path.write_bytes(b"x")
    with opened.engine.begin() as connection:
        added = items.add(connection, [items.NewItem("image", str(p), p.name) for p in (upload, outside)])
        encoder = vectors.add_encoder(connection, fingerprint="f", name="m", spec="m", dim=4)
        shard = opened.folder("vectors") / vectors.write_shard(
            opened.folder("vectors"), np.eye(4, dtype=np.float32)[:2]
        )
        vectors.record(connection, encoder, shard.name, added)
        video_runs.add(
            connection, item_id=added[0], encoder_id=encoder, head_id=None, file=run.name, options={}, summary={},
            actor_id=small.ann,
        )  # fmt: skip
    opened.thumb(added[0]).parent.mkdir(parents=True, exist_ok=True)
    opened.thumb(added[0]).write_bytes(b"x")
    opened.thumb(small.items[0]).write_bytes(b"x")
    pretrained = opened.folder("heads") / restore.PRETRAINED
    pretrained.write_bytes(b"weights")
    assert restore.since(opened, kept) == restore.Since(labels=1, heads=0, runs=1, items=2)
    restore.restore(opened, kept, spare=lambda path: path == run)
    assert not upload.exists()
    assert not shard.exists()
    assert run.exists(), "it was spared"
    assert not opened.thumb(added[0]).exists()
    assert opened.thumb(small.items[0]).exists()
    assert stray.exists(), "somebody may be about to name it"
    assert outside.exists(), "what does not lie in the workspace is not ours"


def test_set_aside_it_is_a_workspace_of_its_own(small, kept) -> None:
    (small.workspace.folder("heads") / "h.safetensors").write_bytes(b"head")
    aside = small.workspace.path.with_name("aside")
    restore.set_aside(small.workspace, aside)
    restore.restore(small.workspace, kept)
    opened = open_workspace(aside)
    assert newest(opened) == 3
    assert (opened.folder("heads") / "h.safetensors").read_bytes() == b"head"
    with opened.read() as connection:
        assert undo.replay(connection)
    opened.engine.dispose()
    assert not (aside / "shipped.db").exists()
    with closing(driver.connect(aside / DATABASE)) as connection:
        assert connection.execute("SELECT name FROM project").fetchone() == ("aside",)
