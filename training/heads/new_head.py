"""A new head: the card that it carries, whether it is promoted, and its way into the workspace."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

import files
from errors import InputError
from labeling.scoring import classifier_file
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Snapshot
from store import workspace as workspaces
from store.project import heads
from store.project.heads import HeadRow
from store.project.taxonomy import Facet

PROMOTE = ("auto", "always", "never")


def card(snapshot: Snapshot, facet: Facet, classes: tuple[int, ...]) -> dict[str, Any]:
    """What every card begins with: facet, classes, encoder, prompts, versions of libraries."""
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
    promote: str, gain: dict[str, Any] | None, *, key: str, unit: str, why: str, before: str, doubt: str = "",
    falls: Sequence[dict[str, Any]] = (),
) -> tuple[bool, str]:  # fmt: skip
    """(whether to promote, the reason in words): where the gain is certain and nothing falls for certain, unless told otherwise.

    Args:
        promote: `auto`, `always` or `never`. gain: its `key` with `low`, `high` and perhaps `sure`, or None. unit: of the gain, in words.
        doubt: why there is no gain to go by, or none that is honest; that alone keeps a head from being promoted by itself.
        falls: as `judging.falls`.

    Raises:
        InputError: `promote` is something else.
    """
    if promote not in PROMOTE:
        raise InputError(f"--promote is auto, always or never, not {promote!r}.")
    worse = next((one for one in falls if one["certain"]), None)
    certain = gain is not None and gain.get("sure", gain["low"]) > 0 and not (doubt or worse)
    if gain is None:
        text = doubt or "No label can be held out yet."
    else:
        span = f"95 % interval {100 * gain['low']:.1f} to {100 * gain['high']:.1f}"
        text = f"{100 * gain[key]:+.1f} {unit} against {before} ({span})" + (f"; {doubt}" if doubt else "")
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
    snapshot: Snapshot, linear: Linear, made: dict[str, Any], held_out: dict[str, npt.NDArray[Any]], *, labels: int,
    reason: str, promoted: bool, measured: dict[str, Any], actor: str,
) -> HeadRow:  # fmt: skip
    """Write a head's file and what it said of its own labels while they were held out, then record it, and its round.

    Args:
        made: the card, its facet in it. measured: the figures of the round.
    """
    workspace = snapshot.workspace
    stem = f"{time.time_ns():x}"
    path = workspace.folder("heads") / f"{stem}.safetensors"
    digest = classifier_file.write(path, linear, made)
    with files.replacing(workspace.folder("heads") / f"{stem}.held.npz") as part, part.open("wb") as file:
        np.savez(file, **held_out)  # type: ignore[arg-type]
    with workspace.engine.begin() as connection:
        row = heads.add(
            connection, encoder_id=snapshot.encoder_row.id, facet_id=int(made["facet"]["id"]), file=path.name, sha256=digest,
            card=made, labels=labels, reason=reason, actor_id=workspaces.actor_id(connection, actor),
        )  # fmt: skip
        heads.add_round(connection, kind="head", metrics=measured, head_id=row.id)
        return heads.promote(connection, row.id) if promoted else row
