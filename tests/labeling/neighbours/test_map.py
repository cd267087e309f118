from __future__ import annotations

import numpy as np
import pytest
from watching import Watcher

from errors import CancelledError
from labeling.neighbours import map
from progress import silent


def test_the_layout_is_kept_used_and_outlives_a_damaged_file(demo_snapshot) -> None:
    assert map.points(demo_snapshot)["way"] == "pca"
    with pytest.raises(CancelledError):
        map.lay_out(demo_snapshot, Watcher(stop_at=1))
    assert map.points(demo_snapshot)["way"] == "pca"
    assert map.lay_out(demo_snapshot, silent) == {"items": 300}
    laid = map.points(demo_snapshot)
    assert laid["way"] == "t-sne"
    assert map.points(demo_snapshot, "pca")["x"] != laid["x"]
    path = demo_snapshot.workspace.folder("index") / f"map-{demo_snapshot.encoder_row.id}.npz"
    with np.load(path) as kept:
        ids, places = kept["ids"], kept["places"]
    np.savez(path, ids=ids[:-1], places=places[:-1])  # as if the last item had come later
    later = map.points(demo_snapshot)
    assert later["x"][:-1] == laid["x"][:-1]
    assert abs(later["x"][-1] - laid["x"][-1]) < 0.5
    path.write_bytes(b"no archive")
    assert map.points(demo_snapshot)["way"] == "pca"
