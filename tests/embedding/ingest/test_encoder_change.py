from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from watching import Watcher

from embedding.encoders.clip import ClipEncoder
from embedding.ingest import adding, current_encoder, encoder_change
from errors import CancelledError, EncoderError, InputError
from labeling.snapshot.snapshot import Snapshot
from store.items import vectors
from store.workspace import Workspace


def _stills(path: Path) -> Iterator[tuple[float, Any]]:
    for number in range(4):
        cells = np.random.default_rng(path.stat().st_size + number).integers(0, 255, (9, 16, 3), dtype=np.uint8)
        yield 2.0 * number, np.asarray(Image.fromarray(cells).resize((320, 180), Image.Resampling.BICUBIC))


def _current(workspace: Workspace) -> vectors.EncoderRow:
    with workspace.read() as connection:
        return vectors.current_encoder(connection)


def test_items_stay_and_get_new_vectors(ready: Workspace, photos: list[Path], make_model: Any, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film")
    adding.add(ready, [photos[0].parent, film], frames=_stills)
    first = _current(ready)
    before = Snapshot(ready)
    other = make_model(seed=4, name="other")
    changed = encoder_change.change_encoder(ready, str(other), frames=_stills)
    assert (changed.embedded, changed.missing) == (24, [])
    assert _current(ready) == changed.encoder
    assert changed.encoder.name == "other"
    after = Snapshot(ready)
    assert after.ids.tolist() == before.ids.tolist()
    assert np.abs((after.vectors.astype(np.float32) * before.vectors).sum(axis=1)).max() < 0.99
    _, encoder = current_encoder.open_encoder(ready)
    frames = encoder.encode_frames([pixels for _, pixels in _stills(film)])
    assert (after.vectors[-4:] * frames).sum(axis=1).min() > 0.999
    assert encoder_change.change_encoder(ready, first.spec, frames=_stills).embedded == 0
    assert _current(ready) == first


def test_an_interrupted_change_goes_on_where_it_stopped(
    ready: Workspace, photos: list[Path], make_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    adding.add(ready, [photos[0].parent])
    old = _current(ready)
    other = str(make_model(seed=5, name="other"))
    monkeypatch.setattr(encoder_change, "STEP", 8)
    with pytest.raises(CancelledError, match="8 of 20"):
        encoder_change.change_encoder(ready, other, progress=Watcher(stop_at=1))
    assert _current(ready) == old
    encoded: list[int] = []
    real = ClipEncoder.encode_fitted
    monkeypatch.setattr(
        ClipEncoder, "encode_fitted", lambda self, fitted: (encoded.append(len(fitted)), real(self, fitted))[1]
    )
    assert encoder_change.change_encoder(ready, other).embedded == 12
    assert sum(encoded) == 12
    assert len(Snapshot(ready).ids) == 20


def test_files_that_went_away_are_reported(ready: Workspace, photos: list[Path], make_model: Any) -> None:
    adding.add(ready, [photos[0].parent])
    other = str(make_model(seed=6, name="other"))
    for path in photos[1:]:
        path.rename(path.with_suffix(".away"))
    photos[0].rename(photos[0].with_suffix(".away"))
    old = _current(ready)
    with pytest.raises(InputError, match="None of the 20"):
        encoder_change.change_encoder(ready, other)
    assert _current(ready) == old
    photos[0].with_suffix(".away").rename(photos[0])
    changed = encoder_change.change_encoder(ready, other)
    assert changed.embedded == 1
    assert {error.path.name for error in changed.missing} == {path.name for path in photos[1:]}


def test_a_model_that_cannot_be_loaded_changes_nothing(ready: Workspace, tmp_path: Path) -> None:
    old = _current(ready)
    with pytest.raises(EncoderError):
        encoder_change.change_encoder(ready, str(tmp_path / "nowhere"))
    assert _current(ready) == old


def test_what_is_added_during_the_change_is_embedded_too(ready: Workspace, photos: list[Path], make_model: Any) -> None:
    adding.add(ready, photos[:10])
    encoder_change.change_encoder(
        ready,
        str(make_model(seed=7, name="other")),
        progress=lambda done, total, *_: adding.add(ready, photos[10:]) if (done, total) == (10, 10) else None,
    )
    assert len(Snapshot(ready).ids) == 20
