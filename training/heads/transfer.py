"""Export of a head to a file, and import into another workspace."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

from embedding.encoders.external_vectors import PREFIX
from embedding.ingest import new_items
from embedding.pictures import images
from embedding.pictures.images import BadFile
from errors import InputError
from labeling.scoring import classifier_file
from labeling.scoring.classifier_file import Artifact
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store.items import items
from store.project import heads, taxonomy
from store.project.heads import HeadRow
from store.project.taxonomy import Facet
from store.team import actors, people
from training.fitting import onnx_export
from training.heads import facets

FORMATS = (".safetensors", ".onnx")
COMPARED = 32  # pictures on which an encoder and its head are compared with their ONNX file


class Compared(TypedDict):
    """How an ONNX file was compared with its head.

    Attributes:
        difference: the largest between a probability and the head's own.
        compared: of an encoder and its head, on how many pictures of the workspace.
    """

    difference: NotRequired[float]
    compared: NotRequired[int]


class ExportedHead(Compared):
    """A head on disk.

    Attributes:
        out: path. head: number. classes: paths.
    """

    out: str
    head: int
    facet: str
    classes: list[str]


class ImportedHead(TypedDict):
    """Id of a new head, its number, and the name of its facet."""

    head: int
    number: int
    facet: str


def export_head(
    snapshot: Snapshot, out: Path, number: int | None = None, facet: str | None = None, *, with_encoder: bool = False
) -> ExportedHead:
    """Write a head (the one in use, else the newest; or one by number) as safetensors with its card, or as ONNX.

    Args:
        facet: name of its facet; the exclusive one by default. A number is enough by itself.
        with_encoder: the encoder's image tower too, so that the ONNX file takes pixels instead of vectors.

    Raises:
        InputError: there is no such head, its file was changed, or the suffix is another one.
        EncoderError: the encoder is to be written and cannot be loaded.
    """
    if out.suffix not in FORMATS:
        raise InputError(
            f"A head is written as .safetensors or .onnx, not {out.suffix or out.name!r}. Name such a file."
        )
    if with_encoder and out.suffix != ".onnx":
        raise InputError("An encoder is written with its head as .onnx alone. Name such a file.")
    row, of, kept = chosen(snapshot, number, facet)
    out.parent.mkdir(parents=True, exist_ok=True)
    classes = [c["name"] for c in kept.card["classes"]]
    exported: ExportedHead = {"out": str(out), "head": row.number, "facet": of.name, "classes": classes}
    if with_encoder:
        return {**exported, **write_with_encoder(snapshot, out, kept, several=not of.exclusive)}
    if out.suffix == ".onnx":
        difference = onnx_export.write(out, kept.linear, kept.card, several=not of.exclusive)
        return {**exported, "difference": difference}
    classifier_file.write(out, kept.linear, kept.card)
    return exported


def chosen(snapshot: Snapshot, number: int | None, facet: str | None) -> tuple[HeadRow, Facet, Artifact]:
    """A head with its facet and its file: the one in use, else the newest; or one by number.

    Raises:
        InputError: there is no such head, or its file was changed.
    """
    row, of = _wanted(snapshot, number, facet)
    return row, of, classifier_file.read(snapshot.workspace.folder("heads") / row.file, sha256=row.sha256)


def write_with_encoder(snapshot: Snapshot, out: Path, kept: Artifact, *, several: bool) -> Compared:
    """Write image tower and head as one ONNX file, compared on pictures of the workspace.

    Args:
        several: any number of labels instead of one class.

    Raises:
        InputError: there is no such encoder or no picture to compare on, or the file does not agree.
        EncoderError: the encoder cannot be loaded.
    """
    import torch

    from embedding.encoders import loading
    from embedding.encoders.fingerprint import fingerprint
    from training.fitting import onnx_classifier

    row = snapshot.encoder_row
    if row.spec.startswith(PREFIX):
        raise InputError("This workspace has vectors and no encoder to write. Export the head alone.")
    loaded = loading.load(row.spec)
    if fingerprint(loaded) != row.fingerprint:
        raise InputError(f"Another model lies at {row.spec} than the one that the head was trained on. Put it back.")
    with snapshot.workspace.read() as connection:
        rows = [one for one in items.labelable(connection) if one.kind == "image"]
    side = images.decoded_side((loaded.preprocessing.height, loaded.preprocessing.width))
    pictures: list[torch.Tensor] = []
    for one in rows:
        if len(pictures) == COMPARED:
            break
        with suppress(BadFile):
            pictures.append(loaded.preprocessing.fit_array(new_items.added(one, side).pixels))
    if not pictures:
        raise InputError("No image of the workspace can be read, so the file cannot be compared. Put the images back.")
    tower = loaded.model.visual
    assert isinstance(tower, torch.nn.Module)
    difference = onnx_classifier.write(
        out, tower, loaded.preprocessing, kept.linear, kept.card, pictures, several=several
    )
    return {"difference": difference, "compared": len(pictures)}


def _wanted(snapshot: Snapshot, number: int | None, facet: str | None) -> tuple[HeadRow, Facet]:
    of = facets.find(snapshot, facet)
    with snapshot.workspace.read() as connection:
        every = heads.every(connection)
        known = {one.id: one for one in taxonomy.facets(connection)}
    if number is None:
        mine = [row for row in every if row.encoder_id == snapshot.encoder_row.id and row.facet_id == of.id]
        head = next((row for row in mine if row.state == "promoted"), next(iter(mine), None))
    else:
        head = next((row for row in every if row.number == number), None)
    if head is None:
        wanted = f"head of {of.name}" if number is None else f"head {number}"
        raise InputError(f"There is no {wanted} in this workspace. `sceneloop train` makes one.")
    if head.facet_id not in known:
        raise InputError(f"Head {head.number} is one of whole videos, which is not written to a file of its own yet.")
    if facet is not None and head.facet_id != of.id:
        raise InputError(f"Head {head.number} is one of {known[head.facet_id].name}, not of {of.name}.")
    return head, known[head.facet_id]


def import_head(snapshot: Snapshot, file: Path, actor: str = people.MACHINE) -> ImportedHead:
    """Take in a head of another workspace, unpromoted. Facet and classes are matched by name and path.

    Raises:
        InputError: it is not a head, was changed since it was written, or knows a facet or class that this workspace lacks.
        EncoderError: it belongs to another encoder.
    """
    artifact = classifier_file.read(file, fingerprint=snapshot.encoder_row.fingerprint)
    if not classifier_file.sealed(artifact):
        raise InputError(
            f"{file.name} was changed after it was written, or is not sealed. Export it again from its workspace."
        )
    if "metrics" not in artifact.card:
        raise InputError(f"{file.name} holds no measurements. Export it again from its workspace.")
    facet = _facet_of(snapshot, file.name, artifact)
    known = snapshot.categories.classes() if facet.exclusive else answers.columns(snapshot, facet)
    ids = {category.path: category.id for category in known}
    names = [entry["name"] for entry in artifact.card["classes"]]
    missing = [name for name in names if name not in ids]
    if missing:
        raise InputError(
            f"{file.name} knows the class {missing[0]!r}, which this workspace has not. Add it, then import again."
        )
    linear = replace(artifact.linear, classes=tuple(ids[name] for name in names))
    card = {**artifact.card, "class_ids": list(linear.classes), "imported_from": file.name}
    card["classes"] = [{"id": ids[name], "name": name} for name in names]
    card["facet"] = {"id": facet.id, "name": facet.name, "exclusive": facet.exclusive}
    path = snapshot.workspace.folder("heads") / f"{time.time_ns():x}.safetensors"
    digest = classifier_file.write(path, linear, card)
    with snapshot.workspace.engine.begin() as connection:
        row = heads.add(
            connection, encoder_id=snapshot.encoder_row.id, facet_id=facet.id, file=path.name, sha256=digest,
            card=card, labels=int(card.get("labels", 0)), reason=f"imported from {file.name}",
            actor_id=actors.id_of(connection, actor),
        )  # fmt: skip
    return {"head": row.id, "number": row.number, "facet": facet.name}


def _facet_of(snapshot: Snapshot, name: str, artifact: Artifact) -> Facet:
    """The facet that a card names; a card of an early version names none, and its head chooses one class."""
    named = artifact.card.get("facet") or {"exclusive": True}
    if named["exclusive"]:
        return facets.find(snapshot)
    facet = facets.find(snapshot, str(named.get("name")))
    limits = (artifact.card.get("thresholds") or {}).get("values")
    if facet.exclusive or not isinstance(limits, list) or len(limits) != len(artifact.linear.classes):
        raise InputError(
            f"{name} says any number of labels of {facet.name}, which takes one, or lacks thresholds. Export it again from its workspace."
        )
    return facet
