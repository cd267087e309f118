"""A new head: the common part of its card, the verdict on its promotion, and its way into the workspace."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from typing_extensions import TypedDict

from errors import InputError
from labeling.scoring import classifier_file
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store.project import heads
from store.project.heads import HeadRow
from store.project.taxonomy import Facet
from store.team import actors
from training.heads import out_of_fold
from training.heads.judgement import Fall
from training.heads.out_of_fold import OutOfFold

PROMOTE = ("auto", "always", "never")


class CardFacet(TypedDict):
    """Facet of a head."""

    id: int
    name: str
    exclusive: bool


class CardClass(TypedDict):
    """Class of a head; `name` is its path in the tree."""

    id: int
    name: str


class CardEncoder(TypedDict):
    """Encoder whose vectors a head reads."""

    fingerprint: str
    name: str
    spec: str


class CardHeldOut(TypedDict):
    """Held-out items of a training: their kind in words, and their number."""

    name: str
    n: int


class CardStart(TypedDict):
    """Common part of every card.

    Attributes:
        prompt_version: None without a text side. versions: of libraries, by name.
    """

    facet: CardFacet
    classes: list[CardClass]
    encoder: CardEncoder
    prompt_version: int | None
    versions: dict[str, str]


class TrainedHead(TypedDict):
    """Id of a trained head, its promotion, and the reason for that in words."""

    head: int
    promoted: bool
    reason: str


@dataclass(frozen=True)
class Claim:
    """A gain over the classifier in use, in [-1, 1].

    Attributes:
        low, high: 95 % interval. sure: lower bound that decides on the promotion. unit: of the gain, in words.
    """

    value: float
    low: float
    high: float
    sure: float
    unit: str


def card(snapshot: Snapshot, facet: Facet, classes: tuple[int, ...]) -> CardStart:
    """The start of a card: facet, classes, encoder, prompts, versions of libraries."""
    names = snapshot.categories.path_names(classes)
    return {
        "facet": {"id": facet.id, "name": facet.name, "exclusive": facet.exclusive},
        "classes": [{"id": number, "name": name} for number, name in zip(classes, names, strict=True)],
        "encoder": {
            "fingerprint": snapshot.encoder_row.fingerprint,
            "name": snapshot.encoder_row.name,
            "spec": snapshot.encoder_row.spec,
        },
        "prompt_version": snapshot.prompts.version()[0] if snapshot.has_text else None,
        "versions": {name: version(name) for name in ("numpy", "scipy", "open_clip_torch")},
    }


def verdict(
    promote: str, gain: Claim | None, *, why: str, before: str, doubt: str = "", falls: Sequence[Fall] = ()
) -> tuple[bool, str]:
    """Decide on the promotion: (promoted, reason in words).

    A head is promoted where its gain is certain and no fall is, unless told otherwise.

    Args:
        promote: `auto`, `always` or `never`. why: the reason for the choice of this head. before: the classifier in use.
        doubt: the reason why no gain is known; it keeps a head from being promoted automatically.

    Raises:
        InputError: `promote` is something else.
    """
    if promote not in PROMOTE:
        raise InputError(f"--promote is auto, always or never, not {promote!r}.")
    worse = next((one for one in falls if one["certain"]), None)
    certain = gain is not None and gain.sure > 0 and not (doubt or worse)
    if gain is None:
        text = doubt or "No label can be held out yet."
    else:
        span = f"95 % interval {100 * gain.low:z.1f} to {100 * gain.high:z.1f}"
        text = f"{100 * gain.value:+z.1f} {gain.unit} against {before} ({span})" + (f"; {doubt}" if doubt else "")
    if worse is not None:
        text += f"; {worse['what']} falls from {worse['before']:.1%} to {worse['after']:.1%} of {worse['n']} labels"
    full = f"{why}; {text}"
    if promote == "always":
        return True, f"promoted as asked: {full}"
    if promote == "never":
        return False, f"not promoted as asked: {full}"
    if certain:
        return True, f"promoted: {full}"
    because = "too few random labels" if doubt else "something falls" if worse else "the gain may be chance"
    return False, f"not promoted, {because}: {full}"


def save(
    snapshot: Snapshot, linear: Linear, card: CardStart, answers: OutOfFold, *, labels: int, reason: str, promoted: bool,
    measured: Mapping[str, object], actor: str,
) -> HeadRow:  # fmt: skip
    """Write the file of a head and its out-of-fold answers, then record the head and its round.

    Args:
        card: the whole card. labels: number of labels learned from. measured: figures of the round.
    """
    workspace = snapshot.workspace
    stem = f"{time.time_ns():x}"
    path = workspace.folder("heads") / f"{stem}.safetensors"
    digest = classifier_file.write(path, linear, card)
    out_of_fold.write(workspace, stem, answers)
    with workspace.engine.begin() as connection:
        row = heads.add(
            connection, encoder_id=snapshot.encoder_row.id, facet_id=card["facet"]["id"], file=path.name, sha256=digest,
            card=card, labels=labels, reason=reason, actor_id=actors.id_of(connection, actor),
        )  # fmt: skip
        heads.add_round(connection, kind="head", metrics=measured, head_id=row.id)
        return heads.promote(connection, row.id) if promoted else row
