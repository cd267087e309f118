"""Whole videos with several tags: every candidate on composed videos, 200 and 800 labelled ones, 600 others to test on.

Recipe in `bench.whole_videos.compositions`; seeds 0 and 1. Train and test share no picture, clip or title. First with what is built in; with the extras
too where the sentence encoder is installed or an audio model is given (`--sound yamnet:FILE`). `--long` adds the project's own comparison.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.whole_videos.compositions import COMPOSED, Pools, compose
from bench.whole_videos.material import Pool, has_sentences, pictures, sounds, titles
from embedding.titles.title_encoder import NGRAMS, SENTENCES
from progress import silent
from training.videos import candidate_comparison
from training.videos.fusion.late_fusion import LateFusion
from training.videos.networks.network_candidates import networks
from training.videos.pooled_candidates import Pooled
from training.videos.video_head import Candidate, VideoMaterial
from training.videos.video_metrics import average_precisions
from training.videos.video_set import FRAMES, SOUND, TITLE, Floats

SEEDS, SIZES, TESTED = (0, 1), (200, 800), 600
DEFAULT = LateFusion()
GROUPS = {"seen": "seen ", "heard": "heard ", "told": "told ", "joint": "joint "}
Table = dict[str, list[Floats]]  # average precisions float32 [k] of each seed, by figure


def run(options: Options) -> Figures:
    """Macro mAP in [0, 1], means over the seeds.

    `map_N`: the default with N labelled videos; `map_N_NAME`: a candidate; `map_N_extras`: the default with the extras.
    `seen_N`, `heard_N`, `told_N`, `joint_N`: the default on those tags; `_alone`: the best default that knows one modality.
    `untitled_N`: the default on test videos without their titles; `untitled_N_taught`: one that was trained without any.
    `error_N_NAME`: standard error of a candidate's lead over the default, over the tags of both seeds.
    """
    figures: Figures = {"composed": COMPOSED}
    sizes = SIZES[:1] if options.quick else SIZES
    with threadpool_limits(options.threads):
        pools = Pools(pictures(options), sounds(options), titles(options, NGRAMS))
        for size in sizes:
            figures |= _built_in(pools, size, options)
        extras = _extras(pools, options)
        if extras is not None:
            for size in sizes:
                figures |= _figures(_scores(extras, size, [DEFAULT], options), extras, size, "_extras")
        if options.long:
            figures |= _own_comparison(pools)
    return figures


def _built_in(pools: Pools, size: int, options: Options) -> Figures:
    others: list[Candidate] = [
        Pooled(top=False),
        Pooled(top=True),
        LateFusion(mil_from=None, name="late fusion without moments"),
    ]
    others += [] if options.quick else networks()
    table = _scores(pools, size, [DEFAULT, *others], options)
    figures = _figures(table, pools, size, "")
    default = np.concatenate(table[DEFAULT.name])
    for other in others:
        scores = np.concatenate(table[other.name])
        lead = (scores - default)[~np.isnan(scores - default)]
        figures[f"map_{size}_{other.name}"] = float(np.nanmean(scores))
        figures[f"error_{size}_{other.name}"] = float(lead.std(ddof=1) / np.sqrt(len(lead)))
        figures[f"seconds_{size}_{other.name}"] = float(np.mean(table[f"seconds {other.name}"]))
    return figures


def _scores(pools: Pools, size: int, candidates: Sequence[Candidate], options: Options) -> Table:
    """Average precisions of every candidate on all modalities, and of the default on less."""
    table: Table = {}
    for seed in SEEDS[:1] if options.quick else SEEDS:
        train, test = compose(pools, size, seed, test=False), compose(pools, TESTED, seed, test=True)
        for candidate in candidates:
            start = time.perf_counter()
            head = candidate.fit(train, silent)
            seconds = np.array([time.perf_counter() - start], np.float32)
            table.setdefault(f"seconds {candidate.name}", []).append(seconds)
            table.setdefault(candidate.name, []).append(average_precisions(head.logits(test.videos), test.truth))
            if candidate.name == DEFAULT.name:
                bare = head.logits(test.videos.without(TITLE))
                table.setdefault("untitled", []).append(average_precisions(bare, test.truth))
        for name in (FRAMES, SOUND, TITLE):
            table.setdefault(name, []).append(_with(train, test, [name]))
        table.setdefault("taught", []).append(_with(train, test, [FRAMES, SOUND]))
    return table


def _with(train: VideoMaterial, test: VideoMaterial, names: list[str]) -> Floats:
    """Average precisions of the default on some modalities."""
    some = VideoMaterial(train.videos.only(names), train.truth, train.group, seed=train.seed)
    return average_precisions(DEFAULT.fit(some, silent).logits(test.videos.only(names)), test.truth)


def _figures(table: Table, pools: Pools, size: int, ending: str) -> Figures:
    def mean(name: str, prefix: str = "") -> float:
        chosen = [k for k, tag in enumerate(pools.tags) if tag.startswith(prefix)]
        return float(np.nanmean(np.stack(table[name])[:, chosen]))

    figures: Figures = {f"map_{size}{ending}": mean(DEFAULT.name)}
    for group, prefix in GROUPS.items():
        figures[f"{group}_{size}{ending}"] = mean(DEFAULT.name, prefix)
        figures[f"{group}_{size}{ending}_alone"] = max(mean(name, prefix) for name in (FRAMES, SOUND, TITLE))
    figures[f"untitled_{size}{ending}"] = mean("untitled")
    figures[f"untitled_{size}{ending}_taught"] = mean("taught")
    figures[f"seconds_{size}{ending}"] = float(np.mean(table[f"seconds {DEFAULT.name}"]))
    return figures


def _extras(pools: Pools, options: Options) -> Pools | None:
    heard: Pool | None = sounds(options, options.sound) if options.sound else None
    read: Pool | None = titles(options, SENTENCES) if has_sentences() else None
    if heard is None and read is None:
        return None
    return Pools(pools.pictures, heard or pools.sounds, read or pools.titles)


def _own_comparison(pools: Pools) -> Figures:
    """What the project itself would choose with 200 labelled videos."""
    candidates: list[Candidate] = [DEFAULT, Pooled(top=True), *networks()]
    compared = candidate_comparison.select(compose(pools, SIZES[0], SEEDS[0], test=False), candidates)
    figures: Figures = {"own_choice_200": compared.chosen.name}
    for each in compared.candidates:
        figures |= {f"own_lead_200_{each.name}": each.lead, f"own_error_200_{each.name}": each.error}
    return figures


def table(figures: Figures) -> str:
    """The candidates side by side."""
    names = sorted({key.split("_", 2)[2] for key in figures if key.startswith("error_")})
    lines = [f"{COMPOSED}", f"{'macro mAP':32} " + " ".join(f"{size:>6}" for size in SIZES)]
    for name in ["", *names]:
        cells = [figures.get(f"map_{size}_{name}" if name else f"map_{size}") for size in SIZES]
        shown = " ".join(f"{cell:6.3f}" if isinstance(cell, float) else "     -" for cell in cells)
        lines.append(f"{name or DEFAULT.name:32} {shown}")
    return "\n".join(lines)
