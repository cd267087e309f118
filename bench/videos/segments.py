"""Labelled segments of videos with exact truth: zero-shot and a head trained on real pictures, with the built-in model.

mix_a, the demo video and the composed videos of `bench.videos.shots`. The head learns from all of `scene3` for mix_a and the demo
video, and for each composed video only from pictures that cannot occur in it; it is told their sources as groups, since a
video is a source that it has not seen. Smoothing was chosen on the tuning seeds;
`--long` reports those too. Needs `scene3` and `video` below the data folder.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from bench.harness import SCENE3_PROMPTS, Figures, Options
from bench.videos.composition import Composed, compose, mix_a
from bench.videos.film_parts import may_occur
from bench.videos.shots import SEEDS, TUNING_SEEDS, demo
from embedding.encoders import encoder
from embedding.encoders.interface import Encoder
from labeling.cleaning import graph
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear
from training.fitting.candidates import Material
from training.fitting.selection import choose
from video.decoding.frames import DecodeOptions
from video.results.segment_accuracy import (
    Counts,
    Labelled,
    edit_score,
    mean_iou,
    segment_counts,
    shared_time,
    time_accuracy,
)
from video.segmenting.analysis import Analysis, AnalysisOptions, analyse
from video.segmenting.segments import SegmentOptions, label

NAMES = ["nature", "animation_game", "document"]
OVERLAPS = (0.1, 0.25, 0.5)


@dataclass
class Tally:
    """Sums of one scorer over videos."""

    time: dict[tuple[str, str], float] = field(default_factory=dict)
    segments: dict[float, Counts] = field(default_factory=lambda: dict.fromkeys(OVERLAPS, Counts()))
    edits: list[float] = field(default_factory=list)
    overlaps: list[float] = field(default_factory=list)

    def add(self, labelleds: list[Labelled], true: list[Labelled]) -> None:
        """Count one video."""
        for pair, frames in shared_time(labelleds, true).items():
            self.time[pair] = self.time.get(pair, 0.0) + frames
        for overlap in self.segments:
            self.segments[overlap] += segment_counts(labelleds, true, overlap)
        self.edits.append(edit_score([s.label for s in labelleds], [s.label for s in true]))
        self.overlaps.append(mean_iou(labelleds, true))

    def figures(self, name: str) -> Figures:
        """Pooled figures whose names end in the scorer's."""
        return {
            f"time_accuracy{name}": time_accuracy(self.time),
            **{f"segment_f1_{100 * o:.0f}{name}": c.f1 for o, c in self.segments.items()},
            f"edit{name}": float(np.mean(self.edits)),
            f"mean_iou{name}": float(np.mean(self.overlaps)),
        }


@dataclass(frozen=True)
class Pictures:
    """Vectors, truth and sources of `scene3`, without the fourth class."""

    names: list[str]
    vectors: npt.NDArray[np.float32]
    classes: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]


def run(options: Options) -> Figures:
    """Figures of the head, and with `_zero_shot` of zero-shot; `relabel_ms` is one change of settings."""
    data = options.need("scene3").parent
    model = encoder.load("built-in", threads=options.threads)
    pictures, start = read_pictures(data / "scene3", model), text_classifier(model)
    seeds = SEEDS[:2] if options.quick else SEEDS
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        fixed = _analysed(iter([mix_a(data), demo()]), model, options.threads)
        head = train(pictures, start)
        for video, analysis in fixed:
            for name, scorer in (("", head), ("_zero_shot", start)):
                alone = Tally()
                alone.add(*_segments(video, analysis, scorer))
                figures |= {f"{key}_{video.name}{name}": value for key, value in alone.figures("").items()}
            if video.name == "mix_a":
                begin = time.perf_counter()
                label(analysis, head.probabilities, NAMES, SegmentOptions(aggregator="mean"))
                figures["relabel_ms"] = 1000 * (time.perf_counter() - begin)
        figures |= _composed(data, seeds, Path(folder), model, pictures, start, options.threads)
        if options.long:
            tuning = _composed(data, TUNING_SEEDS, Path(folder), model, pictures, start, options.threads)
            figures |= {f"tuning_{name}": value for name, value in tuning.items()}
    return figures


def read_pictures(folder: Path, model: Encoder) -> Pictures:
    """Embed the labelled pictures."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] in NAMES]
    good, vectors = model.encode_files([folder / row["file"] for row in rows])
    kept = [rows[k] for k in good]
    classes = np.array([NAMES.index(row["class"]) for row in kept], np.int64)
    sources = np.unique([row["source"] for row in kept], return_inverse=True)[1]
    return Pictures([Path(row["file"]).name for row in kept], vectors, classes, sources)


def text_classifier(model: Encoder) -> Linear:
    """Zero-shot with the prompts that are meant for real pictures."""
    read = yaml.safe_load(SCENE3_PROMPTS.read_text(encoding="utf-8"))
    prompts = {entry["name"]: entry["prompts"] for entry in read["categories"]}
    texts = zero_shot.class_vectors([model.encode_text(prompts[name]) for name in NAMES])
    return zero_shot.classifier(range(len(NAMES)), texts, scale=model.logit_scale)


def train(pictures: Pictures, start: Linear, without: int | None = None) -> Linear:
    """The head that one-click training gives on all pictures, or on those that cannot occur in a seed's video."""
    keep = np.array([without is None or not may_occur(name, without) for name in pictures.names])
    vectors, classes = pictures.vectors[keep], pictures.classes[keep]
    cosines = vectors @ vectors.T
    nearest = np.argsort(-cosines, axis=1)[:, :21]
    edges = graph.build(nearest, np.take_along_axis(cosines, nearest, axis=1))
    none = np.full(len(vectors), -1, np.int64)
    return choose(Material(vectors, edges, start, True, pictures.sources[keep], classes, none)).linear


def _composed(
    data: Path, seeds: tuple[int, ...], folder: Path, model: Encoder, pictures: Pictures, start: Linear, threads: int
) -> Figures:
    heads = {parity: train(pictures, start, parity) for parity in (0, 1)}
    tallies = {"": Tally(), "_zero_shot": Tally()}
    for seed in seeds:
        ((video, analysis),) = _analysed(iter([compose(data, seed, folder)]), model, threads)
        for name, scorer in (("", heads[seed % 2]), ("_zero_shot", start)):
            tallies[name].add(*_segments(video, analysis, scorer))
    figures: Figures = {}
    for name, tally in tallies.items():
        figures |= tally.figures(name)
    return figures


def _analysed(videos: Iterator[Composed], model: Encoder, threads: int) -> list[tuple[Composed, Analysis]]:
    options = AnalysisOptions(decoding=DecodeOptions(threads=threads))
    return [(video, analyse(video.path, model.encode_frames, options)) for video in videos]


def _segments(video: Composed, analysis: Analysis, scorer: Linear) -> tuple[list[Labelled], list[Labelled]]:
    """Found and true segments in frames."""
    predicted = label(analysis, scorer.probabilities, NAMES).segments
    return (
        [Labelled(NAMES[s.label], s.span.start_frame, s.span.end_frame) for s in predicted],
        [Labelled(*segment) for segment in video.truth.segments],
    )
