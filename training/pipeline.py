"""Training on the store: one click, what it showed, promotion, and evaluation against a truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling import artifact
from labeling.board import HUMAN, SOURCES, Board
from labeling.pipeline import decide, exchange
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store import heads as stored
from store import history, items, taxonomy
from store import workspace as workspaces
from store.heads import HeadRow
from store.workspace import MACHINE, Workspace
from training import choose, metrics
from training.choose import Chosen, Material, TrainOptions
from training.split import leaks

Ints = npt.NDArray[np.int64]
AUDIT_ENOUGH = 30  # verified audit items from which on they alone are the held-out set
Progress = Callable[[str, int, float], bool]


@dataclass(frozen=True)
class HeldOut:
    """The items that models are compared on. `name` says in words which they are."""

    rows: Ints
    truth: Ints
    name: str


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
        progress: (stage, iteration, loss) -> whether to go on.

    Raises:
        InputError: labels of fewer than two classes.
        CancelledError: `progress` said stop; the head in use stays.
    """
    begin = time.perf_counter()
    options = options or TrainOptions()
    material, board = _material(scene)
    step = None if progress is None else (lambda iteration, loss: progress("Fitting", iteration, loss))
    chosen = choose.choose(material, options, step)
    held = _held_out(board, chosen.linear.classes)
    before_name, before = _in_use(scene)
    compared = _compare(scene, chosen, held, before)
    gain = metrics.gain(compared["before"] == held.truth, compared["new"] == held.truth, seed=options.seed)
    promoted, reason = _verdict(promote, gain, chosen, before_name)
    names = _names(scene)
    seconds = time.perf_counter() - begin
    card: dict[str, Any] = {
        "classes": [{"id": number, "name": names[number]} for number in chosen.linear.classes],
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
            {"name": c.name, "accuracy": c.accuracy, "log_likelihood": c.log_likelihood} for c in chosen.candidates
        ],
        "losses": [round(loss, 6) for loss in chosen.losses],
        "held_out": {"name": held.name, "n": len(held.rows)},
        "leaks": _leaks(board, chosen),
        "metrics": {
            "new": metrics.scores(held.truth, compared["new"], _class_names(scene, chosen.linear.classes)),
            "before": metrics.scores(held.truth, compared["before"], _class_names(scene, chosen.linear.classes)),
            "zero_shot": metrics.scores(held.truth, compared["zero_shot"], _class_names(scene, chosen.linear.classes)),
        },
        "before": before_name,
        "gain": gain,
        "seed": options.seed,
        "seconds": round(seconds, 3),
        "versions": {name: version(name) for name in ("numpy", "scipy", "open_clip_torch")},
    }
    row = _save(scene, chosen, card, reason, promoted, actor)
    return {"head": row.id, "promoted": promoted, "reason": reason, "metrics": {**card["metrics"]["new"], "gain": gain, "held_out": held.name, "zero_shot": card["metrics"]["zero_shot"]}}  # fmt: skip


def _material(scene: Scene) -> tuple[Material, Board]:
    """Everything a head may learn from. Labels of audit items are left out here and nowhere else."""
    board = scene.board()
    start = scene.zero_shot() if scene.has_text else scene._nothing()
    labels = board.class_index(start.classes)
    human = np.where((board.source >= HUMAN) & ~board.audit, labels, -1)
    given = np.where((board.source == SOURCES.index("import")) & ~board.audit, labels, -1)
    return Material(scene.vectors, scene.graph, start, scene.has_text, board.group, human, given), board


def _held_out(board: Board, classes: tuple[int, ...]) -> HeldOut:
    labels = board.class_index(classes)
    verified = board.person & (labels >= 0)
    audit = np.flatnonzero(verified & board.audit)
    if len(audit) >= AUDIT_ENOUGH:
        return HeldOut(audit, labels[audit], f"{len(audit)} audit items, never trained on")
    known = verified if verified.any() else (board.source == SOURCES.index("import")) & (labels >= 0)
    rows = np.flatnonzero(known)
    return HeldOut(rows, labels[rows], f"{len(rows)} labels, each held out in turn")


