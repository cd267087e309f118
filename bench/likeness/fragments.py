"""Fragments of five seconds, altered, against the videos that they were cut from: found, where, and nothing of what is unknown.

`video/` and `copies/` below the data folder, in two halves by scene: each half is judged at the limit that the other one chose. A scene is all
copies of one thing, and `mix_a.mp4` with what it was composed of. An unknown fragment is one whose scene is not in the index.
A hundred hours are made up of random walks among vectors, for time alone.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.harness import Figures, Options
from bench.likeness import fragment_copies
from embedding.encoders import encoder
from embedding.ingest.video_encoders import FrameEncoder
from video.matching import fragment_matches
from video.matching.fragment_index import FragmentIndex, Query
from video.matching.fragment_matches import Match, MatchOptions
from video.matching.moments import BITS, PER_S, Moments
from video.whole import feature_extraction

LENGTH_S, STEP_S = 5.0, 4.0
HOURS, QUERY_S = 100, 60
LIMITS = np.round(np.arange(0.3, 0.8, 0.025), 3)
COMPOSED = "mix_a.mp4"
# (from, to) in the composed film, the video that was cut into it and from where: `mix_a.json`.
PARTS = (
    (0.0, 5.0, "flower.mp4", 0.0), (14.92, 18.12, "big_buck_bunny_0_30.webm", 12.2),
    (25.12, 29.32, "hero_showcase.mp4", 10.8), (29.32, 35.8, "big_buck_bunny_0_30.webm", 16.0),
)  # fmt: skip
Span = tuple[str, float, float]


@dataclass(frozen=True)
class Fragment:
    """A fragment: the video that it was cut from and where, and how it was altered."""

    video: str
    start_s: float
    end_s: float
    kind: str
    query: Query

    @property
    def scene(self) -> str:
        """The scene of its video."""
        return scene(self.video)

    @property
    def truths(self) -> list[Span]:
        """Every stretch of a video that shows a second of the same."""
        spans = [(self.video, self.start_s, self.end_s)]
        for first, end, other, at in PARTS:
            for video, start, stop, twin, place in (
                (COMPOSED, first, end, other, at), (other, at, at + end - first, COMPOSED, first),
            ):  # fmt: skip
                left, right = max(self.start_s, start), min(self.end_s, stop)
                if video == self.video and right - left > 1:
                    spans.append((twin, place + left - start, place + right - start))
        return spans


def scene(video: str) -> str:
    """What a video shows: the part of a copy's name before its first dash; one for the composed film and its parts."""
    if video == COMPOSED or any(video == other for _, _, other, _ in PARTS):
        return COMPOSED
    return video.split("-")[0].removesuffix(".mp4")


def run(options: Options) -> Figures:
    """Recall@1, F1 of stretches at IoU .5, the share of unknown fragments that are said to be known, and seconds for 100 hours."""
    data = options.need("video").parent
    paths = sorted(path for name in ("video", "copies") for path in (data / name).iterdir() if path.suffix != ".json")
    model = encoder.load("built-in", threads=options.threads)
    frames = FrameEncoder(0, model.name, "", "", model.encode_frames)
    if options.quick:
        paths = paths[::3]
    known = {path.name: _moments(path, frames) for path in paths}
    fragments = [each for path in paths for each in _cut(path, frames, quick=options.quick)]
    asked = [_ask(fragment, known) for fragment in fragments]
    pairs = list(zip(fragments, asked, strict=True))
    sides = _halves(pairs)
    limits = [_tuned(sides[1]), _tuned(sides[0])]
    figures: Figures = {"videos": len(paths), "fragments": len(fragments), "limits_of_the_halves": str(limits)}
    figures |= _judged(sides, limits)
    for name, side, limit in zip("ab", sides, limits, strict=True):
        figures |= {f"half_{name}_{key}": value for key, value in _judged([side], [limit]).items()}
    figures |= {f"product_{key}": value for key, value in _judged([pairs], [fragment_matches.LIMIT]).items()}
    for kind in fragment_copies.ALTERATIONS:
        some = [[pair for pair in side if pair[0].kind == kind] for side in sides]
        figures[f"recall_1_{kind}"] = _judged(some, limits)["recall_1"]
    return figures | _timed(options)


Asked = tuple[list[tuple[str, Match]], list[tuple[str, Match]]]  # with its video in the index, and without its scene
Pairs = list[tuple[Fragment, Asked]]


def _moments(path: Path, frames: FrameEncoder) -> Moments:
    return feature_extraction.query(path, frames).moments


def _cut(path: Path, frames: FrameEncoder, *, quick: bool) -> list[Fragment]:
    pictures, times = fragment_copies.pictures(path)
    spans = list(fragment_copies.spans(times, LENGTH_S, STEP_S)) or [(0, len(pictures))]
    cut: list[Fragment] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "fragment.mp4"
        for first, end in spans[:1] if quick else spans:
            for kind in fragment_copies.ALTERATIONS:
                fragment_copies.write(place, pictures[first:end], kind)
                query = feature_extraction.query(place, frames)
                end_s = times[end - 1] + 1 / fragment_copies.FPS
                cut.append(Fragment(path.name, times[first], end_s, kind, query))
    return cut


