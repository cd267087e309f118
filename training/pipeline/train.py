"""One click: fit, compare, save, and promote where the gain is certain."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import Any

import numpy as np

from errors import InputError
from labeling import artifact
from labeling.board import Board
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store import heads as stored
from store import workspace as workspaces
from store.heads import HeadRow
from store.workspace import MACHINE
from training import choose, metrics
from training.choose import Chosen, Progress, TrainOptions
from training.pipeline.compare import (
    HeldOut,
    Ints,
    answers_of,
    classifier_in_use,
    held_out_items,
    honest_answers,
    material_of,
)
from training.split import leaks

OPTIONS = ("soft", "given", "spread", "balance", "seed")  # those that a person may set; the card keeps them


def train(
    scene: Scene,
    *,
    actor: str = MACHINE,
    promote: str = "auto",
    options: TrainOptions | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fit all candidates on the labels, keep the best, save it, and promote it where its gain is certain.

    Args:
        promote: `auto` (the 95 % interval of the gain over what is in use excludes zero), `always` or `never`.
        progress: told after each fit and each step of the last one -> whether to go on.

    Raises:
        InputError: labels of fewer than two classes.
        CancelledError: `progress` said stop; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or TrainOptions()
    material, board = material_of(scene)
    chosen = choose.choose(material, options, progress)
    held = held_out_items(board, chosen.linear.classes)
    before_name, before = classifier_in_use(scene)
    compared = _compare(scene, chosen, held, before)
    gain = metrics.gain(compared["before"] == held.truth, compared["new"] == held.truth, seed=options.seed)
    promoted, reason = _verdict(promote, gain, chosen, before_name)
    names = scene.path_names(chosen.linear.classes)
    seconds = time.perf_counter() - begin
    card: dict[str, Any] = {
        "classes": [{"id": number, "name": name} for number, name in zip(chosen.linear.classes, names, strict=True)],
        "encoder": {
            "fingerprint": scene.encoder_row.fingerprint,
            "name": scene.encoder_row.name,
            "spec": scene.encoder_row.spec,
        },
        "prompt_version": scene.prompts()[0] if scene.has_text else None,
        "label_revision": board.last_event,
        "labels": len(chosen.rows),
        "winner": chosen.name,
        "why": choose.describe(chosen),
        "candidates": [
            {"name": c.name, "accuracy": c.accuracy, "log_likelihood": c.log_likelihood, "share": c.share}
            for c in chosen.candidates
        ],
        "temperature": chosen.temperature,
        "calibration": metrics.calibration(chosen.probabilities, chosen.truth),
        "losses": [round(loss, 6) for loss in chosen.losses],
        "held_out": {"name": held.name, "n": len(held.rows)},
        "leaks": _leaks(board, chosen),
        "metrics": {key: metrics.scores(held.truth, compared[key], names) for key in ("new", "before", "zero_shot")},
        "before": before_name,
        "gain": gain,
        "seed": options.seed,
        "options": {key: getattr(options, key) for key in OPTIONS},
        "seconds": round(seconds, 3),
        "versions": {name: version(name) for name in ("numpy", "scipy", "open_clip_torch")},
    }
    row = _save(scene, chosen, card, reason, promoted, actor)
    return {"head": row.id, "promoted": promoted, "reason": reason, "metrics": {**card["metrics"]["new"], "gain": gain, "held_out": held.name, "zero_shot": card["metrics"]["zero_shot"]}}  # fmt: skip


def _compare(scene: Scene, chosen: Chosen, held: HeldOut, before: Linear) -> dict[str, Ints]:
    """Class indices on the held-out rows. A row that a head learned from is judged by its out-of-fold answer."""
    new = chosen.linear.logits(scene.vectors[held.rows]).argmax(axis=1)
    out_of_fold = dict(zip(chosen.rows.tolist(), chosen.predicted.tolist(), strict=True))
    new = np.array(
        [out_of_fold.get(int(row), int(answer)) for row, answer in zip(held.rows, new, strict=True)], np.int64
    )
    zero = scene.zero_shot() if scene.has_text else scene.no_opinion()
    previous = answers_of(scene, before, chosen.linear.classes, held.rows)
    found = scene.head()
    if found is not None:
        previous = honest_answers(scene, found[0], previous, held.rows, chosen.linear.classes)
    return {"new": new, "before": previous, "zero_shot": answers_of(scene, zero, chosen.linear.classes, held.rows)}


def _verdict(promote: str, gain: dict[str, float] | None, chosen: Chosen, before: str) -> tuple[bool, str]:
    if promote not in ("auto", "always", "never"):
        raise InputError(f"--promote is auto, always or never, not {promote!r}.")
    if gain is None:
        certain, text = False, "No label can be held out yet."
    else:
        certain = gain["low"] > 0
        text = f"{100 * gain['accuracy']:+.1f} points against {before} (95 % interval {100 * gain['low']:.1f} to {100 * gain['high']:.1f})"
    why = f"{choose.describe(chosen)}; {text}"
    if promote == "always":
        return True, f"promoted as asked: {why}"
    if promote == "never":
        return False, f"not promoted as asked: {why}"
    return certain, f"{'promoted' if certain else 'not promoted, the gain may be chance'}: {why}"


def _leaks(board: Board, chosen: Chosen) -> int:
    train_rows = np.zeros(len(board), np.bool_)
    train_rows[chosen.rows] = True
    return leaks(board.group, train_rows, board.audit)


def _save(scene: Scene, chosen: Chosen, card: dict[str, Any], reason: str, promoted: bool, actor: str) -> HeadRow:
    workspace = scene.workspace
    stem = f"{time.time_ns():x}"
    path = workspace.folder("heads") / f"{stem}.safetensors"
    digest = artifact.write(path, chosen.linear, card)
    classes = np.array(chosen.linear.classes, np.int64)
    np.savez(
        workspace.folder("heads") / f"{stem}.held.npz",
        items=scene.ids[chosen.rows],
        categories=classes[chosen.predicted],
        probabilities=chosen.probabilities,
    )
    with workspace.engine.begin() as connection:
        actor_id = workspaces.actor_id(connection, actor)
        row = stored.add(
            connection, encoder_id=scene.encoder_row.id, facet_id=scene.facet_id(), file=path.name, sha256=digest,
            card=card, labels=len(chosen.rows), reason=reason, actor_id=actor_id,
        )  # fmt: skip
        stored.add_round(
            connection,
            kind="head",
            metrics=card["metrics"]["new"] | {"gain": card["gain"], "set": card["held_out"]["name"]},
            head_id=row.id,
        )
        return stored.promote(connection, row.id) if promoted else row
