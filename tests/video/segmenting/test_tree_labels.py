"""Labels in a tree: smoothed from the top down, and no deeper than is certain."""

import numpy as np
import pytest

from video.segmenting.analysis import analyse
from video.segmenting.segments import SegmentOptions, label
from video.segmenting.smoothing import SmoothOptions, smooth
from video.segmenting.span import Span
from video.segmenting.tree_labels import Tree, smooth_tree

# forest and mountain below nature; document and game have none below them.
NAMES = ["nature/forest", "nature/mountain", "document", "game", "nature"]
PARENTS = (4, 4, None, None, None)
FOREST, MOUNTAIN, DOCUMENT, _GAME, NATURE = range(5)
OFF = SmoothOptions(switch_cost=0, min_segment_s=0)


def tree(least=0.2):
    return Tree(NAMES, PARENTS, least)


def spans(count, seconds=2.0):
    return [Span(k * seconds, (k + 1) * seconds, round(k * 25 * seconds), round((k + 1) * 25 * seconds)) for k in range(count)]  # fmt: skip


def test_what_is_sure_at_the_top_is_decided_there():
    scores = np.array([[0.3, 0.28, 0.4, 0.02]], np.float32)
    assert scores[0].argmax() == DOCUMENT
    assert tree().best(scores).tolist() == [FOREST]
    assert smooth_tree(scores, spans(1), tree(), OFF).labels.tolist() == [FOREST]


def test_a_short_child_is_smoothed_within_its_parent():
    sure = [0.85, 0.05, 0.05, 0.05]
    scores = np.array([sure, [0.4, 0.5, 0.05, 0.05], sure], np.float32)
    result = smooth_tree(scores, spans(3), tree())
    assert result.labels.tolist() == [FOREST] * 3
    assert "nature/mountain" in result.reasons[1]
    assert result.reasons[0] is result.reasons[2] is None


def test_without_levels_it_is_the_plain_smoothing():
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(4), 60).astype(np.float32)
    flat = Tree(NAMES[:4], (None,) * 4, 0.2)
    lengths = spans(60, 0.7)
    one, two = smooth_tree(scores, lengths, flat), smooth(scores, lengths, NAMES[:4])
    np.testing.assert_array_equal(one.labels, two.labels)
    assert one.reasons == two.reasons


@pytest.mark.parametrize(
    ("scores", "least", "node"),
    [
        ([0.50, 0.40, 0.05, 0.05], 0.2, NATURE),
        ([0.50, 0.40, 0.05, 0.05], 0.1, FOREST),
        ([0.50, 0.40, 0.05, 0.05], 0.0, FOREST),
        ([0.40, 0.50, 0.05, 0.05], 0.0, FOREST),
        ([0.60, 0.10, 0.15, 0.15], 0.2, FOREST),
    ],
)
def test_a_label_goes_as_deep_as_it_is_certain(scores, least, node):
    shares = tree().nodes(np.array([scores], np.float32)).conditional[0]
    assert tree(least).settled(FOREST, shares) == node


def test_a_top_class_and_an_only_child_never_back_off():
    alone = Tree(["nature/forest", "document", "nature"], (2, None, None), 0.9)
    shares = alone.nodes(np.array([[0.51, 0.49]], np.float32)).conditional[0]
    assert [alone.settled(label, shares) for label in (0, 1)] == [0, 1]


def test_the_reason_names_the_two_best_children():
    shares = tree().nodes(np.array([[0.45, 0.36, 0.1, 0.09]], np.float32)).conditional[0]
    why = tree().reason(NATURE, shares)
    assert (
        why == "nature and no deeper: of it forest 56% and mountain 44%, and a sub-category needs a lead of 20 points"
    )


def test_uncertain_neighbours_become_one_segment_of_their_parent(three_scenes, films):
    analysis = analyse(three_scenes, films.embed)
    rows = {0: [0.5, 0.4, 0.05, 0.05], 30: [0.4, 0.5, 0.05, 0.05], 55: [0.02, 0.02, 0.94, 0.02]}

    def score(vectors):
        starts = [max(s for s in rows if s <= frame) for frame in analysis.sample_frames]
        return np.array([rows[start] for start in starts], np.float32)

    options = SegmentOptions(smoothing=OFF)
    result = label(analysis, score, NAMES[:4], options, tree())
    assert [(result.names[s.label], s.span.start_frame, s.span.end_frame) for s in result.segments] == [
        ("nature", 0, 55),
        ("document", 55, 90),
    ]
    first, second = result.segments
    assert first.backed_off.startswith("nature and no deeper")
    assert (first.shots, first.keyframes) == ((0, 2), [0, 1])
    assert first.score == pytest.approx(0.9, abs=0.03)
    assert second.backed_off is None
    assert [result.names[shot.label] for shot in result.shots] == ["nature/forest", "nature/mountain", "document"]
    assert result.above == (NATURE,)
    assert list(result.named(first)) == NAMES, "the label's own probability stands beside those of the classes"
    assert list(result.named(second)) == NAMES[:4]
    np.testing.assert_allclose(result.curve[:, NATURE], result.curve[:, FOREST] + result.curve[:, MOUNTAIN], atol=1e-6)
    deep = label(analysis, score, NAMES[:4], options, tree(0.0))
    assert [deep.names[s.label] for s in deep.segments] == ["nature/forest", "nature/mountain", "document"]
