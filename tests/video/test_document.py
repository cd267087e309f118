import json

import pytest

from errors import InputError
from video import document


def test_the_shape_that_scripts_rely_on(segmented):
    data = json.loads(json.dumps(segmented.data))
    assert list(data) == ["video", "fps", "duration_s", "frames", "model", "segments", "shots", "notes"]
    assert data["fps"] == pytest.approx(30000 / 1001, abs=1e-5)
    assert (data["frames"], data["duration_s"]) == (120, pytest.approx(120 * 1001 / 30000, abs=1e-4))
    first, second = data["segments"]
    assert list(first) == ["start_s", "end_s", "start_frame", "end_frame", "label", "score", "scores", "keyframes_s"]
    assert (first["start_frame"], first["end_frame"], second["end_frame"]) == (0, 70, 120)
    assert first["label"] == "<b>warm</b> & dry"
    assert first["score"] == first["scores"][first["label"]] > 0.8
    assert all(first["start_s"] <= t < first["end_s"] for t in first["keyframes_s"])
    assert [shot["start_frame"] for shot in data["shots"]] == [0, 40, 70]
    assert list(data["shots"][0]) == ["start_s", "end_s", "start_frame", "end_frame"]


def test_read_back(segmented, tmp_path):
    path = tmp_path / "film.json"
    path.write_text(json.dumps(segmented.data))
    assert document.read(path) == segmented.data


@pytest.mark.parametrize("text", ["", "[]", '{"segments": [{"label": "a"}]}', "not json"])
def test_something_else_is_refused(tmp_path, text):
    path = tmp_path / "film.json"
    path.write_text(text)
    with pytest.raises(InputError, match="is not a segments file"):
        document.read(path)
