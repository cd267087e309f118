"""Adding and embedding anew with a GPU's decoder, torchvision's on the processor in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from embedding.encoders import clip
from embedding.encoders.clip import ClipEncoder
from embedding.encoders.gpu_reader import GpuReader
from embedding.ingest import adding, current_encoder, encoder_change
from embedding.pictures.gpu_jpeg import GpuDecoder
from store.items import items, vectors
from store.workspace import Workspace, create


@pytest.fixture
def folder(tmp_path: Path, photos: list[Path]) -> Path:
    """JPEGs, and what a GPU does not decode; two that are unusable."""
    where = photos[0].parent
    picture = Image.open(photos[0])
    picture.save(where / "a.png")
    picture.convert("CMYK").save(where / "cmyk.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.rotate(20).save(where / "turned.jpg", exif=exif)
    (where / "cut.jpg").write_bytes(photos[0].read_bytes()[:1500])
    (where / "cut.png").write_bytes((where / "a.png").read_bytes()[:1500])
    return where


@pytest.fixture
def on_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Encoders read as on a GPU; gives how many files each call of the decoder had."""
    calls: list[int] = []

    class Counting(GpuDecoder):
        def pixels(self, files: Any) -> Any:
            calls.append(len(files))
            return super().pixels(files)

    monkeypatch.setattr(clip, "_gpu_reader", lambda device, shape: GpuReader(Counting(device), shape))
    current_encoder._loaded.clear()
    yield calls
    current_encoder._loaded.clear()


def _state(workspace: Workspace) -> dict[str, tuple[Any, np.ndarray, np.ndarray]]:
    """By name: what the store knows of an item, its vector, its thumbnail's pixels."""
    with workspace.read() as connection:
        encoder = vectors.current_encoder(connection)
        rows = items.labelable(connection)
    ids, unit = vectors.load(workspace, encoder.id)
    by_id = dict(zip(ids.tolist(), unit, strict=True))
    return {
        row.name: (
            (row.sha256, row.width, row.height, row.bytes, row.meta),
            by_id[row.id].astype(np.float32),
            np.asarray(Image.open(workspace.thumb(row.id)).convert("RGB")).astype(int),
        )
        for row in rows
    }


def _bad(report: adding.AddReport) -> dict[str, str]:
    return {error.path.name: error.reason for error in report.quarantined}


def test_both_paths_give_the_same_items_thumbnails_and_reasons(
    empty: Workspace, tiny: Path, folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    encoder_change.change_encoder(empty, str(tiny))
    by_processor = adding.add(empty, [folder])
    other = create(tmp_path / "other")
    calls = request.getfixturevalue("on_gpu")
    encoder_change.change_encoder(other, str(tiny))
    by_gpu = adding.add(other, [folder], options=adding.AddOptions(step=12))
    assert (by_gpu.added, by_gpu.duplicates) == (by_processor.added, by_processor.duplicates) == (23, 0)
    assert _bad(by_gpu) == _bad(by_processor)
    assert set(_bad(by_gpu)) == {"cut.jpg", "cut.png"}
    assert sum(calls) == 21, "all JPEGs but the one of four inks and the one cut short"
    here, there = _state(empty), _state(other)
    assert set(here) == set(there)
    for name, (known, vector, thumb) in here.items():
        known_there, vector_there, thumb_there = there[name]
        assert known_there == known, name
        assert float(vector @ vector_there) > 0.999, name
        assert thumb_there.shape == thumb.shape, name
        assert np.abs(thumb_there - thumb).mean() < 2, name
    other.engine.dispose()


def test_another_encoder_reads_on_the_gpu_only_the_bytes_that_were_added(
    empty: Workspace, tiny: Path, make_model: Any, photos: list[Path], on_gpu: list[int]
) -> None:
    encoder_change.change_encoder(empty, str(tiny))
    adding.add(empty, [photos[0].parent])
    photos[1].unlink()
    Image.open(photos[0]).rotate(90).save(photos[2])
    before = sum(on_gpu)
    changed = encoder_change.change_encoder(empty, str(make_model(seed=9)))
    assert changed.embedded == 18
    assert {Path(error.path).name: error.reason for error in changed.missing} == {
        "01.jpg": "cannot be read (No such file or directory)",
        "02.jpg": "the file was changed since it was added",
    }
    assert sum(on_gpu) - before == 19


def test_files_to_vectors_agree_with_the_processor(tiny: Path, folder: Path, request: pytest.FixtureRequest) -> None:
    paths = sorted(folder.iterdir())
    bad: list[str] = []
    kept, unit = current_encoder.load_once(str(tiny)).encode_files(paths, lambda error: bad.append(error.path.name))
    request.getfixturevalue("on_gpu")
    refused: list[str] = []
    encoder = current_encoder.load_once(str(tiny))
    assert isinstance(encoder, ClipEncoder)
    there, rows = encoder.encode_files(paths, lambda error: refused.append(error.path.name))
    assert (there, refused) == (kept, bad) == (kept, ["cut.jpg", "cut.png"])
    assert (unit * rows).sum(axis=1).min() > 0.999


def test_a_batch_that_does_not_fit_is_halved_and_the_work_goes_on(
    tiny: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = current_encoder.load_once(str(tiny))
    assert isinstance(encoder, ClipEncoder)
    expected = encoder.encode_files(photos)[1]
    real, sizes = ClipEncoder._forward, []

    def small(self: ClipEncoder, batch: torch.Tensor) -> Any:
        sizes.append(len(batch))
        if len(batch) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(self, batch)

    monkeypatch.setattr(ClipEncoder, "_forward", small)
    assert np.abs(encoder.encode_files(photos)[1] - expected).max() < 1e-5
    assert sizes[:3] == [16, 8, 4]
    sizes.clear()
    encoder.encode_files(photos)
    assert max(sizes) == 4, "what did not fit once is not tried again"
    encoder._most = 1  # not even one fits

    def nothing(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(ClipEncoder, "_forward", nothing)
    with pytest.raises(torch.OutOfMemoryError):
        encoder.encode_files(photos[:1])