def _in_use(scene: Scene) -> tuple[str, Linear]:
    found = scene.head()
    if found is not None:
        return f"head {found[0].number}", found[1]
    return ("zero-shot", scene.zero_shot()) if scene.has_text else ("no model", scene._nothing())


def _compare(scene: Scene, chosen: Chosen, held: HeldOut, before: Linear) -> dict[str, Ints]:
    """Class indices on the held-out rows. A row that a head learned from is judged by its out-of-fold answer."""
    new = chosen.linear.logits(scene.vectors[held.rows]).argmax(axis=1)
    out_of_fold = dict(zip(chosen.rows.tolist(), chosen.predicted.tolist(), strict=True))
    new = np.array(
        [out_of_fold.get(int(row), int(answer)) for row, answer in zip(held.rows, new, strict=True)], np.int64
    )
    zero = scene.zero_shot() if scene.has_text else scene._nothing()
    previous = _answers(scene, before, chosen.linear.classes, held.rows)
    found = scene.head()
    if found is not None:
        previous = _honest(scene, found[0], previous, held.rows, chosen.linear.classes)
    return {"new": new, "before": previous, "zero_shot": _answers(scene, zero, chosen.linear.classes, held.rows)}


def _answers(scene: Scene, linear: Linear, classes: tuple[int, ...], rows: Ints) -> Ints:
    """A classifier's answers as indices into other classes; -1 for a class that is not among them."""
    if not len(rows):
        return np.empty(0, np.int64)
    table = np.array([classes.index(number) if number in classes else -1 for number in linear.classes], np.int64)
    return np.asarray(table[linear.logits(scene.vectors[rows]).argmax(axis=1)], np.int64)


def _honest(scene: Scene, row: HeadRow, answers: Ints, rows: Ints, classes: tuple[int, ...]) -> Ints:
    """Answers of an older head with its own training rows replaced by what it said when they were held out."""
    path = scene.workspace.folder("heads") / f"{Path(row.file).stem}.held.npz"
    if not path.exists():
        return answers
    with np.load(path, allow_pickle=False) as kept:
        said = dict(zip(kept["items"].tolist(), kept["categories"].tolist(), strict=True))
    ids = scene.ids[rows]
    return np.array(
        [
            (classes.index(said[int(number)]) if said[int(number)] in classes else -1)
            if int(number) in said
            else int(answer)
            for number, answer in zip(ids, answers, strict=True)
        ],
        np.int64,
    )


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


def _names(scene: Scene) -> dict[int, str]:
    with scene.workspace.read() as connection:
        return {category.id: category.path for category in taxonomy.categories(connection, retired=True)}


def _class_names(scene: Scene, classes: Sequence[int]) -> list[str]:
    names = _names(scene)
    return [names.get(number, str(number)) for number in classes]


def heads(workspace: Workspace) -> list[dict[str, Any]]:
    """All heads, newest first."""
    with workspace.read() as connection:
        rows = stored.every(connection)
    return [
        {
            "id": row.id,
            "number": row.number,
            "at": row.created_at.isoformat(),
            "labels": row.labels,
            "promoted": row.state == "promoted",
            "state": row.state,
            "reason": row.reason,
            "metrics": row.card["metrics"]["new"],
        }
        for row in rows
    ]


def promote(workspace: Workspace, head_id: int, actor: str, reason: str = "") -> None:
    """Put a head in use by hand; the reason is kept."""
    with workspace.engine.begin() as connection:
        workspaces.actor_id(connection, actor)
        row = stored.get(connection, head_id)
        artifact.read(workspace.folder("heads") / row.file, sha256=row.sha256)
        stored.promote(
            connection, head_id, reason=f"promoted by {actor}: {reason}" if reason else f"promoted by {actor}"
        )


def roll_back(workspace: Workspace, actor: str) -> int | None:
    """Go back to the head before; returns its id, or None where zero-shot is in use again."""
    with workspace.engine.begin() as connection:
        workspaces.actor_id(connection, actor)
        encoder = workspaces_encoder(connection)
        row = stored.roll_back(connection, encoder)
        return None if row is None else row.id


