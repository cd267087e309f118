from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedding import pipeline
from errors import EncoderError, InputError
from store import items, vectors
from store.workspace import Workspace


def _file(out: Path, names: list[str], seed: int = 0, dim: int = 24, **changes: Any) -> Path:
    rows = np.random.default_rng(seed).standard_normal((len(names), dim)).astype(np.float32)
    np.savez(out, **{"path": np.array(names), "vector": rows, "encoder": np.array("clip-l"), **changes})
    return out


@pytest.mark.parametrize("made_before", [False, True])
def test_items_with_and_without_files(empty: Workspace, photos: list[Path], tmp_path: Path, made_before: bool) -> None:
    if made_before:
        pipeline.change_encoder(empty, "vectors:clip-l")
    names = [f"photos/{photos[0].name}", str(photos[1]), "far/away.jpg", f"./photos/{photos[0].name}"]
    file = _file(tmp_path / "v.npz", names)
    report = pipeline.add_vectors(empty, file)
    assert (report.added, report.duplicates, report.quarantined) == (3, 1, [])
    ids, matrix = pipeline.matrix(empty)
    rows = np.load(file)["vector"]
    expected = rows[:3] / np.linalg.norm(rows[:3], axis=1, keepdims=True)
    np.testing.assert_allclose(matrix, expected, atol=1e-3)
    with empty.read() as connection:
        found = items.get_many(connection, ids.tolist())
        assert vectors.current_encoder(connection).dim == 24
        assert items.Names(connection).find("far/away.jpg") == ids[2]
    assert [bool(found[number].sha256) for number in ids.tolist()] == [True, True, False]
    assert empty.thumb(int(ids[0])).is_file()
    again = pipeline.add_vectors(empty, file)
    assert (again.added, again.duplicates) == (0, 4)
    hits = pipeline.search_item(empty, int(ids[0]), 5)
    assert set(hits.ids.tolist()) == set(ids[1:].tolist())


def test_bad_rows_are_quarantined(empty: Workspace, photos: list[Path], tmp_path: Path) -> None:
    photos[1].write_bytes(b"<html>")
    file = _file(tmp_path / "v.npz", [str(photos[0]), str(photos[1]), "zero.jpg", "nan.jpg", "good.jpg"])
    rows = np.load(file)["vector"]
    rows[2], rows[3] = 0, np.nan
    _file(file, [str(photos[0]), str(photos[1]), "zero.jpg", "nan.jpg", "good.jpg"], vector=rows)
    report = pipeline.add_vectors(empty, file)
    assert report.added == 2
    assert [error.path.name for error in report.quarantined] == [photos[1].name, "zero.jpg", "nan.jpg"]


@pytest.mark.parametrize(
    "changes",
    [
        {"vector": np.zeros((3, 4), np.float32)},
        {"vector": np.zeros(2, np.float32)},
        {"path": np.array([1, 2])},
        {"encoder": np.array(["a", "b"])},
        {"path": np.array(["a", None], dtype=object)},
    ],
)
def test_a_file_of_another_form_is_refused(empty: Workspace, tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="It needs the arrays"):
        pipeline.add_vectors(empty, _file(tmp_path / "v.npz", ["a", "b"], **changes))


def test_not_an_npz(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "v.npz").write_bytes(b"PK nonsense")
    for path in (tmp_path / "v.npz", tmp_path / "gone.npz"):
        with pytest.raises(InputError, match="cannot be read as vectors"):
            pipeline.add_vectors(empty, path)
    np.savez(tmp_path / "w.npz", path=np.array(["a"]))
    with pytest.raises(InputError, match="cannot be read as vectors"):
        pipeline.add_vectors(empty, tmp_path / "w.npz")


def test_another_encoder_is_refused(ready: Workspace, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be compared"):
        pipeline.add_vectors(ready, _file(tmp_path / "v.npz", ["a"]))


def test_other_length_and_no_model(empty: Workspace, tmp_path: Path, photos: list[Path]) -> None:
    pipeline.add_vectors(empty, _file(tmp_path / "v.npz", ["a"]))
    with pytest.raises(EncoderError, match="24 numbers"):
        pipeline.add_vectors(empty, _file(tmp_path / "w.npz", ["b"], dim=32))
    with pytest.raises(EncoderError, match="--vectors"):
        pipeline.add(empty, photos)
    with pytest.raises(EncoderError, match="no model"):
        pipeline.search_text(empty, "the sea")
