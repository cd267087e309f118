"""From an analysed video and class scores to labelled segments; takes milliseconds, so settings can be tried live."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from video.segmenting import smoothing
from video.segmenting.aggregation import Aggregator, aggregate
from video.segmenting.analysis import Analysis
from video.segmenting.keyframes import inside
from video.segmenting.smoothing import SmoothOptions
from video.segmenting.span import Span
from video.segmenting.tree_labels import Tree, smooth_tree

Score = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class SegmentOptions:
    """How shots get labels.

    Attributes:
        aggregator: from samples to shots, see `video.segmenting.aggregation`.
        smoothing: from shots to segments, see `video.segmenting.smoothing`.
    """

    aggregator: Aggregator = "log"
    smoothing: SmoothOptions = field(default_factory=SmoothOptions)


@dataclass(frozen=True)
class Shot:
    """A shot with its own scores.

    Attributes:
        span: where it is.
        scores: float32 [c], sums to 1.
        own: its best class alone.
        label: its class after smoothing.
        reason: why the two differ, in words, or None.
    """

    span: Span
    scores: NDArray[np.float32]
    own: int
    label: int
    reason: str | None


@dataclass(frozen=True)
class Segment:
    """Neighbouring shots of one label.

    Attributes:
        span: where it is.
        label: class index.
        scores: float32 [c], aggregated over its samples, sums to 1.
        shots: half-open range of shot indices.
        keyframes: indices into the analysis' keyframes.
        person: who labelled it, or None where the machine did.
        backed_off: why its label is a parent in a tree and no class, in words, or None.
    """

    span: Span
    label: int
    scores: NDArray[np.float32]
    shots: tuple[int, int]
    keyframes: list[int]
    person: str | None = None
    backed_off: str | None = None

    @property
    def score(self) -> float:
        """Probability of its label, 0 to 1."""
        return float(self.scores[self.label])


@dataclass(frozen=True)
class Segmentation:
    """Labelled segments of one video.

    Attributes:
        names: class names, in the order of the scores; in a tree those above the classes follow.
        segments: in order of time, without gaps.
        shots: the raw shots beneath.
        curve_times: float64 [m], seconds of the samples.
        curve: float32 [m, c], class probabilities of each sample.
        above: indices of the names above the classes; their score is the sum of what lies below them.
    """

    names: list[str]
    segments: list[Segment]
    shots: list[Shot]
    curve_times: NDArray[np.float64]
    curve: NDArray[np.float32]
    above: tuple[int, ...] = ()

    def named(self, segment: Segment) -> dict[str, float]:
        """Probability of every class by name, and of the segment's label where that is none of them."""
        hidden = set(self.above) - {segment.label}
        named = enumerate(zip(self.names, segment.scores, strict=True))
        return {name: round(float(p), 4) for k, (name, p) in named if k not in hidden}


def label(
    analysis: Analysis,
    score: Score,
    names: list[str],
    options: SegmentOptions | None = None,
    tree: Tree | None = None,
) -> Segmentation:
    """Label the shots of a video and merge equal neighbours, never across a hole in its time.

    Args:
        analysis: of the video.
        score: float32 [n, d] unit vectors to float32 [n, c] probabilities.
        names: the c class names.
        options: see `SegmentOptions`.
        tree: where the classes stand; a segment that is not certain of its class is then labelled by the parent.
    """
    options = options or SegmentOptions()
    vectors = analysis.vectors.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    curve = np.asarray(score(vectors), np.float32)
    scores = np.stack([_pooled(span, analysis, curve, options) for span in analysis.shots])
    if tree is None:
        own = scores.argmax(axis=1)
        smoothed = smoothing.smooth(scores, analysis.shots, names, options.smoothing)
    else:
        own = tree.best(scores)
        smoothed = smooth_tree(scores, analysis.shots, tree, options.smoothing)
    shots = [
        Shot(span, scores[i], int(own[i]), int(smoothed.labels[i]), smoothed.reasons[i])
        for i, span in enumerate(analysis.shots)
    ]
    holes = {jump.frame for jump in analysis.breaks if not jump.closed}
    alike = smoothing.runs(smoothed.labels, _behind(holes, analysis.shots))
    segments = [_segment(a, b, shots, analysis, curve, options) for a, b in alike]
    segmentation = Segmentation(names, segments, shots, analysis.sample_times, curve)
    if tree is None:
        return segmentation

    def whole(first: int, end: int) -> Segment:
        return _segment(first, end, shots, analysis, curve, options)

    return _in_tree(segmentation, tree, holes, whole)


def _behind(holes: set[int], spans: Sequence[Span]) -> list[int]:
    """Indices of the spans that begin behind a hole; `holes` are the frames before which the video has none for long."""
    return [k for k, span in enumerate(spans) if span.start_frame in holes]


def _in_tree(
    segmentation: Segmentation, tree: Tree, holes: set[int], whole: Callable[[int, int], Segment]
) -> Segmentation:
    """The same with every segment's label as deep as it is certain, and neighbours that become equal as one."""
    shares = tree.nodes(np.stack([segment.scores for segment in segmentation.segments])).conditional
    settled = [tree.settled(segment.label, row) for segment, row in zip(segmentation.segments, shares, strict=True)]
    segments = []
    behind = _behind(holes, [segment.span for segment in segmentation.segments])
    for start, end in smoothing.runs(np.array(settled, np.int64), behind):
        first, last = segmentation.segments[start], segmentation.segments[end - 1]
        one = first if end - start == 1 else whole(first.shots[0], last.shots[1])
        segments.append(replace(one, label=settled[start]))
    above = range(len(segmentation.names), len(tree.names))
    nodes = tree.nodes(np.stack([segment.scores for segment in segments]))
    why = [
        tree.reason(s.label, row) if s.label in above else None
        for s, row in zip(segments, nodes.conditional, strict=True)
    ]
    wide = tree.widened(np.stack([shot.scores for shot in segmentation.shots]))
    return replace(
        segmentation,
        names=tree.names,
        segments=[replace(s, scores=nodes.joint[k], backed_off=why[k]) for k, s in enumerate(segments)],
        shots=[replace(shot, scores=row) for shot, row in zip(segmentation.shots, wide, strict=True)],
        curve=tree.widened(segmentation.curve),
        above=tuple(above),
    )


def _pooled(span: Span, analysis: Analysis, curve: NDArray[np.float32], options: SegmentOptions) -> NDArray[np.float32]:
    return aggregate(curve[inside(span, analysis.sample_frames)], options.aggregator)


def _segment(
    first: int, end: int, shots: list[Shot], analysis: Analysis, curve: NDArray[np.float32], options: SegmentOptions
) -> Segment:
    span = shots[first].span.joined(shots[end - 1].span)
    low, high = (bisect_left(analysis.keyframes, shot, key=lambda keyframe: keyframe.shot) for shot in (first, end))
    if end - first == 1:
        scores = shots[first].scores
    else:
        samples = np.concatenate([inside(shot.span, analysis.sample_frames) for shot in shots[first:end]])
        scores = aggregate(curve[samples], options.aggregator)
    return Segment(span, shots[first].label, scores, (first, end), list(range(low, high)))