def workspaces_encoder(connection: Any) -> int:
    """Id of the encoder in use."""
    from store import vectors

    return vectors.current_encoder(connection).id


def propose(scene: Scene, actor: str = MACHINE, using: str = "head") -> dict[str, Any]:
    """Let the promoted head propose labels for what no person has labelled: the next round."""
    done = decide.pseudo_label(scene, using, actor)
    return {
        "labelled": done.labelled,
        "skipped_human": done.skipped_human,
        "per_class": done.per_class,
        "batch": done.batch,
    }


def labels_since(workspace: Workspace) -> int:
    """How many items a person has labelled since the newest head."""
    with workspace.read() as connection:
        rows = stored.every(connection)
        return history.human_labels_since(connection, rows[0].created_at if rows else None)


def rounds(scene: Scene) -> list[dict[str, Any]]:
    """Zero-shot and every head of this encoder on the same held-out items where audit items suffice, else as measured then."""
    board = scene.board()
    with scene.workspace.read() as connection:
        rows = [row for row in reversed(stored.every(connection)) if row.encoder_id == scene.encoder_row.id]
    if not scene.has_text and not rows:
        return []
    classes = scene.zero_shot().classes if scene.has_text else tuple(row["id"] for row in rows[-1].card["classes"])
    held = _held_out(board, classes)
    found = []
    if scene.has_text and len(held.rows):
        right = _answers(scene, scene.zero_shot(), classes, held.rows) == held.truth
        found.append(_round("Zero-shot", right, held, promoted=True))
    for row in rows:
        answers = _honest(scene, row, _answers(scene, scene.head_linear(row), classes, held.rows), held.rows, classes)
        if len(held.rows):
            found.append(
                {
                    **_round(f"Round {row.number}", answers == held.truth, held, promoted=row.state != "new"),
                    "head": row.id,
                }
            )
    return found


def _round(name: str, right: npt.NDArray[np.bool_], held: HeldOut, *, promoted: bool) -> dict[str, Any]:
    low, high = metrics.interval(right.astype(np.float64))
    return {
        "name": name,
        "accuracy": float(right.mean()),
        "low": low,
        "high": high,
        "promoted": promoted,
        "n": len(right),
        "set": held.name,
    }


def report(scene: Scene, head_id: int | None = None) -> dict[str, Any] | None:
    """All that the Train page shows of a head (the newest by default), or None before any training."""
    with scene.workspace.read() as connection:
        every = stored.every(connection)
    mine = [row for row in every if row.encoder_id == scene.encoder_row.id]
    chosen = next((row for row in mine if head_id is None or row.id == head_id), None)
    if chosen is None:
        return None
    linear = scene.head_linear(chosen)
    board = scene.board()
    held = _held_out(board, linear.classes)
    answers = _honest(scene, chosen, _answers(scene, linear, linear.classes, held.rows), held.rows, linear.classes)
    names = _class_names(scene, linear.classes)
    previous = next((row for row in mine if row.number < chosen.number and row.state != "new"), None)
    lines: list[tuple[str, HeadRow | None, Ints]] = [
        ("Zero-shot", None, _answers(scene, _start(scene), linear.classes, held.rows))
    ]
    if previous is not None:
        old = _answers(scene, scene.head_linear(previous), linear.classes, held.rows)
        lines.append((f"Head {previous.number}", previous, _honest(scene, previous, old, held.rows, linear.classes)))
    lines.append((f"Head {chosen.number}", chosen, answers))
    counts = metrics.confusion(held.truth, answers, len(linear.classes))
    gain = metrics.gain(lines[-2][2] == held.truth, answers == held.truth)
    return {
        "head": {"id": chosen.id, "number": chosen.number, "state": chosen.state, "at": chosen.created_at.isoformat()},
        "previous": lines[-2][0],
        "reason": chosen.reason,
        "labels": chosen.labels,
        "seconds": chosen.card["seconds"],
        "losses": chosen.card.get("losses", []),
        "candidates": chosen.card["candidates"],
        "leaks": chosen.card["leaks"],
        "n": len(held.rows),
        "set": held.name,
        "gain": gain,
        "rows": [
            {
                "model": name,
                "state": None if row is None else row.state,
                **_short(metrics.scores(held.truth, said, names)),
            }
            for name, row, said in lines
        ],
        "per_class": metrics.scores(held.truth, answers, names)["per_class"],
        "confusion": {
            "categories": list(linear.classes),
            "counts": counts.tolist(),
            "items": [
                [scene.ids[held.rows[(held.truth == a) & (answers == b)]].tolist() for b in range(len(names))]
                for a in range(len(names))
            ],
        },
        "corrected": _corrected(scene, board, lines[-2][1], linear, previous),
    }


