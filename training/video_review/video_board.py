"""Whole videos of a workspace in one facet: what stands for each, and what the machine says of it now."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass

import numpy as np

from errors import AppError, InputError
from labeling.exchange.video_titles import title_of
from labeling.scoring.multilabel import UNKNOWN
from labeling.snapshot.snapshot import Snapshot
from store.items import video_features
from store.ledger import events, label_rows
from store.ledger.events import PERSON
from store.ledger.label_rows import StandingState
from store.project import prompts, taxonomy
from store.project.taxonomy import VIDEO, Facet
from training.videos.video_set import FRAMES, Bools, Floats, Ints
from training.whole_videos import video_answers, video_material, video_proposals, video_scores
from training.whole_videos.video_answers import VideoAnswers
from training.whole_videos.video_scores import Scored


@dataclass(frozen=True)
class MachineView:
    """What the machine says of all videos of a board.

    Attributes:
        probabilities: float32 [n, k]; of a video that the head learned from, by a fit that did not see it. thresholds: float32 [k].
        yes: bool [n, k], what it would propose. model: what says so, to show. key: what changes whenever any of it may.
    """

    probabilities: Floats
    thresholds: Floats
    yes: Bools
    model: str
    key: Hashable


@dataclass(frozen=True)
class VideoBoard:
    """Whole videos in one facet, in the order of `answers`.

    Attributes:
        states: what stands, by item. versions: int64 [n], of (item, facet).
        machine: None where nothing can score the videos; `reason` says why.
    """

    answers: VideoAnswers
    states: dict[int, list[StandingState]]
    versions: Ints
    machine: MachineView | None
    reason: str

    def __len__(self) -> int:
        """Number of videos."""
        return len(self.answers.rows)

    def given(self, row: int) -> list[StandingState]:
        """What people and imports say of a video."""
        return [
            state for state in self.states.get(self.answers.rows[row].id, []) if state.source in video_proposals.SOURCES
        ]

    def confirmed(self, row: int) -> bool:
        """Whether anybody has said anything of a video, if only that no class fits."""
        return bool(self.given(row))


def facet_of(snapshot: Snapshot, facet_id: int) -> Facet | None:
    """A facet of videos by id, the first one for 0; None where there is none yet.

    Raises:
        InputError: there is no such facet of videos.
    """
    with snapshot.workspace.read() as connection:
        known = taxonomy.facets(connection, VIDEO)
    if not facet_id:
        return known[0] if known else None
    chosen = next((facet for facet in known if facet.id == facet_id), None)
    if chosen is None:
        raise InputError(f"There is no facet {facet_id} of videos in this workspace. Reload the page.")
    return chosen


def read(snapshot: Snapshot, facet: Facet) -> VideoBoard:
    """The board of a facet as it stands; scores are kept until features, titles, classes or the model change.

    Raises:
        StoreError: a file of features is missing or damaged.
    """
    answers = video_answers.read(snapshot.workspace, facet)
    ids = answers.ids.tolist()
    with snapshot.workspace.read() as connection:
        known = {row.item_id: row.version for row in label_rows.versions(connection, facet.id, ids)}
    states: dict[int, list[StandingState]] = {}
    for row in answers.states:
        states.setdefault(row.item_id, []).append(row)
    versions = np.array([known.get(number, 0) for number in ids], np.int64)
    machine, reason = _machine(snapshot, answers)
    return VideoBoard(answers, states, versions, machine, reason)


def unit_means(snapshot: Snapshot, answers: VideoAnswers) -> tuple[Floats, Bools]:
    """(unit means of the frames of all videos of a board float32 [n, d], which of them have frames bool [n]).

    They are computed anew when features or videos change.

    Raises:
        StoreError: a file of features is missing or damaged.
    """
    wanted = video_material.fingerprints(snapshot.workspace)
    with snapshot.workspace.read() as connection:
        version = (video_features.revision(connection), wanted, tuple(answers.ids.tolist()))

    def compute() -> tuple[Floats, Bools]:
        frames = video_material.load(snapshot.workspace, answers.rows, wanted, None).modalities.get(FRAMES)
        if frames is None:
            return np.zeros((len(answers.rows), 0), np.float32), np.zeros(len(answers.rows), np.bool_)
        means = frames.means()
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return means, frames.present

    return snapshot.cached("video means", version, compute)


def _machine(snapshot: Snapshot, answers: VideoAnswers) -> tuple[MachineView | None, str]:
    """(what the machine says, why it says nothing)."""
    if not answers.rows or not answers.classes:
        return None, "There is nothing to score yet."
    try:
        head = video_scores.choose(snapshot, answers)
        wanted = video_material.fingerprints(snapshot.workspace)
    except AppError as error:
        return None, str(error)
    with snapshot.workspace.read() as connection:
        revision, prompt_version = video_features.revision(connection), prompts.newest(connection)
    key = (
        revision, wanted, prompt_version, None if head is None else head.row.id, answers.classes, tuple(answers.ids.tolist()),
        tuple(map(title_of, answers.rows)),
    )  # fmt: skip

    def compute() -> Scored | str:
        rows = list(answers.rows)
        try:
            return video_scores.score(
                snapshot, answers, lambda titles: video_material.load(snapshot.workspace, rows, wanted, titles), head
            )
        except InputError as error:
            return str(error)

    scored = snapshot.cached(f"video scores {answers.facet.id}", key, compute)
    if isinstance(scored, str):
        return None, scored
    probabilities = scored.probabilities
    if head is not None:
        probabilities = video_scores.with_held_out(probabilities, answers, range(len(answers.rows)), head)
    yes = video_proposals.classes_over(answers, probabilities, scored.thresholds)
    model = "zero-shot" if head is None else f"head {head.row.number}"
    return MachineView(probabilities, scored.thresholds, yes, model, key), ""


def standing(board: VideoBoard, row: int) -> StandingState | None:
    """What stands in an exclusive facet by people or an import."""
    if not board.answers.facet.exclusive:
        return None
    return next((state for state in board.given(row) if state.value in ("yes", "unsure")), None)


def proposed(board: VideoBoard, row: int) -> int | None:
    """The machine's class in an exclusive facet that people have not ruled out."""
    return likeliest(board, row, {state.category_id for state in board.given(row) if state.value == "no"})


