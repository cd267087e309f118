"""A folder for a model hub: the head, encoder and head as one ONNX file, and a card. It is whole or not there."""

from __future__ import annotations

from pathlib import Path

from embedding.encoders.external_vectors import PREFIX
from errors import InputError
from labeling.exchange import hub_push
from labeling.exchange.formats import picture_files
from labeling.scoring import classifier_file
from labeling.scoring.classifier_file import Artifact
from labeling.snapshot.snapshot import Snapshot
from training.heads import transfer
from training.heads.transfer import ExportedHead
from training.publishing import model_card
from training.publishing.model_card import CLASSIFIER, HEAD, Published

CARD = "README.md"


class PublishedHead(ExportedHead):
    """A head in a folder, with the names of its files."""

    files: list[str]


def write(
    snapshot: Snapshot, out: Path, number: int | None = None, facet: str | None = None, *, licence: str = "", with_encoder: bool = True
) -> PublishedHead:  # fmt: skip
    """Write a head (the one in use, else the newest; or one by number) into the folder `out`; an earlier one there is replaced.

    Args:
        facet: name of its facet; the exclusive one by default. A number is enough by itself.
        licence: an identifier of SPDX or of the hub for the head, "" for none.
        with_encoder: encoder and head as one ONNX file too, compared on images of the workspace.

    Raises:
        InputError: there is no such head, its file was changed, `out` holds something else, or the encoder cannot be written.
        EncoderError: the encoder cannot be loaded.
        StoreError: the disk refuses; what was there before stays.
    """
    row, of, kept = transfer.chosen(snapshot, number, facet)
    if "metrics" not in kept.card:
        raise InputError(f"Head {row.number} holds no measurements, so a card would say nothing. Train one here.")
    kept = Artifact(kept.linear, portable(kept.card), kept.sha256)
    done: PublishedHead = {
        "out": str(out), "head": row.number, "facet": of.name, "classes": [one["name"] for one in kept.card["classes"]],
        "files": [],
    }  # fmt: skip
    title = f"{snapshot.workspace.name}, {of.name}, head {row.number}"
    published = Published(title, snapshot.workspace.name, kept.card, licence, with_encoder)
    with picture_files.explained(out), picture_files.replacing_export(out, hub_push.MODEL) as folder:
        classifier_file.write(folder / HEAD, kept.linear, kept.card)
        if with_encoder:
            compared = transfer.write_with_encoder(snapshot, folder / CLASSIFIER, kept, several=not of.exclusive)
            done = {**done, **compared}
        (folder / CARD).write_text(model_card.text(published), encoding="utf-8")
        done["files"] = sorted(path.name for path in folder.iterdir())
    return done


def portable(card: dict[str, object]) -> dict[str, object]:
    """A card without paths of this machine: an encoder that lies in a file or folder here is named, not located."""
    encoder = card["encoder"]
    assert isinstance(encoder, dict)
    spec = str(encoder.get("spec", ""))
    local = "@" in spec or spec.startswith(("/", ".", "~", PREFIX)) or Path(spec).exists()
    return {**card, "encoder": {**encoder, "spec": encoder["name"] if local and spec != "built-in" else spec}}