def _short(scores: dict[str, Any]) -> dict[str, Any]:
    return {key: scores[key] for key in ("accuracy", "precision", "recall", "macro_f1")}


def _start(scene: Scene) -> Linear:
    return scene.zero_shot() if scene.has_text else scene._nothing()


def _corrected(
    scene: Scene, board: Board, before: HeadRow | None, linear: Linear, previous: HeadRow | None
) -> dict[str, Any]:
    """What the fixes since the last head did: items whose answer changed, beside the fix that changed them most likely."""
    old_linear = _start(scene) if before is None else scene.head_linear(before)
    everything = np.arange(len(board))
    old = _answers(scene, old_linear, linear.classes, everything)
    new = linear.logits(scene.vectors).argmax(axis=1) if len(board) else np.empty(0, np.int64)
    truth = board.class_index(linear.classes)
    since = 0.0 if previous is None else previous.created_at.timestamp()
    fixes = board.person & (truth >= 0) & (board.at > since) & (truth != old) & ~board.audit
    moved = ~board.person & (new != old)
    groups = []
    for a, b in {(int(x), int(y)) for x, y in zip(old[fixes], truth[fixes], strict=True) if x >= 0}:
        mine = np.flatnonzero(fixes & (old == a) & (truth == b))
        others = np.flatnonzero(moved & (old == a) & (new == b))
        if not len(others):
            continue
        near = np.asarray(scene.vectors[others], np.float32) @ np.asarray(scene.vectors[mine], np.float32).T
        best = int(near.max(axis=0).argmax())
        order = np.argsort(-near.max(axis=1), kind="stable")
        groups.append(
            {
                "from": linear.classes[a],
                "to": linear.classes[b],
                "fixed": len(mine),
                "count": len(others),
                "example": int(board.ids[mine[best]]),
                "items": board.ids[others[order]].tolist()[:500],
            }
        )
    checked = np.flatnonzero(board.person & board.audit & (truth >= 0) & (new != old))
    return {
        "fixes": int(fixes.sum()),
        "others": int(sum(group["count"] for group in groups)),
        "checked": len(checked),
        "checked_right": int((new[checked] == truth[checked]).sum()),
        "groups": sorted(groups, key=lambda group: -int(group["count"])),
    }