def likeliest(board: VideoBoard, row: int, refused: Collection[int] = ()) -> int | None:
    """The machine's class in an exclusive facet: as deep as it is certain, else the likeliest at the top; none that is refused."""
    machine = board.machine
    if machine is None or not board.answers.facet.exclusive or not board.answers.classes:
        return None
    likely = [k for k in np.flatnonzero(machine.yes[row]).tolist() if board.answers.classes[k].id not in refused]
    if likely:
        return board.answers.classes[likely[0]].id
    top = [k for k, parent in enumerate(board.answers.parents) if parent is None]
    left = [k for k in top if board.answers.classes[k].id not in refused]
    return board.answers.classes[max(left, key=lambda k: float(machine.probabilities[row, k]))].id if left else None


def doubt(board: VideoBoard) -> Floats:
    """float32 [n]: how near the machine is to changing its mind about what nobody has answered; 0 is on the edge, NaN without such.

    Of an exclusive facet the lead of its likeliest top class over the next one; of an open one the least distance between a logit and
    that of its threshold.
    """
    value = np.full(len(board), np.nan, np.float32)
    machine = board.machine
    if machine is None:
        return value
    unanswered = board.answers.truth == UNKNOWN
    if board.answers.facet.exclusive:
        top = [k for k, parent in enumerate(board.answers.parents) if parent is None]
        best = np.sort(machine.probabilities[:, top], axis=1)[:, ::-1]
        lead = best[:, 0] - best[:, 1] if len(top) > 1 else best[:, 0]
        return np.where(unanswered.any(axis=1), lead, np.nan).astype(np.float32)
    apart = np.abs(_logit(machine.probabilities) - _logit(machine.thresholds)[None, :])
    nearest = np.where(unanswered, apart, np.inf).min(axis=1)
    return np.where(np.isfinite(nearest), nearest, np.nan).astype(np.float32)


def suspicion(board: VideoBoard) -> Floats:
    """float32 [n]: how unlikely the machine finds the least likely answer of people and imports; NaN where there is none."""
    value = np.full(len(board), np.nan, np.float32)
    machine = board.machine
    if machine is None:
        return value
    column = {one.id: k for k, one in enumerate(board.answers.classes)}
    for row in range(len(board)):
        for state in board.given(row):
            if state.value in video_answers.CODES and state.category_id in column:
                chance = float(machine.probabilities[row, column[state.category_id]])
                against = 1 - chance if state.value == "yes" else chance
                value[row] = against if np.isnan(value[row]) else max(value[row], against)
    return value


def confidence(board: VideoBoard) -> Floats:
    """float32 [n]: the probability of the likeliest class that nobody has answered; NaN without one."""
    if board.machine is None:
        return np.full(len(board), np.nan, np.float32)
    best = np.where(board.answers.truth == UNKNOWN, board.machine.probabilities, -1).max(axis=1)
    return np.where(best >= 0, best, np.nan).astype(np.float32)


def answer_of(row: StandingState) -> str:
    """What an answer says, as pages say it: yes, no, unsure or none."""
    return events.answer(row.value, row.reason)


def state_of(row: StandingState) -> str:
    """The state of a tile whose standing answer this is."""
    words = {"none": "no_class", "unsure": "unsure"}
    return words.get(answer_of(row), "person" if row.source in PERSON else "machine")


def _logit(values: Floats) -> Floats:
    clipped = np.clip(values.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)), np.float32)
