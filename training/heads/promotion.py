"""Promotion of a head, roll-back, and a round of proposals by it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NotRequired

from typing_extensions import TypedDict

from errors import CancelledError, InputError
from labeling.proposals import follow_neighbours, pseudo_labels
from labeling.scoring import classifier_file
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores
from progress import Progress, silent
from store.items import vectors
from store.project import heads, taxonomy
from store.team import actors, people
from store.workspace import Workspace
from written import texts


class ProposalRound(TypedDict):
    """A round of proposals.

    Attributes:
        labelled, skipped_human: numbers of labels. per_class: labels by path of the class. batch: id, None where nothing changed.
        thresholds: by path of the class, of an open facet.
    """

    labelled: int
    skipped_human: int
    per_class: dict[str, int]
    batch: str | None
    thresholds: NotRequired[dict[str, float]]


def promote(workspace: Workspace, head_id: int, actor: str, reason: str = "") -> None:
    """Put a head in use by hand; the reason is kept.

    Raises:
        InputError: the reason cannot be stored, or there is no such head.
    """
    texts.check(reason, "The reason")
    with workspace.engine.begin() as connection:
        actors.id_of(connection, actor)
        row = heads.get(connection, head_id)
        classifier_file.read(workspace.folder("heads") / row.file, sha256=row.sha256)
        heads.promote(
            connection, head_id, reason=f"promoted by {actor}: {reason}" if reason else f"promoted by {actor}"
        )


def roll_back(workspace: Workspace, actor: str, facet_id: int | None = None) -> int | None:
    """Go back to a facet's head before (the exclusive one unless another is named); its id, or None where zero-shot is in use again.

    Raises:
        InputError: no head is promoted there.
    """
    with workspace.engine.begin() as connection:
        actors.id_of(connection, actor)
        encoder = vectors.current_encoder(connection).id
        row = heads.roll_back(connection, encoder, facet_id or taxonomy.main_facet(connection) or 0)
        return None if row is None else row.id


def propose(
    snapshot: Snapshot, actor: str = people.MACHINE, using: str = "head", facet: str | None = None, *, held: Sequence[int] = (),
    progress: Progress = silent,
) -> ProposalRound:  # fmt: skip
    """Let the machine propose labels for items that no person has labelled: the next round.

    Args:
        using: `head`, `zero-shot`, `auto` (the promoted head where there is one), or `neighbours`: machine labels take the class that
            the images most like them favour.
        facet: name of an open facet to propose in; without it the exclusive facet.
        held: items whose proposals stay as they are; neighbours pass over leased ones alone.

    Raises:
        InputError: there is no such head or facet, no class, or neighbours are asked about an open facet.
        EncoderError: the encoder has no text side for the prompts.
    """
    if using == "neighbours":
        if facet is not None:
            raise InputError(
                "Neighbours speak for the class alone. Name no facet, or let a head or the prompts propose."
            )
        followed = follow_neighbours.follow(snapshot, progress=progress)
        return {
            "labelled": followed["changed"], "skipped_human": 0, "per_class": followed["per_class"], "batch": followed["batch"],
        }  # fmt: skip
    if facet is not None:
        return {
            **scores.propose(snapshot, answers.find(snapshot, facet), actor, frozenset(held), using, progress=progress)
        }
    snapshot.classifiers.prepare(using, progress)
    done = pseudo_labels.pseudo_label(snapshot, using, actor, held=held, progress=progress)
    with suppress(CancelledError):  # the labels are written: who stops it now stops the ranking
        snapshot.labels.prepare(progress)
    return {
        "labelled": done.labelled,
        "skipped_human": done.skipped_human,
        "per_class": done.per_class,
        "batch": done.batch,
    }