def evaluate(scene: Scene, truth_file: Path) -> dict[str, Any]:
    """Labels, zero-shot and the newest head against a truth, over the rows of its file.

    A row whose item is unlabelled, or that matches no item, counts as wrong. Children are rolled up to the truth's level.

    Raises:
        InputError: the file cannot be read, or names an unknown class.
    """
    rows = list(exchange.read_csv(truth_file, ("file", "class")))
    with scene.workspace.read() as connection:
        tree = taxonomy.categories(connection)
        names = items.Names(connection)
        newest = [row for row in stored.every(connection) if row.encoder_id == scene.encoder_row.id]
    wanted = [taxonomy.by_name(tree, row["class"]).id for _, row in rows]
    levels = sorted(set(wanted))
    by_id = {category.id: category for category in tree}
    roll = {number: next((k for k in taxonomy.ancestors(by_id, number) if k in levels), number) for number in by_id}
    places = [names.find(row["file"]) for _, row in rows]
    unmatched = [
        f"line {line}: {row['file']}" for (line, row), place in zip(rows, places, strict=True) if place is None
    ]
    board = scene.board()
    where = {int(number): k for k, number in enumerate(board.ids)}
    at = np.array([where.get(place, -1) if place is not None else -1 for place in places], np.int64)
    truth = np.array([levels.index(number) for number in wanted], np.int64)

    def answers(categories: npt.NDArray[np.int64]) -> Ints:
        rolled = [roll.get(int(number), 0) for number in categories]
        return np.array([levels.index(number) if number in levels else -1 for number in rolled], np.int64)

    standing = (
        np.where((at >= 0) & (board.value[at] == 1), board.category[at], 0)
        if len(board)
        else np.zeros(len(at), np.int64)
    )
    path = [by_id[number].path for number in levels]
    labelled = answers(standing)
    found: dict[str, Any] = {
        "labels": metrics.scores(truth, labelled, path),
        "zero_shot": None,
        "head": None,
        "gain": None,
    }
    zero = _predictions(scene, scene.zero_shot(), at, answers) if scene.has_text else None
    if zero is not None:
        found["zero_shot"] = metrics.scores(truth, zero, path)
    if newest:
        said = _predictions(scene, scene.head_linear(newest[0]), at, answers)
        found["head"] = {
            **metrics.scores(truth, said, path),
            "promoted": newest[0].state == "promoted",
            "id": newest[0].id,
        }
        if zero is not None:
            found["gain"] = metrics.gain(zero == truth, said == truth)
    return {**found, "unmatched": unmatched}


def _predictions(scene: Scene, linear: Linear, at: Ints, answers: Callable[[npt.NDArray[np.int64]], Ints]) -> Ints:
    chosen = np.zeros(len(at), np.int64)
    here = np.flatnonzero(at >= 0)
    if len(here):
        chosen[here] = np.array(linear.classes, np.int64)[linear.logits(scene.vectors[at[here]]).argmax(axis=1)]
    return answers(chosen)


def change_encoder(
    workspace: Workspace, spec: str, *, frames: Any = None, progress: Any = None, cancelled: Callable[[], bool] | None = None
) -> dict[str, Any]:
    """Embed all items with another encoder, then compare both on people's labels; every label stays.

    Returns:
        `encoder`, `before`, `embedded`, `missing`, and `compared`: {encoder name: {"zero_shot": M, "head": M or None}}.

    Raises:
        EncoderError: the model cannot be loaded; nothing was written.
    """
    from embedding import pipeline as embedding
    from embedding.pipeline.current import never, silent
    from labeling.pipeline import scene as scenes

    old = scenes.load(workspace)
    compared = {old.encoder_row.name: _on_labels(old)}
    done = embedding.change_encoder(
        workspace, spec, frames=frames, progress=progress or silent, cancelled=cancelled or never
    )
    new = scenes.load(workspace)
    compared[new.encoder_row.name] = _on_labels(new)
    return {
        "encoder": done.encoder.name, "before": old.encoder_row.name, "embedded": done.embedded,
        "missing": [str(bad.path) for bad in done.missing], "compared": compared,
    }  # fmt: skip


def _on_labels(scene: Scene) -> dict[str, Any]:
    """Zero-shot, and the head that the labels give (out of fold), on what people have labelled."""
    if not scene.tree or not len(scene.ids) or not scene.has_text:
        return {"zero_shot": None, "head": None}
    material, board = _material(scene)
    labels = board.class_index(material.zero_shot.classes)
    rows = np.flatnonzero(board.person & (labels >= 0))
    names = _class_names(scene, material.zero_shot.classes)
    zero = metrics.scores(labels[rows], material.zero_shot.logits(scene.vectors[rows]).argmax(axis=1), names)
    try:
        chosen = choose.choose(material)
    except InputError:
        return {"zero_shot": zero, "head": None}
    mine = chosen.rows
    return {
        "zero_shot": zero,
        "head": metrics.scores(np.maximum(material.human, material.given)[mine], chosen.predicted, names),
    }
