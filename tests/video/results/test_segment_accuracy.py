import pytest

from video.results.segment_accuracy import (
    Counts,
    Labelled,
    cut_counts,
    edit_score,
    mean_iou,
    per_class,
    segment_counts,
    shared_time,
    time_accuracy,
)


def test_cuts_match_one_to_one_within_the_tolerance():
    assert cut_counts([10, 12, 50, 81], [11, 52, 80], 0) == Counts(0, 4, 3)
    assert cut_counts([10, 12, 50, 81], [11, 52, 80], 2) == Counts(3, 4, 3)


def test_neighbours_do_not_take_each_others_match():
    assert cut_counts([9, 10], [10, 11], 1).hits == 2


def test_a_fade_counts_once_however_often_it_is_found():
    assert cut_counts([100, 105, 110], [], 2, [(98, 112)]) == Counts(1, 1, 1)
    assert cut_counts([], [], 2, [(98, 112)]) == Counts(0, 0, 1)
    assert cut_counts([97, 130], [], 0, [(98, 112)]) == Counts(0, 2, 1)


def test_figures_of_nothing():
    assert (Counts().precision, Counts().recall, Counts().f1) == (1, 1, 1)
    assert Counts(0, 3, 0).f1 == 0
    assert Counts(1, 2, 4) + Counts(1, 1, 1) == Counts(2, 3, 5)


TRUE = [Labelled("a", 0, 100), Labelled("b", 100, 200)]


def test_over_segmentation_is_seen_by_all_but_the_time():
    result = [Labelled("a", 0, 50), Labelled("b", 50, 52), Labelled("a", 52, 100), Labelled("b", 100, 200)]
    table = shared_time(result, TRUE)
    assert time_accuracy(table) == pytest.approx(0.99)
    assert segment_counts(result, TRUE, 0.5) == Counts(2, 4, 2)
    assert edit_score([s.label for s in result], ["a", "b"]) == pytest.approx(0.5)
    assert mean_iou(result, TRUE) == pytest.approx((0.5 + 1) / 2)


def test_overlap_decides_a_hit():
    result = [Labelled("a", 0, 40), Labelled("b", 40, 200)]
    assert segment_counts(result, TRUE, 0.25).hits == 2
    assert segment_counts(result, TRUE, 0.5).hits == 1


def test_by_class_and_what_nothing_covers():
    table = shared_time([Labelled("a", 0, 150)], TRUE)
    figures = per_class(table)
    assert figures["a"] == {"precision": pytest.approx(100 / 150), "recall": 1, "f1": pytest.approx(0.8)}
    assert figures["b"] == {"precision": 0, "recall": 0, "f1": 0}
    assert time_accuracy(table) == 0.5
