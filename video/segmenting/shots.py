"""Cuts: where one shot ends and the next begins, to the frame.

The fused detector asks three questions of each frame. Do all frames before it differ from all frames after it, by much
more than neighbours differ (`across` over `within`; flicker and flashes fail)? If the picture stands still otherwise, do the
contours change (`edges`; page to page and slide to slide)? And does the embedding jump between the samples on its two
sides (semantic support where the pixels are in doubt)? Dissolves and fades are found as blends (`video.decoding.frame_change`).
`content` and `adaptive` are PySceneDetect's detectors on the same stored curve, with its defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from video.decoding.frame_change import Change

Detector = Literal["fused", "content", "adaptive"]
DETECTORS: tuple[Detector, ...] = get_args(Detector)
BLANK_SPREAD = 5.0
BLANK_S = 2.0
# From the middle of a fade to its blank: so long at most, with so much noise in its contrast; a frame moves less than `STILL`.
FADE_S, FADE_NOISE, STILL, FADE_FRAMES = 1.5, 2.0, 0.25, 12
# A dip: frames on each side that are looked at, the greatest share of the way that one of them takes, mean grey of the blank.
DIP_FRAMES, MOST_OF_A_DIP, BLACK, WHITE = 6, 0.4, 20.0, 235.0


@dataclass(frozen=True)
class ShotOptions:
    """How cuts are found.

    Attributes:
        detector: `fused`, or PySceneDetect's `content` or `adaptive`.
        min_shot_s: shortest shot, in seconds.
        content_threshold: score of a cut for `content`.
        adaptive_threshold: ratio to the neighbourhood for `adaptive`.
        adaptive_floor: least score of a cut for `adaptive`.
        doubt: `fused`: least evidence of a cut, in doublings.
        least_edges: `fused`: least share of changed contours where less than half of the picture changes.
        jump_weight: `fused`: how much the embedding's jump counts beside the pixels.
        blend_threshold: `fused`: least `mixed` of a dissolve.
        blend_step: `fused`: greatest step of one frame in a dissolve, as a share of that.
    """

    detector: Detector = "fused"
    min_shot_s: float = 0.3
    content_threshold: float = 27.0
    adaptive_threshold: float = 3.0
    adaptive_floor: float = 15.0
    doubt: float = -0.75
    least_edges: float = 0.3
    jump_weight: float = 1.0
    blend_threshold: float = 17.0
    blend_step: float = 0.4


def cuts(
    change: Change,
    times: NDArray[np.float64],
    sample_frames: NDArray[np.int64],
    vectors: NDArray[np.float32],
    options: ShotOptions | None = None,
) -> list[int]:
    """Frames that start a new shot, ascending, without frame 0.

    Args:
        change: the curves of the video.
        times: float64 [n], seconds.
        sample_frames: int64 [m], ascending, the frames that were embedded.
        vectors: float32 [m, d], their unit vectors.
    """
    options = options or ShotOptions()
    if options.detector == "content":
        return _spaced(_content(change, options), change.content, times, options)
    if options.detector == "adaptive":
        return _spaced(_adaptive(change, options), change.content, times, options)
    evidence = _evidence(change, sample_frames, vectors, options)
    hard = _spaced(_peaks(evidence, options.doubt), evidence, times, options)
    gradual = _blends(change, times, hard, options)
    return _without_blanks(sorted({*hard, *gradual}), set(gradual), change, times)


def with_breaks(cuts: list[int], breaks: list[int]) -> list[int]:
    """Cuts with the frames before which the video does not go on; a cut beside one of those is the same one."""
    near = {frame + k for frame in breaks for k in (-2, -1, 0, 1, 2)}
    return sorted({*breaks, *(cut for cut in cuts if cut not in near)})


def _content(change: Change, options: ShotOptions) -> list[int]:
    return [int(t) for t in np.flatnonzero(change.content >= options.content_threshold) if t > 0]


def _adaptive(change: Change, options: ShotOptions, window: int = 2) -> list[int]:
    scores = change.content
    around = np.convolve(scores, np.ones(2 * window + 1), mode="same") - scores
    ratio = scores / np.maximum(around / (2 * window), 1e-5)
    inside = np.arange(len(scores))
    met = (ratio >= options.adaptive_threshold) & (scores >= options.adaptive_floor)
    met &= (inside >= window) & (inside < len(scores) - window)
    return [int(t) for t in np.flatnonzero(met)]


def _evidence(
    change: Change, sample_frames: NDArray[np.int64], vectors: NDArray[np.float32], options: ShotOptions
) -> NDArray[np.float32]:
    """float32 [n]: the more the likelier a cut; -inf where the pixels rule one out."""
    ratio = change.across / (change.within + 0.5)
    pixels = 1.5 * np.log2(np.maximum(ratio, 1e-3) / 4) + np.log2(np.maximum(change.across, 1e-3) / 16)
    contours = 6 * (change.edges - 0.35)
    # A part that changes its colours while the contours stay is a blinking sprite or a palette, not another picture.
    elsewhere = (change.edges > options.least_edges) | (change.area > 0.5)
    possible = (ratio > 1.1) & (change.across > 1.0) & elsewhere
    possible[:1] = False
    evidence = np.where(possible, pixels + contours, -np.inf).astype(np.float32)
    for t in np.flatnonzero(possible):
        evidence[t] += options.jump_weight * _jump(int(t), sample_frames, vectors)
    return evidence


def _jump(frame: int, sample_frames: NDArray[np.int64], vectors: NDArray[np.float32]) -> float:
    """0 to 2: how far the embedding moves across a frame, against how far it moves on either side.

    0 where it moves no more than within the shots, or where there is no sample on a side.
    """
    right = int(np.searchsorted(sample_frames, frame))
    if right == 0 or right == len(sample_frames):
        return 0.0
    near = vectors[max(0, right - 3) : right + 3]
    split = right - max(0, right - 3)
    steps = 1 - (near[1:] * near[:-1]).sum(axis=1)
    across = float(steps[split - 1])
    within = float(np.delete(steps, split - 1).max(initial=0.0))
    return float(np.clip(np.log2((across + 0.01) / (within + 0.02)), 0, 2))


def _peaks(curve: NDArray[np.float32], floor: float) -> list[int]:
    return [int(t) for t in np.flatnonzero(curve > floor)]


def _spaced(
    candidates: list[int], strength: NDArray[np.float32], times: NDArray[np.float64], options: ShotOptions
) -> list[int]:
    """Drop weaker candidates that leave a shot shorter than the minimum; the strongest go first."""
    kept: list[int] = []
    for t in sorted(candidates, key=lambda t: (-strength[t], t)):
        if all(abs(times[t] - times[other]) >= options.min_shot_s for other in kept):
            kept.append(t)
    return sorted(kept)


def _blends(change: Change, times: NDArray[np.float64], hard: list[int], options: ShotOptions) -> list[int]:
    """Middles of dissolves and fades, at least a second apart and away from hard cuts."""
    steady = _running(np.median, change.mixed, 5)
    jumpy = _running(np.max, change.step, 9) > options.blend_step * steady
    strength = np.where(jumpy, 0.0, steady)
    order = np.argsort(-strength, kind="stable")
    kept: list[int] = []
    for t in order[: int((strength > options.blend_threshold).sum())]:
        if t > 0 and all(abs(times[t] - times[other]) >= 1.0 for other in (*kept, *hard)):
            kept.append(int(t))
    return kept


def _running(
    statistic: Callable[..., NDArray[np.float32]], curve: NDArray[np.float32], width: int
) -> NDArray[np.float32]:
    """A statistic over a window of `width` frames around each frame."""
    padded = np.pad(curve, width // 2, mode="edge")
    return np.asarray(statistic(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1), np.float32)


def _without_blanks(cuts: list[int], gradual: set[int], change: Change, times: NDArray[np.float64]) -> list[int]:
    """A short blank between two pictures is one cut: where it is cut to, else where the next picture begins to show.

    Fades into it and out of it are part of it. At the video's ends a blank is faded from or to, without a cut.
    """
    kept, hard = set(cuts), set(cuts) - gradual
    for start, end in _blanks(change, times):
        into, out = ({c for c in hard if abs(c - border) <= 2} for border in (start, end))
        fades = {
            c for c in gradual if _fades(change, times, c, start, end) and not _between(hard - into - out, c, start)
        }
        inside = {c for c in kept if start + 2 < c < end - 2}
        kept -= fades | inside
        if start == 0 or end == len(times):
            continue
        if into:
            kept -= out - into
        elif (fades and not out) or _dips(change, start, end):
            kept.add(_shows(change, start, end))
    return sorted(kept)


def _dips(change: Change, start: int, end: int) -> bool:
    """Whether the picture fades to a black or white that is too short to be a blend, and comes back as slowly.

    What blinks is gone within a frame or two; a plain wall that the camera passes is neither black nor white.
    """
    if BLACK < float(np.median(change.luma[start:end])) < WHITE:
        return False
    falls = change.spread[max(0, start - DIP_FRAMES) : start + 1]
    rises = change.spread[end - 1 : end + DIP_FRAMES][::-1]
    return all(_is_slow(side) for side in (falls, rises))


def _is_slow(spread: NDArray[np.float32]) -> bool:
    """Whether a contrast falls steadily, with no frame that takes most of the way."""
    steps = -np.diff(spread)
    way = float(spread[0] - spread[-1])
    return way > BLANK_SPREAD and bool(steps.min() > -FADE_NOISE) and bool(steps.max() < MOST_OF_A_DIP * way)


def _blanks(change: Change, times: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Half-open runs of blank frames that are shorter than two seconds."""
    on = np.concatenate([[False], change.spread < BLANK_SPREAD, [False]])
    borders = np.flatnonzero(on[1:] != on[:-1]).tolist()
    runs = zip(borders[::2], borders[1::2], strict=True)
    return [(start, end) for start, end in runs if times[end - 1] - times[start] < BLANK_S]


def _fades(change: Change, times: NDArray[np.float64], cut: int, start: int, end: int) -> bool:
    """Whether a gradual cut is the fade into a blank or out of it: near it, and contrast only falls or rises between."""
    if start <= cut < end:
        return True
    steps = np.diff(change.spread[cut : start + 1]) if cut < start else -np.diff(change.spread[end - 1 : cut + 1])
    near = abs(times[cut] - times[start if cut < start else end - 1]) < FADE_S
    return bool(near and steps.max(initial=0.0) < FADE_NOISE)


def _between(cuts: set[int], cut: int, start: int) -> bool:
    return any(min(cut, start) < other < max(cut, start) for other in cuts)


def _shows(change: Change, start: int, end: int) -> int:
    """The frame at which something begins to show in a blank that ends: dim pictures still count as blank."""
    first = end
    while first > start + 1 and change.step[first - 1] > STILL:
        first -= 1
    return first if end - first <= FADE_FRAMES else end
