"""Cuts in videos with exact truth: PySceneDetect's content and adaptive detectors with their defaults, and ours.

mix_a, the demo video and composed videos of eight seeds (24, 25, 29.97 and variable frames a second; hard cuts, dissolves,
fades, page flips, flickering games), pooled. Our settings were chosen on the tuning seeds, whose pictures are others;
`--long` reports those too. Needs `scene3` and `video` below the data folder.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode, SceneDetector, open_video
from scenedetect.scene_manager import compute_downscale_factor

import sample_data
from bench.harness import Figures, Options
from bench.videos.composition import Composed, Truth, compose, mix_a
from embedding.encoders import encoder
from video.decoding.frames import DecodeOptions
from video.results.segment_accuracy import Counts, cut_counts
from video.segmenting.analysis import AnalysisOptions, Embed, analyse

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
TUNING_SEEDS = tuple(range(100, 114))
MARGIN = 2


@dataclass
class Tally:
    """Counts of one detector over all videos."""

    hard: dict[int, Counts] = field(default_factory=lambda: {0: Counts(), 2: Counts()})
    events: Counts = field(default_factory=Counts)
    pages: Counts = field(default_factory=Counts)
    false_in_games: int = 0
    game_s: float = 0.0

    def add(self, cuts: list[int], truth: Truth) -> None:
        """Count one video's detected cuts."""
        steady = [f for f in cuts if not _inside(f, truth.transitions)]
        for tolerance in self.hard:
            self.hard[tolerance] += cut_counts(steady, truth.cuts, tolerance)
        self.events += cut_counts(cuts, truth.cuts, MARGIN, truth.transitions)
        hits = sum(any(abs(f - page) <= MARGIN for f in cuts) for page in truth.page_cuts)
        self.pages += Counts(hits, hits, len(truth.page_cuts))
        for start, end in truth.flicker:
            self.game_s += (end - start) / truth.fps
            self.false_in_games += sum(start + MARGIN < f < end - MARGIN for f in steady)

    def figures(self, name: str) -> Figures:
        """Figures of this detector; the names end in its name."""
        return {
            f"cut_f1_{name}": self.hard[2].f1,
            f"cut_f1_0_{name}": self.hard[0].f1,
            f"cut_precision_{name}": self.hard[2].precision,
            f"cut_recall_{name}": self.hard[2].recall,
            f"event_f1_{name}": self.events.f1,
            f"page_recall_{name}": self.pages.recall,
            f"false_cuts_per_minute_games_{name}": 60 * self.false_in_games / max(self.game_s, 1.0),
        }


def run(options: Options) -> Figures:
    """Pooled figures of the three detectors side by side."""
    data = options.need("scene3").parent
    model = encoder.load("built-in", threads=options.threads)
    cv2.setNumThreads(options.threads)
    seeds = SEEDS[:2] if options.quick else SEEDS
    with tempfile.TemporaryDirectory() as folder:
        figures = _measured(_videos(data, seeds, Path(folder)), model.encode_frames, options.threads)
        figures["false_cuts_per_minute_games"] = figures["false_cuts_per_minute_games_ours"]
        if options.long:
            composed = (compose(data, seed, Path(folder)) for seed in TUNING_SEEDS)
            tuning = _measured(composed, model.encode_frames, options.threads)
            figures |= {f"tuning_{name}": value for name, value in tuning.items()}
    return figures


def _videos(data: Path, seeds: tuple[int, ...], folder: Path) -> Iterator[Composed]:
    yield mix_a(data)
    yield demo()
    for seed in seeds:
        yield compose(data, seed, folder)


def demo() -> Composed:
    """The project's own test video."""
    read = json.loads(sample_data.video_truth_file().read_text())
    truth = Truth(read["fps"], read["frames"], read["cuts"])
    truth.transitions = [(f["start_frame"], f["end_frame"]) for f in read.get("fades", [])]
    truth.segments = [(s["label"], s["start_frame"], s["end_frame"]) for s in read["segments"]]
    documents = [(a, b) for label, a, b in truth.segments if label == "document"]
    truth.page_cuts = [c for c in truth.cuts if any(a < c < b for a, b in documents)]
    return Composed("demo", sample_data.video_file(), truth)


def _measured(videos: Iterator[Composed], embed: Embed, threads: int) -> Figures:
    tallies = {"ours": Tally(), "content": Tally(), "adaptive": Tally()}
    figures: Figures = {}
    count = 0
    options = AnalysisOptions(decoding=DecodeOptions(threads=threads))
    for video in videos:
        count += 1
        by_detector = {
            "ours": [s.start_frame for s in analyse(video.path, embed, options).shots][1:],
            **plain_cuts(video.path),
        }
        for name, cuts in by_detector.items():
            tallies[name].add(cuts, video.truth)
            if video.name in ("mix_a", "demo"):
                alone = Tally()
                alone.add(cuts, video.truth)
                figures[f"cut_f1_{video.name}_{name}"] = alone.hard[2].f1
    figures |= {"videos": count, "hard_cuts": tallies["ours"].hard[2].true, "page_cuts": tallies["ours"].pages.true}
    figures["transitions"] = tallies["ours"].events.true - tallies["ours"].hard[2].true
    for name, tally in tallies.items():
        figures |= tally.figures(name)
    return figures


def plain_cuts(path: Path) -> dict[str, list[int]]:
    """Cuts of PySceneDetect's two detectors with their defaults, in one pass, on pictures as its manager scales them."""
    video = open_video(str(path))
    factor = compute_downscale_factor(max(video.frame_size))
    size = tuple(round(side / factor) for side in video.frame_size)
    detectors: dict[str, SceneDetector] = {"content": ContentDetector(), "adaptive": AdaptiveDetector()}
    by_detector: dict[str, list[int]] = {name: [] for name in detectors}
    index = 0
    while (picture := video.read()) is not False:
        small = cv2.resize(np.asarray(picture), size, interpolation=cv2.INTER_LINEAR)
        for name, detector in detectors.items():
            by_detector[name] += [cut.frame_num for cut in detector.process_frame(FrameTimecode(index, 25.0), small)]
        index += 1
    last = FrameTimecode(index - 1, 25.0)
    for name, detector in detectors.items():
        by_detector[name] += [cut.frame_num for cut in detector.post_process(last)]
    return by_detector


def _inside(frame: int, stretches: list[tuple[int, int]]) -> bool:
    return any(start - MARGIN <= frame < end + MARGIN for start, end in stretches)
