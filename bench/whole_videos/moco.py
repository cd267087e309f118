"""Momentum contrast on composed videos: an aggregator that learned from 2,000 videos without labels beside the mean vector.

Recipe in `bench.whole_videos.compositions`, seeds 0 and 1; the videos to learn from share no picture, clip or title with the 600 that are tested.
"""

from __future__ import annotations

import time

import numpy as np
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.whole_videos.compositions import COMPOSED, Pools, compose
from bench.whole_videos.material import pictures, sounds, titles
from embedding.titles.title_encoder import NGRAMS
from labeling.scoring.zero_shot import unit
from progress import silent
from training.videos.fusion.late_fusion import LateFusion
from training.videos.pooled_candidates import Pooled
from training.videos.pretraining import moco
from training.videos.pretraining.aggregator import Aggregator
from training.videos.pretraining.moco import MocoOptions
from training.videos.pretraining.pretrained_candidate import Pretrained
from training.videos.video_head import Candidate
from training.videos.video_metrics import mean_average_precision
from training.videos.video_set import FRAMES, SOUND, Floats, Modality, VideoSet

SEEDS, UNLABELLED, SIZES, TESTED = (0, 1), 2000, (50, 200, 800), 600
SMALL = MocoOptions(steps=40)


def run(options: Options) -> Figures:
    """Means over the seeds.

    `map_N_mean`, `map_N_pretrained`, `map_N_late_fusion`: macro mAP in [0, 1] with N labelled videos. `recall_mean`, `recall_pretrained`: share of
    the test videos whose first half finds its own second half first, by frames and sound. `seconds`: of pretraining, wall.
    """
    sizes, seeds = (SIZES[:1], SEEDS[:1]) if options.quick else (SIZES, SEEDS)
    each: list[Figures] = []
    with threadpool_limits(options.threads):
        pools = Pools(pictures(options), sounds(options), titles(options, NGRAMS))
        for seed in seeds:
            plain = compose(pools, 200 if options.quick else UNLABELLED, 1000 + seed, test=False)
            start = time.perf_counter()
            learned = moco.pretrain(plain.videos, plain.group, SMALL if options.quick else MocoOptions(), seed=seed)
            seconds = time.perf_counter() - start
            each.append({**_judged(pools, learned, seed, sizes), "seconds": seconds})
    means: Figures = {key: float(np.mean([float(figures[key] or 0) for figures in each])) for key in each[0]}
    return {"composed": COMPOSED, **means}


def _judged(pools: Pools, learned: Aggregator, seed: int, sizes: tuple[int, ...]) -> Figures:
    test = compose(pools, TESTED, seed, test=True)
    figures: Figures = {}
    for size in sizes:
        train = compose(pools, size, seed, test=False)
        candidates: dict[str, Candidate] = {
            "mean": Pooled(top=False), "pretrained": Pretrained(learned), "late_fusion": LateFusion(),
        }  # fmt: skip
        for name, candidate in candidates.items():
            head = candidate.fit(train, silent)
            figures[f"map_{size}_{name}"] = mean_average_precision(head.logits(test.videos), test.truth)
    halves = [_half(test.videos, second=second) for second in (False, True)]
    figures["recall_mean"] = _recall(*(_means(half, learned) for half in halves))
    figures["recall_pretrained"] = _recall(*(learned.vectors(half) for half in halves))
    return figures


def _half(videos: VideoSet, *, second: bool) -> VideoSet:
    """The first or the second half of the rows of each video."""
    parts = {}
    for name, each in videos.only([FRAMES, SOUND]).modalities.items():
        counts = np.diff(each.starts)
        place = np.arange(len(each.rows)) - np.repeat(each.starts[:-1], counts)
        later = place >= np.repeat(-(-counts // 2), counts)
        taken = later if second else ~later
        kept = counts // 2 if second else -(-counts // 2)
        starts = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
        parts[name] = Modality(each.rows[taken], starts, each.times[taken])
    return VideoSet(parts)


def _means(videos: VideoSet, learned: Aggregator) -> Floats:
    """The means of the scaled rows, side by side."""
    blocks = [
        Modality(scale.apply(each.rows), each.starts, each.times).means()
        for name, scale in learned.scales.items()
        for each in [videos.modalities[name]]
    ]
    return np.concatenate(blocks, axis=1)


def _recall(first: Floats, second: Floats) -> float:
    nearest = (unit(first) @ unit(second).T).argmax(axis=1)
    return float((nearest == np.arange(len(first))).mean())


def table(figures: Figures) -> str:
    """The curve by labels."""
    lines = [COMPOSED, f"{'macro mAP':16} " + " ".join(f"{size:>6}" for size in SIZES)]
    for name in ("mean", "pretrained", "late_fusion"):
        cells = [figures.get(f"map_{size}_{name}") for size in SIZES]
        lines.append(
            f"{name:16} " + " ".join(f"{cell:6.3f}" if isinstance(cell, float) else "     -" for cell in cells)
        )
    return "\n".join(lines)
