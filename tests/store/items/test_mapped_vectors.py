"""Vectors in one mapped file: the same as the shards, grown by what comes later, made anew where that is not enough."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from store.items import items, mapped_vectors, vectors
from store.items.items import NewItem
from store.workspace import Workspace

DIM = 8


@pytest.fixture(autouse=True)
def few_are_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped_vectors, "LEAST", 1)


class Filled:
    """A workspace whose shards are added one by one."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.random = np.random.default_rng(0)
        self.expected: dict[int, np.ndarray] = {}
        with workspace.engine.begin() as connection:
            number = vectors.add_encoder(connection, fingerprint="f" * 64, name="e", spec="vectors:e", dim=DIM)
            vectors.use_encoder(connection, number)
            self.encoder = vectors.current_encoder(connection)

    def items(self, count: int) -> list[int]:
        names = [f"{len(self.expected)}-{self.random.integers(2**40)}-{k}.jpg" for k in range(count)]
        with self.workspace.engine.begin() as connection:
            return items.add(connection, [NewItem("image", name, name) for name in names])

    def shard(self, ids: list[int]) -> None:
        rows = self.random.standard_normal((len(ids), DIM)).astype(np.float32)
        name = vectors.write_shard(self.workspace.folder("vectors"), rows)
        with self.workspace.engine.begin() as connection:
            vectors.record(connection, self.encoder.id, name, ids)
        self.expected |= dict(zip(ids, rows.astype(np.float16), strict=True))

    def check(self) -> np.ndarray:
        ids, rows = mapped_vectors.load(self.workspace, self.encoder)
        assert ids.tolist() == sorted(self.expected)
        np.testing.assert_array_equal(rows, np.stack([self.expected[number] for number in ids.tolist()]))
        return rows

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.workspace.folder("index").glob("vectors-*.f16"))

    @property
    def pointer(self) -> Path:
        return self.workspace.folder("index") / f"vectors-{self.encoder.id}.json"


@pytest.fixture
def filled(empty: Workspace) -> Filled:
    workspace = Filled(empty)
    for _ in range(3):
        workspace.shard(workspace.items(4))
    return workspace


def test_the_shards_in_one_file_that_is_read_again(filled: Filled) -> None:
    assert isinstance(filled.check(), np.memmap)
    files, written = filled.files, filled.pointer.stat().st_mtime_ns
    filled.check()
    assert (filled.files, filled.pointer.stat().st_mtime_ns) == (files, written)


def test_what_comes_later_is_put_behind(filled: Filled) -> None:
    before = filled.check()
    files = filled.files
    filled.shard(filled.items(5))
    filled.shard(filled.items(1))
    assert len(filled.check()) == 18
    assert filled.files == files
    np.testing.assert_array_equal(before, filled.check()[:12])  # who holds the file sees what was there


def test_what_does_not_belong_behind_makes_a_new_file(filled: Filled) -> None:
    early, late = filled.items(2), filled.items(2)
    filled.shard(late)
    held = filled.check()
    files = filled.files
    filled.shard(early)
    filled.check()
    assert len(filled.files) == 1
    assert filled.files != files
    assert len(held) == 14  # the file that went is still there for who holds it


def test_rows_of_a_shard_in_another_order(filled: Filled) -> None:
    filled.shard(filled.items(6)[::-1])
    filled.check()


@pytest.mark.parametrize("fault", ["no pointer", "half a file", "another store", "no sense", "no ids"])
def test_a_file_that_cannot_be_trusted_is_made_again(filled: Filled, fault: str) -> None:
    filled.check()
    [name] = filled.files
    file = filled.pointer.with_name(name)
    pointer = json.loads(filled.pointer.read_text())
    if fault == "no pointer":
        filled.pointer.unlink()
    elif fault == "half a file":
        os.truncate(file, 40)
    elif fault == "another store":
        filled.pointer.write_text(json.dumps({**pointer, "shard_file": "0" * 32 + ".npy"}))
    elif fault == "no sense":
        filled.pointer.write_text("{]")
    else:
        file.with_name(name + ".ids").unlink()
    filled.check()
    assert filled.files != [name]


def test_bytes_behind_what_counts_are_those_of_a_writer_that_was_killed(filled: Filled) -> None:
    filled.check()
    with filled.pointer.with_name(filled.files[0]).open("ab") as file:
        file.write(b"\xff" * 1000)
    filled.check()
    filled.shard(filled.items(3))
    filled.check()


def test_a_folder_that_cannot_be_written_costs_memory_alone(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    mapped = np.memmap
    monkeypatch.setattr(mapped_vectors.np, "memmap", full)
    assert not isinstance(filled.check(), mapped)
    assert list(filled.pointer.parent.iterdir()) == []


def test_a_half_written_file_is_not_left_lying(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(mapped_vectors.files, "write", full)
        filled.check()
    filled.check()
    assert len(filled.files) == 1


def test_an_encoder_without_vectors(empty: Workspace) -> None:
    ids, rows = mapped_vectors.load(empty, Filled(empty).encoder)
    assert (ids.shape, rows.shape) == ((0,), (0, DIM))
