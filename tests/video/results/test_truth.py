import json

import pytest

from errors import InputError
from video.results import tables, truth
from video.results.segment_accuracy import Labelled

OWN = {
    "fps": 25,
    "frames": 100,
    "segments": [
        {"label": "a", "start_frame": 0, "end_frame": 50},
        {"label": "b", "start_frame": 50, "end_frame": 100, "start_s": 2.0, "end_s": 4.0},
    ],
    "cuts": [50],
    "fades": [{"start_frame": 70, "end_frame": 80}],
}


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_own_json(tmp_path):
    result = truth.read(written(tmp_path, "t.json", OWN))
    assert [(s.label, s.start, s.end) for s in result.segments] == [("a", 0, 2), ("b", 2, 4)]
    assert result.cuts == [50]
    assert result.transitions == [(70, 80)]


def test_csv_with_seconds_or_frames(tmp_path):
    for text in (
        "label,start_s,end_s\na,0,2\nb,2,4\n",
        "label,start_frame,end_frame,fps\na,0,50,25\nb,50,100,25\n",
    ):
        result = truth.read(written(tmp_path, "t.csv", text))
        assert [(s.label, s.start, s.end) for s in result.segments] == [("a", 0, 2), ("b", 2, 4)]
        assert result.cuts is None


def test_activitynet_truth_and_results(tmp_path, segmented):
    database = {
        "database": {"film": {"annotations": [{"label": "a", "segment": [0, 2]}]}, "other": {"annotations": []}}
    }
    result = truth.read(written(tmp_path, "a.json", database), "film.mp4")
    assert [(s.label, s.end) for s in result.segments] == [("a", 2)]
    ours = truth.read(written(tmp_path, "b.json", tables.to_activitynet(segmented.data)), "film.mp4")
    assert truth.compare(segmented.data, ours)["time_accuracy"] == 1
    with pytest.raises(InputError, match=r"no entry for third\.mp4"):
        truth.read(tmp_path / "a.json", "third.mp4")


def test_its_own_result_is_perfect(segmented):
    perfect = truth.Truth([truth.Labelled(s["label"], s["start_s"], s["end_s"]) for s in segmented.data["segments"]])
    figures = truth.compare(segmented.data, perfect)
    assert (figures["time_accuracy"], figures["edit"], figures["mean_iou"]) == (1, 1, 1)
    # The truth speaks of one cut, at the border of its segments; the shot border at frame 40 is one more.
    assert figures["cuts"]["0"] == {"precision": 0.5, "recall": 1, "f1": pytest.approx(2 / 3), "found": 2, "true": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.json", "{}"), ("t.json", "nonsense"), ("t.csv", ""), ("t.csv", "x,y\n1,2\n"), ("t.json", {"segments": [{}]})],
)
def test_something_else_is_refused(tmp_path, name, content):
    with pytest.raises(InputError, match="is not a truth file"):
        truth.read(written(tmp_path, name, content))


def test_a_deeper_label_counts_as_what_the_truth_knows_of_it():
    def accuracy(result, true):
        spans = [
            {"start_s": 0, "end_s": 2, "start_frame": 0, "end_frame": 50},
            {"start_s": 2, "end_s": 4, "start_frame": 50, "end_frame": 100},
        ]
        segments = [{"label": label, **span} for label, span in zip(result, spans, strict=True)]
        document = {"video": "v", "fps": 25, "segments": segments, "shots": spans}
        known = [Labelled(label, span["start_s"], span["end_s"]) for label, span in zip(true, spans, strict=True)]
        return truth.compare(document, truth.Truth(known))["time_accuracy"]

    assert accuracy(["nature/forest/pine", "document"], ["nature", "document"]) == 1
    assert accuracy(["nature/forest", "document"], ["nature/forest", "document"]) == 1
    assert accuracy(["nature", "document"], ["nature/forest", "document"]) == 0.5, "it has not said which"
    assert accuracy(["nature/sea", "document"], ["nature/forest", "document"]) == 0.5
