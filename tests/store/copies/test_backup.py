"""A workspace in a backup and back, and from one kind of database to the other: while people work, killed, damaged."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

import files
import sample_data
from embedding.ingest import adding
from errors import AppError, InputError, StoreError
from labeling.exchange import label_export
from maintenance import doctor
from settings import ROOT
from store import restore, workspace
from store.copies import archive, backup, table_rows
from store.database import schema
from store.items import items
from store.ledger import labels, undo
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors, job_rows
from store.workspace import Workspace


@pytest.fixture
def worked(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Thirty images with labels of two people, an undo, a category below a younger one, an upload, and a job under way."""
    opened = workspace.open_workspace(Path(shutil.copytree(built, tmp_path / "worked")))
    upload = opened.folder("uploads") / "odd näme.jpg"
    shutil.copy(sorted(sample_data.images_folder().iterdir())[-1], upload)
    content = upload.read_bytes()
    new = items.NewItem(
        "image", str(upload), upload.name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content)
    )
    with opened.engine.begin() as connection:
        ann, bob = (actors.id_of(connection, name) for name in ("Ann", "Bob"))
        numbers = connection.execute(select(schema.item.c.id).order_by(schema.item.c.id)).scalars().all()
        classes = connection.execute(select(schema.category.c.id).order_by(schema.category.c.id)).scalars().all()
        opened.thumb(items.add(connection, [new])[0]).write_bytes(content)
        young = taxonomy.add(connection, "younger")
        connection.execute(schema.category.update().where(schema.category.c.id == classes[-1]).values(parent_id=young))
        first = labels.write(connection, Batch(ann, "human"), [Change(n, classes[0]) for n in numbers[:9]])
        labels.write(connection, Batch(bob, "human"), [Change(n, classes[1], version=None) for n in numbers[3:6]])
        job_rows.add(connection, "train", {}, ann)
    with opened.engine.begin() as connection:
        batch = connection.execute(select(schema.batch.c.id).where(schema.batch.c.actor_id == bob)).scalars().first()
        assert first
        assert batch is not None
        undo.reverse_batch(connection, batch, ann)
    yield opened
    opened.engine.dispose()


def digests(opened: Workspace) -> table_rows.Digests:
    with opened.read() as connection:
        return table_rows.digests(connection)


