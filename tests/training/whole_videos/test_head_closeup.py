"""A head of whole videos closely: tags by modality, what more labels bought, what is confused at each level."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from video_project import LABELLED, TAGS, truth_of

from store import workspace
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from training.metrics import multilabel_metrics
from training.video_review import video_heads
from training.whole_videos import head_closeup


def test_each_tag_is_best_by_the_modality_that_tells_it(trained_videos: Path) -> None:
    opened = workspace.open_workspace(trained_videos)
    with opened.read() as connection:
        names = {one.id: one.name for one in taxonomy.categories(connection, subject=VIDEO)}
        [facet] = taxonomy.facets(connection, VIDEO)
    head = video_heads.every(opened, facet.id)[-1]
    opened.engine.dispose()
    known = head["closely"]
    assert known is not None
    tags = {names[one["category"]]: one for one in known["by_tag"]}
    assert set(tags) == set(TAGS)
    for tag, own in (("seen", "frames"), ("heard", "sound"), ("told", "title")):
        alone = {name: tags[tag][name] or 0.0 for name in ("frames", "sound", "title")}  # type: ignore[literal-required]
        assert max(alone, key=alone.__getitem__) == own
        low, high = tags[tag]["low"], tags[tag]["high"]
        assert low is not None
        assert high is not None
        assert low <= (tags[tag]["precision"] or 0) <= high
    assert tags["seen"]["yes"] == sum("seen" in truth_of(number) for number in range(LABELLED))
    assert [step["videos"] for step in known["curve"]] == sorted(step["videos"] for step in known["curve"])
    assert all(step["n"] == head["videos"] and step["map"] is not None for step in known["curve"])
    assert known["levels"] == [], "any number of tags"


def test_levels_of_a_tree_are_judged_apart() -> None:
    above = [None, 0, 0, None]  # sport (football, tennis), news
    truth = np.array([[1, 1, 0, 0]] * 3 + [[1, 0, 1, 0]] * 2 + [[0, 0, 0, 1]] * 2, np.int8)
    answer = truth.astype(np.float32)
    answer[0] = [0.9, 0.2, 0.6, 0.1]  # football taken for tennis: right at the top
    answer[6] = [0.8, 0.1, 0.1, 0.2]  # news taken for sport
    top, below = head_closeup.levels(answer, truth, above, [10, 11, 12, 13])
    assert (top["level"], top["n"], top["confused"]) == (1, 7, [{"truth": 13, "said": 10, "count": 1}])
    assert top["accuracy"] == pytest.approx(6 / 7, abs=1e-4)
    assert (below["level"], below["n"], below["confused"]) == (2, 5, [{"truth": 11, "said": 12, "count": 1}])
    assert below["low"] <= below["accuracy"] <= below["high"]


def test_an_interval_is_given_where_both_answers_are_there() -> None:
    random = np.random.default_rng(0)
    truth = np.stack([random.integers(0, 2, 60), np.ones(60)], axis=1).astype(np.int8)
    values = (truth + random.normal(0, 0.8, truth.shape)).astype(np.float32)
    (low, high), nothing = multilabel_metrics.precision_intervals(values, truth, np.arange(60))
    assert low is not None
    assert high is not None
    assert low < multilabel_metrics.average_precision(values[:, 0], truth[:, 0] == 1) < high
    assert nothing == (None, None)
