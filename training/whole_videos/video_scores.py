"""Scores of whole videos in a facet, by its promoted head or by the texts of its classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embedding.titles.title_encoder import TitleEncoder
from errors import InputError
from labeling.scoring.multilabel import UNKNOWN, fit_thresholds, sigmoid
from labeling.snapshot.snapshot import Snapshot
from store.project.heads import HeadRow
from store.project.taxonomy import Category
from training.videos.open_words.adapter_head import AdapterHead
from training.videos.video_set import Floats, VideoSet
from training.whole_videos import kept_heads, video_material, video_zero_shot
from training.whole_videos.kept_heads import KeptHead
from training.whole_videos.video_answers import VideoAnswers, coherent
from training.whole_videos.video_zero_shot import ProjectTitles

ENOUGH = 10  # answers from which on thresholds of zero-shot scores are fitted
Source = Callable[[TitleEncoder | None], VideoSet]  # videos, their titles through a given encoder


@dataclass(frozen=True)
class Scored:
    """Scores of videos.

    Attributes:
        probabilities: float32 [n, k], no class likelier than the one above it. thresholds: float32 [k].
        head: None for zero-shot. unlearned: columns that the head does not know, which are scored by their texts.
    """

    probabilities: Floats
    thresholds: Floats
    head: HeadRow | None
    unlearned: tuple[int, ...] = ()


def choose(snapshot: Snapshot, answers: VideoAnswers, using: str = "auto") -> KeptHead | None:
    """The head that scores, None for zero-shot.

    Args:
        using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.

    Raises:
        InputError: a head is asked for and none is promoted, or it does not fit the encoders in use.
    """
    if using == "zero-shot":
        return None
    head = kept_heads.in_use(snapshot, answers.facet, video_material.fingerprints(snapshot.workspace))
    if head is None and using == "head":
        raise InputError(f"No head of {answers.facet.name} is promoted. Train one and promote it, or use zero-shot.")
    return head


def score(snapshot: Snapshot, answers: VideoAnswers, source: Source, head: KeptHead | None) -> Scored:
    """Scores of videos by a head, or by texts.

    Raises:
        InputError: neither a head nor a text side is there.
    """
    classes = answers.classes
    titles = titles_of(answers, head)
    given = source(None if titles is None else titles.encoder)
    if head is None:
        return _by_texts(snapshot, answers, given, titles)
    videos = video_material.fitting(given, head.dims)
    by_id = {one.id: k for k, one in enumerate(classes)}
    known = {by_id[number]: column for column, number in enumerate(head.classes) if number in by_id}
    own = head.trained.probabilities(videos, words_of_learned(snapshot, answers, videos, head))
    rest = tuple(k for k in range(len(classes)) if k not in known)
    probabilities = np.zeros((len(videos), len(classes)), np.float32)
    thresholds = np.full(len(classes), head.trained.thresholds.shared, np.float32)
    for k, column in known.items():
        probabilities[:, k], thresholds[k] = own[:, column], head.trained.thresholds.values[column]
    named = _unlearned(snapshot, head, [classes[k] for k in rest], given, titles) if rest else None
    if named is not None:
        probabilities[:, list(rest)] = named
    return Scored(coherent(probabilities, answers.parents), thresholds, head.row, rest)


def titles_of(answers: VideoAnswers, head: KeptHead | None) -> ProjectTitles | None:
    """What titles are read by: the encoder of a head that has one, else one of all titles of the project; None where there is no title."""
    encoder = video_material.fit_titles(answers.rows) if head is None or head.titles is None else head.titles
    return None if encoder is None else ProjectTitles(encoder, video_material.all_titles(answers.rows))


def words_of_learned(snapshot: Snapshot, answers: VideoAnswers, videos: VideoSet, head: KeptHead) -> Floats | None:
    """Scores float32 [n, k] of the words of a head's classes, compared with what they were compared with when it learned."""
    plain = video_zero_shot.scores(snapshot, learned(head, answers), videos, titles_of(answers, head), head.text_parts)
    return None if plain is None else plain.total


def _unlearned(
    snapshot: Snapshot, head: KeptHead, classes: Sequence[Category], videos: VideoSet, titles: ProjectTitles | None
) -> Floats | None:
    """Probabilities float32 [n, j] of classes that a head did not learn, by their words; None without a text side.

    An adapter knows better than plain texts what frames say; what sound and title say is added to either.
    """
    plain, trained = video_zero_shot.scores(snapshot, classes, videos, titles), head.trained
    if plain is None:
        return None
    texts = video_zero_shot.tag_texts(snapshot, classes) if isinstance(trained.head, AdapterHead) else None
    if isinstance(trained.head, AdapterHead) and texts is not None:
        logits = trained.head.unseen(video_material.fitting(videos, head.dims), texts.tags)
        return sigmoid(logits * trained.platt.slope.mean() + trained.platt.offset.mean() + plain.raised)
    return sigmoid(plain.total)


def learned(head: KeptHead, answers: VideoAnswers) -> list[Category]:
    """The classes that a head learned, as they are called now; one that is retired has its old name."""
    now = {one.id: one for one in answers.classes}
    names = {int(one["id"]): str(one["name"]) for one in head.row.card["classes"]}
    return [now.get(number) or _retired(number, names[number], answers) for number in head.classes]


def _retired(number: int, name: str, answers: VideoAnswers) -> Category:
    return Category(
        number, answers.facet.id, None, name, name, color="", icon="", key="", description="", depth=1, retired=True
    )


def _by_texts(snapshot: Snapshot, answers: VideoAnswers, videos: VideoSet, titles: ProjectTitles | None) -> Scored:
    plain = video_zero_shot.scores(snapshot, answers.classes, videos, titles)
    if plain is None:
        raise InputError(
            f"Nothing scores the videos: no head of {answers.facet.name} is promoted, and texts cannot be compared with the frames: the "
            "workspace's model takes none, the features are those of others, or none were computed. Label some videos and train."
        )
    return Scored(coherent(sigmoid(plain.total), answers.parents), _thresholds(snapshot, answers, titles), None)


def _thresholds(snapshot: Snapshot, answers: VideoAnswers, titles: ProjectTitles | None) -> Floats:
    """Thresholds float32 [k] of zero-shot scores: fitted on what people say, which the texts have not seen, else .5."""
    rows = np.flatnonzero(answers.labelled)
    plain = np.full(len(answers.classes), 0.5, np.float32)
    if (answers.truth[rows] != UNKNOWN).sum() < ENOUGH:
        return plain
    own = video_material.load(
        snapshot.workspace, [answers.rows[k] for k in rows], video_material.fingerprints(snapshot.workspace),
        None if titles is None else titles.encoder,
    )  # fmt: skip
    scored = video_zero_shot.scores(snapshot, answers.classes, own, titles)
    return plain if scored is None else fit_thresholds(sigmoid(scored.total), answers.truth[rows]).values


def with_held_out(probabilities: Floats, answers: VideoAnswers, rows: Sequence[int], head: KeptHead) -> Floats:
    """Probabilities float32 [n, k] of some rows of the answers, in place of those that a head gives what it learned its held-out ones."""
    out = probabilities.copy()
    place = {int(number): k for k, number in enumerate(head.held.items)}
    column = {number: k for k, number in enumerate(head.classes)}
    known = [(k, column[one.id]) for k, one in enumerate(answers.classes) if one.id in column]
    for k, row in enumerate(rows):
        at = place.get(answers.rows[row].id)
        for mine, own in known if at is not None else []:
            out[k, mine] = head.held.probabilities[at, own]
    return out
