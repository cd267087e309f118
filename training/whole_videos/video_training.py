"""One click for a facet of videos: compare models on the project's own labels, fit the best, and promote it where its gain is certain."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import cast

import numpy as np
from threadpoolctl import threadpool_limits
from typing_extensions import TypedDict

from errors import CancelledError, InputError
from labeling.exchange import video_labels
from labeling.scoring.multilabel import UNKNOWN
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from training.heads import new_head
from training.heads.new_head import Claim
from training.metrics import multilabel_metrics
from training.metrics.multilabel_metrics import MapGain
from training.videos import candidate_comparison
from training.videos.candidate_comparison import Compared, Comparison
from training.videos.fusion.fitted_experts import FittedExperts
from training.videos.fusion.late_fusion import LateFusion
from training.videos.head_file import TrainedHead
from training.videos.networks.network_candidates import networks
from training.videos.open_words.adapter_candidate import Adapter
from training.videos.open_words.adapter_head import AdapterHead, UnseenFigures
from training.videos.pooled_candidates import Pooled
from training.videos.pretraining.aggregator import Aggregator
from training.videos.pretraining.pretrained_candidate import Pretrained
from training.videos.tag_calibration import Calibrated
from training.videos.video_head import Candidate, VideoMaterial
from training.videos.video_set import SOUND, TITLE, Floats
from training.whole_videos import (
    comparison_table,
    head_closeup,
    kept_heads,
    video_lesson,
    video_material,
    video_pretraining,
    video_scores,
    video_zero_shot,
)
from training.whole_videos.comparison_table import TableRow
from training.whole_videos.head_closeup import HeadCloseUp
from training.whole_videos.kept_heads import HeldOut, KeptHead
from training.whole_videos.video_lesson import Lesson
from training.whole_videos.video_material import Fingerprints
from written.json_values import Json

CANDIDATES = ("default", "all")


class VideoTraining(TypedDict):
    """Result of a training.

    Attributes:
        head: id. model: the one that was chosen. videos: labelled ones that it learned from. assumed: answers that count as no because
            nobody ever says no of the class. left_out: labelled videos without features of the encoders in use.
    """

    head: int
    promoted: bool
    reason: str
    facet: str
    model: str
    videos: int
    assumed: int
    left_out: int
    gain: MapGain | None
    unseen: UnseenFigures | None
    table: list[TableRow]


def train(
    snapshot: Snapshot,
    facet: str | None = None,
    *,
    candidates: str = "default",
    promote: str = "auto",
    seed: int = 0,
    actor: str,
    progress: Progress = silent,
) -> VideoTraining:
    """Compare models, fit the best on all labelled videos, save it, and promote it where its gain in macro mAP is certain.

    Args:
        facet: of videos; the only one by default. candidates: `default`, or `all` with the networks.
        promote: `auto` (the 95 % interval of the gain over what is in use excludes zero), `always` or `never`.

    Raises:
        InputError: too few labels, or an argument is something else. CancelledError: `progress` stopped it; what is in use stays.
    """
    if candidates not in CANDIDATES or promote not in new_head.PROMOTE:
        raise InputError("--candidates is default or all, and --promote is auto, always or never.")
    with snapshot.workspace.read() as connection:
        of = video_labels.facet_of(connection, facet)
    wanted = video_material.fingerprints(snapshot.workspace)
    lesson = video_lesson.read(snapshot, of, wanted, seed)
    if candidates == "all":
        texts = video_zero_shot.tag_texts(snapshot, lesson.answers.classes)
        lesson = replace(lesson, material=replace(lesson.material, texts=texts))
    material = lesson.material
    default = LateFusion(fitted=FittedExperts())
    tried = _candidates(default, candidates, material, video_pretraining.kept(snapshot.workspace, wanted))
    with threadpool_limits(1, user_api="blas"):  # the products are small: threads only wait for each other
        try:
            compared = candidate_comparison.select(material, tried, progress)
        except CancelledError as error:
            raise CancelledError("Stopped. Nothing was saved; the head in use stays.") from error
        return _kept(snapshot, lesson, wanted, default, tried, compared, promote, actor)


def _kept(
    snapshot: Snapshot, lesson: Lesson, wanted: Fingerprints, default: LateFusion, tried: Sequence[Candidate], compared: Comparison,
    promote: str, actor: str,
) -> VideoTraining:  # fmt: skip
    """Fit the chosen model on all labelled videos, judge it against what is in use, and keep it."""
    material, of = lesson.material, lesson.answers.facet
    best = next(each for each in tried if each.name == compared.chosen.name)
    head = best.fit(material, silent)
    table, calibrated = _table(lesson, default, tried, compared, head.parameters)
    before, name = _before(snapshot, lesson, wanted)
    gain = multilabel_metrics.map_gain(before, calibrated.probabilities, material.truth, material.group)
    claim = None if gain is None else Claim(gain["map"], gain["low"], gain["high"], gain["low"], "points of macro mAP")
    promoted, reason = new_head.verdict(promote, claim, why=_why(compared), before=name)
    card = _card(snapshot, lesson, wanted, best, table)
    card["closely"] = cast(Json, _closely(lesson, default, compared, calibrated))
    card["before"] = name
    unseen = head.measured if isinstance(head, AdapterHead) else None
    if unseen is not None:
        card["unseen"] = cast(Json, unseen)
    if gain is not None:
        card["gain"] = {"map": gain["map"], "low": gain["low"], "high": gain["high"]}
    row = kept_heads.keep(
        snapshot, of, TrainedHead(head, calibrated.platt, calibrated.thresholds, card), lesson.titles,
        HeldOut(lesson.answers.ids[lesson.rows], calibrated.probabilities, calibrated.row_thresholds),
        labels=int((material.truth != UNKNOWN).sum()), reason=reason, promoted=promoted, actor=actor,
    )  # fmt: skip
    return {
        "head": row.id, "promoted": promoted, "reason": reason, "facet": of.name, "model": best.name,
        "videos": len(lesson.rows), "assumed": int(lesson.answers.assumed[lesson.rows].sum()),
        "left_out": lesson.left_out, "gain": gain, "unseen": unseen, "table": table,
    }  # fmt: skip


def _closely(lesson: Lesson, default: LateFusion, compared: Comparison, calibrated: Calibrated) -> HeadCloseUp:
    """What the page shows of the head beside its table."""
    material, fold, answers = lesson.material, compared.chosen.fold, lesson.answers
    classes = [one.id for one in answers.classes]
    return {
        "by_tag": head_closeup.by_tag(material, fold, default, compared.chosen.held_out, classes),
        "curve": head_closeup.curve(material, fold, default),
        "levels": head_closeup.levels(calibrated.probabilities, material.truth, answers.parents, classes)
        if answers.facet.exclusive
        else [],
    }


def _candidates(
    default: LateFusion, which: str, material: VideoMaterial, pretrained: Aggregator | None
) -> list[Candidate]:
    plain: list[Candidate] = [default, Pooled(top=False), Pooled(top=True)]
    if pretrained is not None:
        plain.append(Pretrained(pretrained))
    if which != "all":
        return plain
    return [*plain, *networks(), *([] if material.texts is None else [Adapter()])]


def _table(
    lesson: Lesson, default: LateFusion, tried: Sequence[Candidate], compared: Comparison, parameters: int
) -> tuple[list[TableRow], Calibrated]:
    """The table, and the held-out answers of the chosen model on one scale."""
    material = lesson.material
    names = list(material.videos.modalities)
    whole, fold = comparison_table.letters(names), compared.candidates[0].fold
    rows: list[TableRow] = []
    chosen: Calibrated | None = None
    for candidate, each in zip(tried, compared.candidates, strict=True):
        count = parameters if each is compared.chosen else candidate.fit(material, silent).parameters
        one, calibrated = comparison_table.row(
            each.name, whole, each.held_out, material, each.fold, seconds=each.seconds, parameters=count
        )
        chosen = calibrated if each is compared.chosen else chosen
        rows.append(one)
    for some in comparison_table.subsets(names):
        words = None if material.zero_shot is None else material.zero_shot.only(some)
        less = VideoMaterial(material.videos.only(some), material.truth, material.group, words, material.seed)
        begin = time.perf_counter()
        logits = default.held_out(less, fold, silent)
        seconds, count = time.perf_counter() - begin, default.fit(less, silent).parameters
        letters = comparison_table.letters(some)
        rows.append(
            comparison_table.row(default.name, letters, logits, less, fold, seconds=seconds, parameters=count)[0]
        )
    missing = [name for name in (TITLE, SOUND) if name in names and len(names) > 1]
    for name in missing:
        begin = time.perf_counter()
        logits = default.held_out_without(material, fold, name)
        seconds = time.perf_counter() - begin
        what = f"{whole}, tested without {name}"
        rows.append(
            comparison_table.row(
                default.name, what, logits, material, fold, seconds=seconds, parameters=rows[0]["parameters"]
            )[0]
        )
    if material.zero_shot is not None:
        scores, letters = material.zero_shot.total, comparison_table.letters(list(material.zero_shot.parts))
        rows.append(comparison_table.row("zero-shot", letters, scores, material, fold, seconds=0.0, parameters=0)[0])
    assert chosen is not None, "the chosen one is among the candidates"
    return rows, chosen


def _before(snapshot: Snapshot, lesson: Lesson, wanted: Fingerprints) -> tuple[Floats, str]:
    """(scores float32 [n, k] of what is in use on the labelled videos, its name); of a head by fits that did not see them."""
    head = _fitting_head(snapshot, lesson, wanted)
    if head is not None:
        answers, rows = lesson.answers, [lesson.answers.rows[k] for k in lesson.rows]
        scored = video_scores.score(
            snapshot, answers, lambda titles: video_material.load(snapshot.workspace, rows, wanted, titles), head
        )
        return video_scores.with_held_out(scored.probabilities, answers, lesson.rows, head), f"head {head.row.number}"
    if lesson.material.zero_shot is not None:
        return lesson.material.zero_shot.total, "zero-shot"
    return np.zeros(lesson.material.truth.shape, np.float32), "the frequency of each class"


def _fitting_head(snapshot: Snapshot, lesson: Lesson, wanted: Fingerprints) -> KeptHead | None:
    try:
        return kept_heads.in_use(snapshot, lesson.answers.facet, wanted)
    except InputError:
        return None  # one of other encoders, or a damaged one, is not a model to compare with


def _why(compared: Comparison) -> str:
    default, chosen = compared.candidates[0], compared.chosen
    if chosen is not default:
        return f"{chosen.name} leads {default.name} by {chosen.lead:.3f} mAP (standard error {chosen.error:.3f})"
    others = compared.candidates[1:]
    if not others:
        return default.name
    if np.isnan(default.mean):
        return f"{default.name} stays: too few labelled videos to compare it with others"
    best: Compared = max(others, key=lambda each: each.lead)
    return (
        f"{default.name} (macro mAP {default.mean:.3f} by fold) stays: none of {len(others)} other models leads by more than one standard error; "
        f"the nearest is {best.name} at {best.lead:+.3f} ({best.error:.3f})"
    )


def _card(
    snapshot: Snapshot, lesson: Lesson, wanted: Fingerprints, best: Candidate, table: Sequence[TableRow]
) -> dict[str, Json]:
    answers, material = lesson.answers, lesson.material
    facet = answers.facet
    rows = [cast(Json, {**row}) for row in table]
    classes: list[Json] = [{"id": one.id, "name": one.path} for one in answers.classes]
    dims: dict[str, Json] = {name: each.dim for name, each in material.videos.modalities.items()}
    return {
        "subject": "video",
        "facet": {"id": facet.id, "name": facet.name, "exclusive": facet.exclusive},
        "classes": classes,
        "encoder": {"fingerprint": snapshot.encoder_row.fingerprint, "name": snapshot.encoder_row.name},
        "encoders": {
            "frames": wanted.frames, "sound": wanted.sound,
            "title": None if lesson.titles is None else lesson.titles.fingerprint,
        },
        "modalities": dims,
        "words": list(material.zero_shot.parts) if material.zero_shot is not None else [],
        "model": best.name,
        "source": best.source,
        "videos": len(lesson.rows),
        "assumed": int(answers.assumed[lesson.rows].sum()),
        "seed": material.seed,
        "table": rows,
        "versions": {name: version(name) for name in ("numpy", "scipy", "torch")},
    }  # fmt: skip
