"""Another encoder for the same items: every label stays, every picture is embedded again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from embedding.encoders.batches import cores, grouped, ordered
from embedding.encoders.interface import Encoder
from embedding.ingest import new_items
from embedding.ingest.current_encoder import load_once
from embedding.ingest.new_items import FrameSource
from embedding.pictures import images
from embedding.pictures.images import BadFile
from errors import CancelledError, EncoderError, InputError, StoreError
from progress import Progress, silent
from store.blobs import blob
from store.items import items, originals, vectors
from store.items.item_rows import ItemRow
from store.items.originals import State
from store.items.vectors import EncoderRow
from store.ledger import encoder_switches
from store.team import actors, people
from store.workspace import Workspace, writing

if TYPE_CHECKING:
    import torch

STEP = 128
SAME_TIME_S = 0.02


@dataclass
class Changed:
    """How a change went.

    Attributes:
        encoder: the encoder in use from now on.
        embedded: items embedded by this run; what an interrupted run had committed is not among them.
        missing: items whose file cannot be read any more; they keep their labels and have no vector.
    """

    encoder: EncoderRow
    embedded: int = 0
    missing: list[BadFile] = field(default_factory=list)


def change_encoder(
    target: Workspace,
    spec: str,
    *,
    actor: str = people.MACHINE,
    frames: FrameSource | None = None,
    progress: Progress = silent,
) -> Changed:
    """Embed all items with another encoder and use it from then on; also sets a new workspace's first one.

    Until the last item is done the old encoder stays in use, so a kill or a cancel changes nothing that is seen;
    running again goes on where it stopped.

    Args:
        target: the workspace.
        spec: as `embedding.encoders.encoder.load`.
        actor: who switches; a switch from another encoder can be taken back for a day.
        frames: gives the stills of a video again.
        progress: called with items done, items to do and a sentence after each step.

    Raises:
        EncoderError: the model cannot be loaded; nothing was written.
        InputError: there are items, and the file of not one of them can be read.
        CancelledError: `progress` stopped it; the old encoder stays in use.
    """
    target.must_write()
    encoder = load_once(spec, progress)
    with writing(target) as connection:
        encoder_id = vectors.add_encoder(
            connection,
            fingerprint=encoder.fingerprint,
            name=encoder.name,
            spec=encoder.spec,
            dim=encoder.dim,
        )
        changed = Changed(vectors.get_encoder(connection, encoder_id))
    tried: set[int] = set()
    while rows := _open_items(target, encoder_id, tried, actor):
        _embed(target, encoder, changed, rows, frames, progress)
        tried.update(row.id for row in rows)
    return changed


def _open_items(target: Workspace, encoder_id: int, tried: set[int], actor: str) -> list[ItemRow]:
    """Items that still need a vector. When there are none, the encoder is in use: in the same transaction, so that
    nothing that was added meanwhile is left behind."""
    with writing(target) as connection:
        wanted = [number for number in vectors.without_vector(connection, encoder_id) if number not in tried]
        if not wanted:
            encoder_switches.use(connection, encoder_id, actors.id_of(connection, actor))
        return list(items.get_many(connection, wanted).values())


def _embed(
    target: Workspace,
    encoder: Encoder,
    changed: Changed,
    rows: list[ItemRow],
    frames: FrameSource | None,
    progress: Progress,
) -> None:
    done = 0
    with target.read() as connection:
        films = items.get_many(connection, sorted({row.parent_id for row in rows if row.parent_id is not None}))
    other = {number for number, film in films.items() if originals.of_row(film) is State.CHANGED}
    for step in _pictures(rows, encoder, frames, other):
        good = [(item_id, fitted) for item_id, fitted in step if not isinstance(fitted, BadFile)]
        _commit(target, encoder, changed.encoder.id, good)
        changed.embedded += len(good)
        changed.missing += [error for _, error in step if isinstance(error, BadFile)]
        done += len(step)
        try:
            progress(done, len(rows), f"{done} of {len(rows)} embedded with {encoder.name}")
        except CancelledError as error:
            raise CancelledError(
                f"Stopped after {done} of {len(rows)} items. The encoder was not changed; start again to go on."
            ) from error
    with target.read() as connection:
        nothing = vectors.count(connection, changed.encoder.id) == 0
    if nothing:
        raise InputError(
            f"None of the {len(rows)} files of {target.name} can be read ({changed.missing[0].reason}). The encoder "
            "was not changed. Put the files back where they were and try again."
        )


def _commit(target: Workspace, encoder: Encoder, encoder_id: int, good: list[tuple[int, torch.Tensor]]) -> None:
    if not good:
        return
    unit = encoder.encode_fitted([fitted for _, fitted in good])
    with writing(target) as connection:
        open_ids = set(vectors.without_vector(connection, encoder_id))
        # A second process may have embedded some of them meanwhile.
        kept = [k for k, (item_id, _) in enumerate(good) if item_id in open_ids]
        if kept:
            shard = vectors.write_shard(target.folder("vectors"), unit[kept])
            vectors.record(connection, encoder_id, shard, [good[k][0] for k in kept])


def _pictures(
    rows: list[ItemRow], encoder: Encoder, frames: FrameSource | None, other: set[int]
) -> Iterator[list[tuple[int, torch.Tensor | BadFile]]]:
    """Items in steps, each with its picture at the model's size or what is wrong with it; `other` are videos whose file was changed."""

    pictures = (row for row in rows if row.kind == "image")

    def image(row: ItemRow) -> tuple[int, torch.Tensor | BadFile]:
        try:
            return row.id, encoder.fit(new_items.added(row, images.decoded_side(encoder.image_size)).pixels)
        except BadFile as error:
            return row.id, error

    if encoder.gpu is None:
        yield from grouped(ordered(pictures, image, cores()), STEP)
    else:
        from embedding.ingest import gpu_pictures  # with torch

        inputs = partial(gpu_pictures.inputs, encoder.gpu, side=images.decoded_side(encoder.image_size))
        for step, fitted in ordered(grouped(pictures, STEP), lambda step: (step, inputs(step)), workers=1, ahead=2):
            yield [(row.id, one) for row, one in zip(step, fitted, strict=True)]
    stills = sorted((row for row in rows if row.kind == "frame"), key=lambda row: (row.parent_id, row.time_s))
    for film, group in groupby(stills, key=lambda row: row.parent_id):
        mine = list(group)
        if film in other:
            yield [(row.id, new_items.changed(row.path)) for row in mine]
        else:
            yield _stills(mine, encoder, frames)


def _stills(
    rows: list[ItemRow], encoder: Encoder, frames: FrameSource | None
) -> list[tuple[int, torch.Tensor | BadFile]]:
    """The stills of one video, found again by their time."""
    path = blob.named(rows[0].path)
    gone = BadFile(path, "the video cannot be read any more", "Put it back where it was.")
    stills: dict[int, torch.Tensor | BadFile] = {row.id: gone for row in rows}
    waiting = [(row.time_s, row.id) for row in rows if row.time_s is not None]
    try:
        for time_s, pixels in frames(path) if frames is not None else ():
            while waiting and waiting[0][0] < time_s - SAME_TIME_S:
                waiting.pop(0)
            if waiting and abs(waiting[0][0] - time_s) <= SAME_TIME_S:
                stills[waiting.pop(0)[1]] = encoder.fit(pixels)
    except (CancelledError, StoreError, EncoderError):
        raise
    except Exception:  # noqa: BLE001 - what was found before the fault is used, the rest is reported as gone
        pass
    return list(stills.items())