def everything(opened: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without what a copy begins anew: the settings say where it lies."""
    own = {"project": ("name", "created_at", "settings"), "job": ("state", "message", "finished_at"), "item": ("path",)}
    with opened.read() as connection:
        return {
            table.name: sorted(
                tuple(str(value) for name, value in row._mapping.items() if name not in own.get(table.name, ()))
                for row in connection.execute(select(table))
            )
            for table in schema.metadata.sorted_tables
        }


def test_what_a_pretraining_kept_comes_along_and_is_missed_nowhere_else(worked: Workspace, tmp_path: Path) -> None:
    plain = backup.backup(worked, tmp_path / "plain.tar")
    pretrained = worked.folder("heads") / restore.PRETRAINED
    pretrained.write_bytes(b"weights")
    whole = backup.backup(worked, tmp_path / "whole.tar")
    assert (plain.missing, whole.missing) == ([], [])
    assert whole.files == plain.files + 1
    for name in ("plain", "whole"):
        backup.restore(tmp_path / f"{name}.tar", tmp_path / name)
    assert (tmp_path / "whole" / "heads" / restore.PRETRAINED).read_bytes() == b"weights"
    assert not (tmp_path / "plain" / "heads" / restore.PRETRAINED).exists()


def exported(opened: Workspace, out: Path) -> bytes:
    label_export.export(opened, "csv", out)
    return out.read_bytes()


def test_from_sqlite_to_postgresql_and_back_nothing_differs(worked: Workspace, postgresql: str, tmp_path: Path) -> None:
    there = backup.copy(worked, tmp_path / "there", database_url=postgresql)
    served = workspace.open_workspace(tmp_path / "there")
    assert served.engine.dialect.name == "postgresql"
    back = backup.copy(served, tmp_path / "back")
    returned = workspace.open_workspace(tmp_path / "back")
    assert (returned.path / workspace.DATABASE).is_file()
    assert there.digests == back.digests == digests(worked) == digests(served) == digests(returned)
    assert there.events == back.events > 12
    assert there.missing == back.missing == []
    assert everything(worked) == everything(served) == everything(returned)
    assert exported(worked, tmp_path / "1") == exported(served, tmp_path / "2") == exported(returned, tmp_path / "3")
    with returned.read() as connection:
        path = connection.execute(select(schema.item.c.path).where(schema.item.c.path.contains("odd n"))).scalar_one()
        states = connection.execute(select(schema.job.c.state)).scalars().all()
    assert Path(path) == returned.folder("uploads") / "odd näme.jpg"
    assert Path(path).is_file()
    assert states == ["interrupted"], "nobody does the copy's job"
    for opened in (served, returned):
        assert doctor.workspace(opened)["problems"] == []
        with opened.engine.begin() as connection:  # ids go on behind those that came
            ann = actors.id_of(connection, "Ann")
            new = items.add(connection, [items.NewItem("image", "/x/y.jpg", "y.jpg", sha256="f" * 64)])
            assert actors.id_of(connection, "Cleo") > ann
            assert labels.write(connection, Batch(ann, "human"), [Change(new[0], 1)])[0].status == "saved"
            assert undo.replay(connection) == undo.standing(connection)
        opened.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_while_people_label_and_files_are_added(
    kind: str, worked: Workspace, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    busy = worked
    if kind == "postgresql":
        backup.copy(worked, tmp_path / "busy", database_url=request.getfixturevalue("postgresql"))
        busy = workspace.open_workspace(tmp_path / "busy")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for path in sorted(sample_data.images_folder().iterdir())[40:60]:
        shutil.copy(path, pictures / path.name)
    ended, writes = threading.Event(), 0

    def label() -> None:
        nonlocal writes
        while not ended.is_set():
            with busy.engine.begin() as connection:
                ann = actors.id_of(connection, "Ann")
                labels.write(connection, Batch(ann, "human"), [Change(1 + writes % 30, 1 + writes % 3)])
            writes += 1

    workers = [threading.Thread(target=label), threading.Thread(target=lambda: adding.add(busy, [pictures]))]
    for worker in workers:
        worker.start()
    try:
        until = time.monotonic() + 60
        while writes < 5 and time.monotonic() < until:
            time.sleep(0.01)
        done = backup.backup(busy, tmp_path / "w.tar")
    finally:
        ended.set()
        for worker in workers:
            worker.join()
    assert done.missing == []
    assert backup.restore(tmp_path / "w.tar", tmp_path / "restored") == done
    restored = workspace.open_workspace(tmp_path / "restored")
    assert digests(restored) == done.digests
    assert doctor.workspace(restored)["problems"] == []
    columns = [schema.label_event.c[name] for name in ("id", "uuid", "item_id", "value", "at", "displaced")]
    query = select(*columns).order_by(schema.label_event.c.id)
    with busy.read() as now, restored.read() as then:
        past, present = then.execute(query).all(), now.execute(query).all()
    assert past == present[: len(past)], "what was backed up is what there was, up to a moment"
    assert len(present) > len(past) > 12
    restored.engine.dispose()
    if busy is not worked:
        busy.engine.dispose()


KILLED = """
import sys, time
from pathlib import Path
from store import restore, workspace
from store.copies import backup

def wait(done, total, *_):
    if done == 3:
        print("in the middle", flush=True)
        time.sleep(60)

what, source, target = sys.argv[1:]
if what == "backup":
    backup.backup(workspace.open_workspace(Path(source)), Path(target), wait)
else:
    backup.restore(Path(source), Path(target), progress=wait)
"""


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_killed_in_the_middle_nothing_is_there_and_the_next_one_sweeps_up(
    what: str, worked: Workspace, tmp_path: Path
) -> None:
    backup.backup(worked, tmp_path / "whole.tar")
    (tmp_path / "out").mkdir()
    source, target = {
        "backup": (worked.path, tmp_path / "out" / "w.tar"),
        "restore": (tmp_path / "whole.tar", tmp_path / "out" / "ws"),
    }[what]
    with subprocess.Popen(
        [sys.executable, "-P", "-c", KILLED, what, str(source), str(target)], cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "in the middle\n"
        child.send_signal(signal.SIGKILL)
    assert not target.exists()
    assert list((tmp_path / "out").iterdir()), "it had begun"
    if what == "backup":
        backup.backup(worked, target)
    else:
        backup.restore(source, target)
    assert list((tmp_path / "out").iterdir()) == [target]


def entry(name: str, content: bytes = b"x", **fields: object) -> tuple[tarfile.TarInfo, io.BytesIO]:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for key, value in fields.items():
        setattr(member, key, value)
    return member, io.BytesIO(content)


FOREIGN = {
    "a name above": entry("uploads/../../evil"),
    "an absolute name": entry("/tmp/evil"),
    "a file of no workspace": entry("app.py"),
    "a cache": entry("index/graph.npz"),
    "a link": entry("uploads/x", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": entry("uploads/x", b"", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    "a device": entry("uploads/x", b"", type=tarfile.CHRTYPE),
    "a folder": entry("uploads", b"", type=tarfile.DIRTYPE),
    "a list of a newer program": entry(archive.LIST, json.dumps({"format": 2}).encode()),
    "a list that is none": entry(archive.LIST, b"[]"),
    "no list": entry("uploads/x"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_no_backup_is_refused_and_leaves_nothing(case: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "w.tar", "w") as tar:
        member, content = FOREIGN[case]
        content.seek(0)
        tar.addfile(member, content)
    with pytest.raises(InputError):
        backup.restore(tmp_path / "w.tar", tmp_path / "restored")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.tar"]


def test_a_backup_that_was_cut_or_changed_is_refused(worked: Workspace, tmp_path: Path) -> None:
    worked_at = worked.path.name
    backup.backup(worked, tmp_path / "w.tar")
    whole = (tmp_path / "w.tar").read_bytes()
    for cut in (0, 100, 512, 5_000, len(whole) // 2, whole.rindex(b'"format"') - 700):
        (tmp_path / "w.tar").write_bytes(whole[:cut])
        with pytest.raises(InputError):
            backup.restore(tmp_path / "w.tar", tmp_path / "restored")
    changed = bytearray(whole)
    changed[whole.index(b"RIFF") + 20] ^= 1  # in a thumbnail
    (tmp_path / "w.tar").write_bytes(changed)
    with pytest.raises(InputError, match="damaged"):
        backup.restore(tmp_path / "w.tar", tmp_path / "restored")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.tar", worked_at]


def test_what_is_there_is_never_written_over(worked: Workspace, postgresql: str, tmp_path: Path) -> None:
    backup.backup(worked, tmp_path / "w.tar")
    with pytest.raises(InputError, match="is there already"):
        backup.restore(tmp_path / "w.tar", worked.path)
    backup.restore(tmp_path / "w.tar", tmp_path / "first", database_url=postgresql)
    with pytest.raises(InputError, match="holds the workspace first already"):
        backup.restore(tmp_path / "w.tar", tmp_path / "second", database_url=postgresql)
    assert not (tmp_path / "second").exists()
    first = workspace.open_workspace(tmp_path / "first")
    assert digests(first) == digests(worked)
    first.engine.dispose()


def test_a_disk_that_refuses_leaves_the_backup_that_was_there(
    worked: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.backup(worked, tmp_path / "w.tar")
    before = (tmp_path / "w.tar").read_bytes()

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "pack", full)
    with pytest.raises(StoreError, match="No space left"):
        backup.backup(worked, tmp_path / "w.tar")
    assert (tmp_path / "w.tar").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(files.PREFIX)] == []


def test_a_file_that_is_gone_is_named(worked: Workspace, tmp_path: Path) -> None:
    worked.thumb(3).unlink()
    done = backup.backup(worked, tmp_path / "w.tar")
    assert done.missing == ["thumbs/0000/3.webp"]
    assert backup.restore(tmp_path / "w.tar", tmp_path / "restored") == done
    assert backup.copy(worked, tmp_path / "copied").missing == done.missing


def test_a_workspace_put_back_meanwhile_is_no_backup(worked: Workspace, tmp_path: Path) -> None:
    def put_back(done: float, total: float, *_: object) -> None:
        if done == 1:
            with worked.engine.begin() as connection:
                connection.execute(schema.project.update().values(created_at=schema.now()))

    with pytest.raises(AppError, match="put back"):
        backup.backup(worked, tmp_path / "w.tar", put_back)
    assert not (tmp_path / "w.tar").exists()


def test_the_copy_has_the_guards(worked: Workspace, postgresql: str, tmp_path: Path) -> None:
    backup.copy(worked, tmp_path / "there", database_url=postgresql)
    served = workspace.open_workspace(tmp_path / "there")
    with pytest.raises(Exception, match="append-only"), served.engine.begin() as connection:
        connection.execute(text("UPDATE label_event SET value = 'no'"))
    served.engine.dispose()
