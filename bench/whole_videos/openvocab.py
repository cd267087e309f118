"""Tags that nobody labelled: the text adapter beside zero-shot, where a third of the tags is left out in turn.

On composed videos (recipe in `bench.whole_videos.compositions`, 400 to learn from and 600 others, seeds 0 and 1) and on the sixty clips of the
demo (folds of twenty, each predicted by what learned from the other forty). Zero-shot compares the words of a tag with frames and titles, and with
the names of sounds where an audio model with names is given (`--sound`); what is heard is at chance without one. What learned gets what titles and
sounds add, too. `_seen_tags` are figures of what is seen alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.whole_videos import word_scores
from bench.whole_videos.compositions import COMPOSED, Pools, compose
from bench.whole_videos.material import pictures, sounds, titles
from embedding.encoders import encoder
from embedding.ingest import encoder_change
from embedding.sound.sound_encoder import LOG_MEL
from embedding.titles.title_encoder import NGRAMS
from labeling.scoring.multilabel import NO, YES
from labeling.scoring.random_words import WORDS
from labeling.scoring.zero_shot import unit
from labeling.snapshot.snapshot import Snapshot
from labeling.tags.scores import NEUTRAL
from maintenance import demo_videos
from progress import silent
from store import workspace
from store.project import prompts, taxonomy
from store.project.prompt_set import PromptSet
from store.project.taxonomy import VIDEO
from store.team import actors, people
from training.videos.open_words.adapter_candidate import Adapter
from training.videos.open_words.tag_texts import TagTexts
from training.videos.open_words.text_scores import TextScores
from training.videos.video_head import VideoMaterial
from training.videos.video_metrics import average_precisions
from training.videos.video_set import FRAMES, Floats, Ints, VideoSet
from training.whole_videos import video_answers, video_material, video_scores, video_zero_shot
from training.whole_videos.video_answers import VideoAnswers
from training.whole_videos.video_zero_shot import TEMPLATES

SEEDS, SPLITS, SIZE, TESTED, FOLDS = (0, 1), 3, 400, 600, 3
SMALL = (80, 120)
TEXTS = Path(__file__).with_name("open_tags.yaml")


@dataclass
class Split:
    """Average precisions float32 [k]: zero-shot, and the adapter on tags that it learned and on those that it did not (NaN elsewhere)."""

    zero_shot: Floats
    learned: Floats
    unseen: Floats


def run(options: Options) -> Figures:
    """Macro mAP in [0, 1], means over splits and seeds: `WORLD_seen`, `WORLD_unseen` of the adapter, `_zero_shot` beside each; `_harmonic` of both.

    `frames_GROUP`, `words_GROUP`: zero-shot of a group of composed tags by frames alone, and by all words; `demo_frames`, `demo_words` of the demo.
    """
    figures: Figures = {"composed": COMPOSED}
    with threadpool_limits(options.threads):
        size, tested = SMALL if options.quick else (SIZE, TESTED)
        pools = Pools(pictures(options), sounds(options, options.sound or LOG_MEL), titles(options, NGRAMS))
        texts, words = _composed_texts(pools, options.threads), word_scores.read(pools, options)
        every, scored = [], []
        for seed in SEEDS[:1] if options.quick else SEEDS:
            train, test = compose(pools, size, seed, test=False), compose(pools, tested, seed, test=True)
            scored.append((words.scores(texts, test.videos), test))
            every += [
                _split(replace(train, texts=texts), test, scored[-1][0], out) for out in _outs(len(pools.tags), seed)
            ]
        figures |= word_scores.figures(pools.tags, scored)
        figures |= _figures("composed", every)
        looks = np.array([tag.startswith("seen ") for tag in pools.tags])
        figures |= _figures("composed_seen_tags", [_only(each, looks) for each in every])
        if not options.quick:
            splits, demo = _demo_splits()
            figures |= _figures("demo", splits) | demo
    return figures


def _outs(tags: int, seed: int) -> list[Ints]:
    """Thirds of the tags, each left out once."""
    order = np.random.default_rng([17, seed]).permutation(tags)
    return [np.sort(order[part::SPLITS]) for part in range(SPLITS)]


def _scores(train: VideoMaterial, test: VideoMaterial, out: Ints) -> tuple[Ints, Floats, Floats]:
    """(learned tags, their logits, logits of those that were left out) on the test videos."""
    assert train.texts is not None, "given by the caller"
    rest = np.setdiff1d(np.arange(train.truth.shape[1]), out)
    some = replace(train, truth=train.truth[:, rest], texts=train.texts.take(rest))
    head = Adapter().fit(some, silent)
    return rest, head.logits(test.videos), head.unseen(test.videos, train.texts.take(out).tags)


def _split(train: VideoMaterial, test: VideoMaterial, scores: TextScores, out: Ints) -> Split:
    rest, learned, unseen = _scores(train, test, out)
    return _judged(scores, test, rest, learned, out, unseen)


def _judged(scores: TextScores, test: VideoMaterial, rest: Ints, learned: Floats, out: Ints, unseen: Floats) -> Split:
    """What sound and title say of a tag that was left out is added to what the adapter says, as `video_scores` does."""
    logits, unseen = scores.total, unseen + scores.raised[:, out]
    empty = np.full(test.truth.shape[1], np.nan, np.float32)
    split = Split(average_precisions(logits, test.truth), empty.copy(), empty.copy())
    split.learned[rest] = average_precisions(learned, test.truth[:, rest])
    split.unseen[out] = average_precisions(unseen, test.truth[:, out])
    return split


def _only(split: Split, tags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Split:
    return Split(*(np.where(tags, each, np.nan) for each in (split.zero_shot, split.learned, split.unseen)))


def _composed_texts(pools: Pools, threads: int) -> TagTexts:
    model = encoder.load("built-in", threads=threads)
    known = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    each = []
    for tag in pools.tags:
        bare = tag.split(" ", 1)[1]
        name, *attributes = known.get(bare, [bare.replace("_", " ")])
        each.append(model.encode_text([template.format(name=name) for template in TEMPLATES] + attributes))
    background = unit(model.encode_text(list(NEUTRAL)).mean(axis=0))
    return TagTexts(tuple(each), background, model.encode_text(WORDS), float(model.logit_scale))


def _demo_splits() -> tuple[list[Split], Figures]:
    """The clips of the demo, every question answered by its truth; and what zero-shot is worth on them by frames alone and by all words."""
    with tempfile.TemporaryDirectory() as folder:
        opened = workspace.create(Path(folder) / "ws")
        encoder_change.change_encoder(opened, "built-in")
        demo_videos.name_questions(opened)
        with opened.engine.begin() as connection:
            own = demo_videos.with_prompts(connection, PromptSet())
            prompts.publish(connection, own, note="demo prompts", actor_id=actors.id_of(connection, people.MACHINE))
        demo_videos.add(opened)
        demo_videos.label(opened, people.MACHINE, demo_videos.truth())
        snapshot = Snapshot(opened)
        with opened.read() as connection:
            facets = taxonomy.facets(connection, VIDEO)
        answers = [video_answers.read(opened, facet) for facet in facets]
        rows = answers[0].rows
        videos = video_material.load(opened, rows, video_material.fingerprints(opened), video_material.fit_titles(rows))
        classes = [one for each in answers for one in each.classes]
        texts, scored = video_zero_shot.tag_texts(snapshot, classes), _words_of_demo(snapshot, answers, videos)
        opened.engine.dispose()
    truth = np.concatenate([each.truth for each in answers], axis=1)
    both = np.flatnonzero(((truth == YES).sum(axis=0) >= FOLDS) & ((truth == NO).sum(axis=0) >= FOLDS))
    assert texts is not None, "the built-in model reads texts"
    material = VideoMaterial(videos, truth[:, both], answers[0].group, texts=texts.take(both))
    scores = TextScores({name: part[:, both] for name, part in scored.parts.items()})
    figures: Figures = {
        "demo_frames": float(np.nanmean(average_precisions(scores.parts[FRAMES], material.truth))),
        "demo_words": float(np.nanmean(average_precisions(scores.total, material.truth))),
    }
    return [_crossed(material, scores, out) for seed in SEEDS for out in _outs(len(both), seed)], figures


def _words_of_demo(snapshot: Snapshot, answers: Sequence[VideoAnswers], videos: VideoSet) -> TextScores:
    """Zero-shot scores of all questions side by side."""
    each = []
    for one in answers:
        scores = video_zero_shot.scores(snapshot, one.classes, videos, video_scores.titles_of(one, None))
        assert scores is not None, "the built-in model reads texts"
        each.append(scores.parts)
    return TextScores({name: np.concatenate([parts[name] for parts in each], axis=1) for name in each[0]})


def _crossed(material: VideoMaterial, scores: TextScores, out: Ints) -> Split:
    """Each clip predicted by what learned from the clips of other folds."""
    fold = np.random.default_rng(3).permutation(len(material.truth)) % FOLDS
    rest = np.setdiff1d(np.arange(material.truth.shape[1]), out)
    learned = np.empty((len(fold), len(rest)), np.float32)
    unseen = np.empty((len(fold), len(out)), np.float32)
    for number in range(FOLDS):
        held = np.flatnonzero(fold == number)
        train, test = material.take(np.flatnonzero(fold != number)), material.take(held)
        _, learned[held], unseen[held] = _scores(train, test, out)
    return _judged(scores, material, rest, learned, out, unseen)


def _figures(world: str, splits: Sequence[Split]) -> Figures:
    def mean(pairs: Sequence[tuple[Floats, Floats]]) -> float:
        """Of the first wherever the second is there."""
        return float(np.mean([np.nanmean(values[~np.isnan(where)]) for values, where in pairs]))

    seen = mean([(each.learned, each.learned) for each in splits])
    unseen = mean([(each.unseen, each.unseen) for each in splits])
    leads = np.array([np.nanmean(each.unseen - each.zero_shot) for each in splits])
    return {
        f"{world}_seen": seen, f"{world}_seen_zero_shot": mean([(each.zero_shot, each.learned) for each in splits]),
        f"{world}_unseen": unseen, f"{world}_unseen_zero_shot": mean([(each.zero_shot, each.unseen) for each in splits]),
        f"{world}_harmonic": 2 * seen * unseen / (seen + unseen), f"{world}_unseen_lead_worst_split": float(leads.min()),
    }  # fmt: skip


def table(figures: Figures) -> str:
    """Worlds side by side."""
    lines = [COMPOSED, f"{'mAP':22} {'seen':>6} {'0-shot':>7} {'unseen':>7} {'0-shot':>7} {'worst':>7}"]
    for world in ("composed", "composed_seen_tags", "demo"):
        cells = [
            figures.get(f"{world}_{name}")
            for name in ("seen", "seen_zero_shot", "unseen", "unseen_zero_shot", "unseen_lead_worst_split")
        ]
        lines.append(
            f"{world:22} " + " ".join(f"{cell:7.3f}" if isinstance(cell, float) else "      -" for cell in cells)
        )
    for group in (*word_scores.GROUPS, "demo"):
        pair = [figures.get(f"{name}_{group}" if group != "demo" else f"demo_{name}") for name in ("frames", "words")]
        if all(isinstance(cell, float) for cell in pair):
            lines.append(f"0-shot, {group:6} by frames {pair[0]:.3f}, by all words {pair[1]:.3f}")
    return "\n".join(lines)
