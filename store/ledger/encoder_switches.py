"""The switch to another encoder as a batch: who did it and when, and for a day the way back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from errors import InputError
from store.database import schema
from store.items import vectors
from store.ledger import append
from store.ledger.events import Batch, BatchDetail, EncoderSwitch

KIND = "encoder"
BACK_FOR = dt.timedelta(days=1)


@dataclass(frozen=True)
class Switch:
    """The newest switch.

    Attributes:
        batch: its id. actor: who did it. before, after: names of the encoders. spec: of the one before.
        missing: items without a vector of the one before: they were added since.
    """

    batch: str
    actor: str
    at: dt.datetime
    before: str
    after: str
    spec: str
    missing: int

    @property
    def ends(self) -> dt.datetime:
        """Until when it can be taken back."""
        return self.at + BACK_FOR


def use(connection: Connection, encoder_id: int, actor_id: int) -> None:
    """Make an encoder the workspace's own, in the caller's transaction; a batch says what it replaced."""
    before = vectors.encoder_in_use(connection)
    vectors.use_encoder(connection, encoder_id)
    if before is not None and before != encoder_id:
        append.record(connection, _batch(actor_id, KIND, {"encoder": _switch(connection, before, encoder_id)}))


def newest(connection: Connection) -> Switch | None:
    """The newest switch, where it can still be taken back: a day long, and while its encoder is in use."""
    batch = schema.batch.c
    undone = select(batch.reverts).where(batch.reverts.is_not(None))
    query = select(schema.batch, schema.actor.c.name.label("actor")).join(schema.actor).where(batch.kind == KIND)
    row = connection.execute(query.where(batch.id.not_in(undone)).order_by(batch.at.desc()).limit(1)).first()
    if row is None or schema.now() - row.at > BACK_FOR:
        return None
    switch: EncoderSwitch = row.detail["encoder"]
    if vectors.encoder_in_use(connection) != switch["after"]:
        return None
    missing = len(vectors.without_vector(connection, switch["before"]))
    names = switch["names"]
    spec = vectors.get_encoder(connection, switch["before"]).spec
    return Switch(row.id, row.actor, row.at, names[0], names[1], spec, missing)


def take_back(connection: Connection, batch_id: str, switch: EncoderSwitch, actor_id: int) -> str:
    """Use the encoder before a switch again; returns the id of the undo.

    Raises:
        InputError: it is too old, was followed by another one, or the encoder before lacks vectors of newer items.
    """
    at = connection.execute(select(schema.batch.c.at).where(schema.batch.c.id == batch_id)).scalar_one()
    before, after = switch["names"]
    if schema.now() - at > BACK_FOR:
        raise InputError(f"The encoder was changed more than a day ago. Change it to {before} on Data, Encoder.")
    if vectors.encoder_in_use(connection) != switch["after"]:
        raise InputError(f"{after} is not in use any more. Nothing of this change is left to undo.")
    missing = len(vectors.without_vector(connection, switch["before"]))
    if missing:
        raise InputError(
            f"{missing:,} images came since and have no vector of {before}. Change the encoder to {before} on Data, Encoder: only "
            "those are embedded."
        )
    vectors.use_encoder(connection, switch["before"])
    detail: BatchDetail = {"reverts": batch_id, "encoder": _switch(connection, switch["after"], switch["before"])}
    undo = _batch(actor_id, "undo", detail)
    append.record(connection, undo)
    return undo.id


def _switch(connection: Connection, before: int, after: int) -> EncoderSwitch:
    names = [vectors.get_encoder(connection, number).name for number in (before, after)]
    return {"before": before, "after": after, "names": names}


def _batch(actor_id: int, kind: str, detail: BatchDetail) -> Batch:
    return Batch(actor_id, "human", kind=kind, detail=detail)
