from __future__ import annotations

import numpy as np
import pytest

from errors import CancelledError
from labeling.pipeline import maps


def _go_on(done: int, total: int, what: str) -> bool:
    return True


def test_the_layout_is_kept_used_and_outlives_a_damaged_file(demo_scene) -> None:
    assert maps.points(demo_scene)["way"] == "pca"
    with pytest.raises(CancelledError):
        maps.lay_out(demo_scene, lambda done, total, what: False)
    assert maps.points(demo_scene)["way"] == "pca"
    assert maps.lay_out(demo_scene, _go_on) == {"items": 300}
    laid = maps.points(demo_scene)
    assert laid["way"] == "t-sne"
    assert maps.points(demo_scene, "pca")["x"] != laid["x"]
    path = demo_scene.workspace.folder("index") / f"map-{demo_scene.encoder_row.id}.npz"
    with np.load(path) as kept:
        ids, places = kept["ids"], kept["places"]
    np.savez(path, ids=ids[:-1], places=places[:-1])  # as if the last item had come later
    later = maps.points(demo_scene)
    assert later["x"][:-1] == laid["x"][:-1]
    assert abs(later["x"][-1] - laid["x"][-1]) < 0.5
    path.write_bytes(b"no archive")
    assert maps.points(demo_scene)["way"] == "pca"
