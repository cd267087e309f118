"""What the machine proposes: a round of pseudo-labels, and the labels that it suspects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import TypedDict

from labeling.cleaning.label_table import IMPORT
from labeling.review import machine_view
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear
from labeling.search import held_back
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.database.connection import Connection
from store.items.file_names import handles
from store.ledger.events import Batch, Change
from store.project import heads
from store.team import actors, leases, machine_round, people
from store.team.machine_round import Tally

STANDS = ("saved", "unchanged")  # how a label ends that stands after a round
LARGE = 20_000  # images from which on nobody waits for a round


@dataclass(frozen=True)
class Proposed:
    """How a pseudo-label round went."""

    labelled: int
    skipped_human: int
    per_class: dict[str, int]
    batch: str | None
    round: int


class Suspect(TypedDict):
    """A label that is doubted: the paths of its class and of the one that its neighbours favour, and the suspicion in [0, 1]."""

    file: str
    category: str | None
    proposed: str | None
    score: float


def pseudo_label(
    snapshot: Snapshot,
    using: str = "auto",
    actor: str = people.MACHINE,
    ids: Sequence[int] | None = None,
    held: Sequence[int] = (),
    progress: Progress = silent,
) -> Proposed:
    """A round: the machine proposes a class for everything that nobody has labelled; people's and imported labels stay.

    In a tree a proposal stops at the parent where no child is certain. What the lane for none of these holds back gets none, of
    a head neither.

    Args:
        using: `zero-shot`, `head`, or `auto` (the promoted head where there is one).
        ids: only these items, or all.
        held: items that somebody is looking at: their proposals stay as they are, and so do those of leased batches.
        progress: told of labels that are written.

    Raises:
        InputError: there is no promoted head, or no class. EncoderError: no text side for zero-shot.
        CancelledError: as `machine_round.write`.
    """
    used = snapshot.classifiers.choose(using)
    if ids is None:  # the batches that people are working on
        with snapshot.workspace.read() as connection:
            held = [*held, *leases.taken(connection)]
    changes = _proposals(snapshot, used.scorer, ids, frozenset(held), lane_on=snapshot.has_text)
    names = {category.id: category.path for category in snapshot.categories.tree}
    with snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
    batch = Batch(actor_id, used.source, "propose", prompt_version=used.prompt_version, head_id=used.head_id)
    numbers: list[int] = []

    def finish(connection: Connection, done: Tally) -> None:
        numbers.append(heads.add_round(
            connection, kind=batch.source, metrics={"labelled": sum(done.given(*STANDS).values())}, head_id=batch.head_id,
            prompt_version=batch.prompt_version, batch_id=batch.id if done.of("saved") else None,
        ))  # fmt: skip

    done = machine_round.write(
        snapshot.workspace, batch, changes, len(snapshot.ids) if ids is None else len(ids), finish=finish, progress=progress
    )  # fmt: skip
    counts = {names[number]: 0 for number in used.scorer.classes if number in names}
    for number, count in done.given(*STANDS).items():
        counts[names[number]] = counts.get(names[number], 0) + count
    return Proposed(
        sum(counts.values()), done.of("skipped"), counts, batch.id if done.of("saved") else None, numbers[0]
    )


def _proposals(
    snapshot: Snapshot, linear: Linear, ids: Sequence[int] | None, held: frozenset[int], *, lane_on: bool
) -> Iterator[Change]:
    """What the machine would write: a yes for each item, and a clear of its own label where the lane holds the item back."""
    board = snapshot.labels.board()
    probabilities = _without_rejected(linear.probabilities(snapshot.vectors), linear.classes, board.rejected)
    best, confidence, _margin = zero_shot.top_two(probabilities)
    chosen = np.array(linear.classes, np.int64)[best]
    if snapshot.categories.is_tree:
        least = snapshot.prompts.version()[1].options.back_off if snapshot.has_text else 0.0
        chosen, confidence = snapshot.categories.stop(linear.classes, np.maximum(probabilities, 0), least)
    none = held_back.holds(snapshot, snapshot.prompts.version()[1]) if lane_on else np.zeros(len(board), np.bool_)
    rows = range(len(board)) if ids is None else board.rows(list(ids)).tolist()
    for row in rows:
        number = int(board.ids[row])
        if number in held:
            continue
        if not none[row]:
            yield Change(number, int(chosen[row]), confidence=float(confidence[row]))
        elif board.labelled[row] and board.source[row] < IMPORT:
            yield Change(number, int(board.category[row]), "clear")


def _without_rejected(
    probabilities: zero_shot.Floats, classes: tuple[int, ...], rejected: dict[int, frozenset[int]]
) -> zero_shot.Floats:
    if not rejected:
        return probabilities
    allowed = probabilities.copy()
    for row, gone in rejected.items():
        for number in gone.intersection(classes):
            allowed[row, classes.index(number)] = -1.0
    return allowed


def suspects(snapshot: Snapshot, *, limit: int = 100, humans: bool = False) -> list[Suspect]:
    """The most suspicious labels first: machines' and imports', people's only where asked."""
    seen = machine_view.view(snapshot, suspicion=True, best_by_neighbours=True)
    board, suspicion = seen.board, snapshot.labels.suspicion()
    linear, _ = snapshot.classifiers.probabilities()
    names = {category.id: category.path for category in snapshot.categories.tree}
    score = suspicion.score.copy()
    if not humans:
        score[board.person] = float("nan")
    rows = [int(row) for row in (-score).argsort(kind="stable") if score[row] == score[row]][:limit]
    with snapshot.workspace.read() as connection:
        called = handles(connection, board.ids[rows].tolist())
    return [
        {
            "file": called[int(board.ids[row])],
            "category": names.get(int(board.category[row])),
            "proposed": names.get(linear.classes[int(suspicion.proposed[row])]),
            "score": round(float(score[row]), 6),
        }
        for row in rows
    ]