def _ask(fragment: Fragment, known: dict[str, Moments]) -> Asked:
    names = list(known)
    strangers = {number for number, name in enumerate(names) if scene(name) != fragment.scene}
    answers = []
    for numbers in (set(range(len(names))), strangers):
        index = _INDICES.get(frozenset(numbers))
        if index is None:
            index = _INDICES[frozenset(numbers)] = FragmentIndex.build({k: known[names[k]] for k in sorted(numbers)})
        matches = fragment_matches.find(
            index, fragment.query, lambda number: known[names[number]], MatchOptions(limit=float(LIMITS[0]))
        )
        answers.append([(names[match.video], match) for match in matches])
    return answers[0], answers[1]


_INDICES: dict[frozenset[int], FragmentIndex] = {}


def _halves(pairs: Pairs) -> list[Pairs]:
    """Fragments in two parts of about one size, each scene in one of them."""
    counts = Counter(fragment.scene for fragment, _ in pairs)
    first, sizes = set[str](), [0, 0]
    for name, count in counts.most_common():
        side = int(sizes[1] < sizes[0])
        sizes[side] += count
        if side == 0:
            first.add(name)
    return [[pair for pair in pairs if (pair[0].scene in first) is inside] for inside in (True, False)]


def _judged(sides: Sequence[Pairs], limits: Sequence[float]) -> dict[str, float]:
    """Figures, each side at its limit. A stretch is right where it overlaps a true one of its own video by half of what both cover."""
    first, right, claims, false, count = 0, 0, 0, 0, 0
    for pairs, limit in zip(sides, limits, strict=True):
        for fragment, (matches, strange) in pairs:
            good = [(name, match) for name, match in matches if match.score >= limit]
            names = {name for name, _, _ in fragment.truths}
            copies = fragment.scene != COMPOSED  # all videos of such a scene show the same
            first += bool(good) and (good[0][0] in names or (copies and scene(good[0][0]) == fragment.scene))
            right += any(_is_right(name, match, fragment.truths) for name, match in good)
            claims += bool(good)
            false += any(match.score >= limit for _, match in strange)
            count += 1
    precision, recall = right / max(claims, 1), right / max(count, 1)
    return {
        "asked": count, "recall_1": first / max(count, 1),
        "segment_f1": 2 * precision * recall / max(precision + recall, 1e-9), "false_alarms": false / max(count, 1),
    }  # fmt: skip


def _tuned(pairs: Pairs) -> float:
    """The limit by which recall, stretches and false alarms are best together; the middle one where several are."""
    goodness = []
    for limit in LIMITS.tolist():
        judged = _judged([pairs], [limit])
        goodness.append(round(judged["recall_1"] + judged["segment_f1"] - 5 * judged["false_alarms"], 6))
    best = [limit for limit, value in zip(LIMITS.tolist(), goodness, strict=True) if value == max(goodness)]
    return float(best[len(best) // 2])


def _is_right(name: str, match: Match, truths: list[Span]) -> bool:
    for video, start, end in truths:
        both = min(end, match.laid.end_s) - max(start, match.laid.start_s)
        covered = max(end, match.laid.end_s) - min(start, match.laid.start_s)
        if video == name and both / covered >= 0.5:
            return True
    return False


def _timed(options: Options) -> Figures:
    """Seconds in which a minute is looked up among a hundred hours, an hour a video."""
    hours = 10 if options.quick else HOURS
    rng, dim = np.random.default_rng(0), 512
    library = {number: _walk(rng, round(3600 * PER_S), dim) for number in range(hours)}
    start = time.perf_counter()
    index = FragmentIndex.build(library)
    built = time.perf_counter() - start
    part = slice(1000, 1000 + round(QUERY_S * PER_S))
    some = library[hours // 2]
    query = replace(
        some, times=some.times[part] - some.times[1000], vectors=some.vectors[part], hashes=some.hashes[part]
    )
    asked = Query(query, query.vectors.astype(np.float32))
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        matches = fragment_matches.find(index, asked, library.__getitem__)
        seconds.append(time.perf_counter() - start)
    right = bool(matches) and matches[0].video == hours // 2 and abs(matches[0].laid.start_s - some.times[1000]) < 1
    return {
        "hours": hours, "rows": len(index), "search_s": float(np.median(seconds)), "search_is_right": float(right),
        "index_built_s": built,
    }  # fmt: skip


def _walk(rng: np.random.Generator, count: int, dim: int) -> Moments:
    """Moments that change slowly, with a new scene every few seconds."""
    scenes = rng.standard_normal((count // 8 + 1, dim), dtype=np.float32)
    rows = np.repeat(scenes, 8, axis=0)[:count] + 0.4 * rng.standard_normal((count, dim), dtype=np.float32)
    hashes = np.packbits(np.repeat(rng.random((count // 8 + 1, BITS)) < 0.5, 8, axis=0)[:count], axis=1)
    hashes[:, 0] |= 128
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
    return Moments(np.arange(count) / PER_S, vectors, hashes)
