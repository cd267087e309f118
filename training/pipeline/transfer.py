"""Heads that leave a workspace and come into one."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from errors import InputError
from labeling import artifact
from labeling.pipeline.scene import Scene
from store import heads as stored
from store import workspace as workspaces
from store.heads import HeadRow
from store.workspace import MACHINE
from training import onnx_export

FORMATS = (".safetensors", ".onnx")


def export_head(scene: Scene, out: Path, number: int | None = None) -> dict[str, Any]:
    """Write a head (the one in use, else the newest; or one by number) as safetensors with its card, or as ONNX.

    Returns:
        `out`, `head`, `classes`, and for ONNX `difference`, the largest of a probability from the head's own.

    Raises:
        InputError: there is no such head, its file was changed, or the suffix is another one.
    """
    if out.suffix not in FORMATS:
        raise InputError(
            f"A head is written as .safetensors or .onnx, not {out.suffix or out.name!r}. Name such a file."
        )
    row = _wanted(scene, number)
    kept = artifact.read(scene.workspace.folder("heads") / row.file, sha256=row.sha256)
    out.parent.mkdir(parents=True, exist_ok=True)
    done: dict[str, Any] = {"out": str(out), "head": row.number, "classes": [c["name"] for c in kept.card["classes"]]}
    if out.suffix == ".onnx":
        return {**done, "difference": onnx_export.write(out, kept.linear, kept.card)}
    artifact.write(out, kept.linear, kept.card)
    return done


def _wanted(scene: Scene, number: int | None) -> HeadRow:
    with scene.workspace.read() as connection:
        every = stored.every(connection)
    if number is None:
        mine = [row for row in every if row.encoder_id == scene.encoder_row.id]
        chosen = next((row for row in mine if row.state == "promoted"), next(iter(mine), None))
    else:
        chosen = next((row for row in every if row.number == number), None)
    if chosen is None:
        wanted = "head" if number is None else f"head {number}"
        raise InputError(f"There is no {wanted} in this workspace. `sceneloop train` makes one.")
    return chosen


def import_head(scene: Scene, file: Path, actor: str = MACHINE) -> dict[str, Any]:
    """Take a head from another workspace; it waits there unpromoted. Its classes are matched by their paths.

    Returns:
        `head`, the new one's id, and `number`.

    Raises:
        InputError: it is not a head, was changed since it was written, or knows a class that this workspace lacks.
        EncoderError: it belongs to another encoder.
    """
    found = artifact.read(file, fingerprint=scene.encoder_row.fingerprint)
    if not artifact.sealed(found):
        raise InputError(
            f"{file.name} was changed after it was written, or is not sealed. Export it again from its workspace."
        )
    ids = {category.path: category.id for category in scene.classes()}
    names = [entry["name"] for entry in found.card["classes"]]
    missing = [name for name in names if name not in ids]
    if missing:
        raise InputError(
            f"{file.name} knows the class {missing[0]!r}, which this workspace has not. Add it, then import again."
        )
    linear = replace(found.linear, classes=tuple(ids[name] for name in names))
    card = {**found.card, "class_ids": list(linear.classes), "imported_from": file.name}
    card["classes"] = [{"id": ids[name], "name": name} for name in names]
    path = scene.workspace.folder("heads") / f"{time.time_ns():x}.safetensors"
    digest = artifact.write(path, linear, card)
    with scene.workspace.engine.begin() as connection:
        row = stored.add(
            connection, encoder_id=scene.encoder_row.id, facet_id=scene.facet_id(), file=path.name, sha256=digest,
            card=card, labels=int(card.get("labels", 0)), reason=f"imported from {file.name}",
            actor_id=workspaces.actor_id(connection, actor),
        )  # fmt: skip
    return {"head": row.id, "number": row.number}
