import copy
import json

import jsonschema
import pytest

from errors import InputError
from settings import ROOT
from video.results import document


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


@pytest.fixture(scope="module")
def schema():
    result = json.loads((ROOT / "docs" / "segments.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(result)
    return jsonschema.Draft202012Validator(result)


def test_it_is_as_the_schema_says(segmented, schema):
    schema.validate(json.loads(json.dumps(segmented.data)))
    span = {key: segmented.data["shots"][0][key] for key in ("start_s", "end_s", "start_frame", "end_frame")}
    richer = copy.deepcopy(segmented.data)
    richer["segments"][0]["backed_off"] = True
    schema.validate({**richer, "tags": [{"label": "snow", "facet": "tags", **span, "score": 0.7}]})


@pytest.mark.parametrize("change", ["model", "segments", "shots", "backed_off", "score", "more"])
def test_the_schema_refuses_what_is_not_so(segmented, schema, change):
    wrong = copy.deepcopy(segmented.data)
    if change in ("model", "segments", "shots"):
        del wrong[change]
    elif change == "more":
        wrong["segments"][0]["more"] = 1
    else:
        wrong["segments"][0][change] = {"backed_off": False, "score": 1.5}[change]
    assert not schema.is_valid(wrong)
