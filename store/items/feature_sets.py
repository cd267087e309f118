"""Sets of features that others computed, by name, and which one a project reads: its own vectors, or one of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from errors import InputError
from store import workspace
from store.database import schema
from store.items.video_features import FRAMES, SOUND, FeatureState
from written.json_values import JsonObject

SETTING = "video_features"  # of the project: {"sets": {name: {"form", "dequantise"}}, "reads": name or None}
OWN = "own"  # what the project's own vectors are called; no set has this name
MOST_NAME = 100


@dataclass(frozen=True)
class SetKind:
    """How the files of a set are read. form: their format. dequantise: whether whole numbers from 0 to 255 become floats."""

    form: str
    dequantise: bool = False


@dataclass(frozen=True)
class FeatureSet:
    """A set. frames, sound: how many videos have it, whatever its state. dims: numbers of a row by modality."""

    name: str
    kind: SetKind
    reads: bool
    frames: int
    sound: int
    dims: dict[str, int]


def fingerprint(name: str, modality: str) -> str:
    """64 hex digits that stand for the features of a set: nobody but who made them knows the model, so its name decides."""
    return hashlib.sha256(f"features of others\n{modality}\n{name}".encode()).hexdigest()


def kinds(connection: Connection) -> dict[str, SetKind]:
    """The sets that were taken in by name, oldest first."""
    kept = _setting(connection).get("sets")
    sets = kept if isinstance(kept, dict) else {}
    return {
        name: SetKind(str(one["form"]), bool(one["dequantise"])) for name, one in sets.items() if isinstance(one, dict)
    }


def in_use(connection: Connection) -> str | None:
    """The set that the project reads; None for its own vectors."""
    name = _setting(connection).get("reads")
    return None if name is None else str(name)


def checked(name: str) -> str:
    """A name for a set, as it is kept.

    Raises:
        InputError: it is empty, too long, or that of the project's own vectors.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > MOST_NAME or plain == OWN:
        raise InputError(f"{name[:40]!r} is not a name for a set of features. Give one of 1 to {MOST_NAME} characters.")
    return plain


def remember(connection: Connection, name: str, kind: SetKind) -> bool:
    """Note a set; the project reads it from now on where it has no features of its own. Returns whether it reads it.

    Raises:
        InputError: a set of that name is of another kind.
    """
    known, reads = kinds(connection), in_use(connection)
    if known.setdefault(name, kind) != kind:
        raise InputError(
            f"The features {name!r} were taken in as {_words(known[name])}, these are {_words(kind)}. Give these another name: --set NAME."
        )
    if reads is None and not _has_own(connection, list(known)):
        reads = name
    _keep(connection, known, reads)
    return reads == name


def use(connection: Connection, name: str) -> None:
    """Let the project read a set from now on, or with `own` its own vectors.

    Raises:
        InputError: there is no such set.
    """
    known = kinds(connection)
    if name != OWN and name not in known:
        listed = ", ".join([OWN, *known])
        raise InputError(f"There is no set of features called {name[:40]!r}. There are: {listed}.")
    _keep(connection, known, None if name == OWN else name)


def dims(connection: Connection, name: str) -> dict[str, int]:
    """Numbers that a row of a set has, by modality; a modality that it has no rows of is left out."""
    table, widths = schema.feature_set.c, {}
    for modality in (FRAMES, SOUND):
        query = select(func.max(table.dim)).where(table.fingerprint == fingerprint(name, modality), table.rows > 0)
        dim = connection.execute(query).scalar()
        if dim is not None:
            widths[modality] = int(dim)
    return widths


def every(connection: Connection) -> list[FeatureSet]:
    """All sets of others, oldest first."""
    reads = in_use(connection)
    return [
        FeatureSet(
            name, kind, name == reads, _videos(connection, fingerprint(name, FRAMES)),
            _videos(connection, fingerprint(name, SOUND)), dims(connection, name),
        )
        for name, kind in kinds(connection).items()
    ]  # fmt: skip


def _videos(connection: Connection, mark: str) -> int:
    table = schema.feature_set.c
    query = select(func.count()).where(table.fingerprint == mark, table.state != FeatureState.NOT_COMPUTED.value)
    return int(connection.execute(query).scalar_one())


def _has_own(connection: Connection, known: list[str]) -> bool:
    """Whether any video has features that belong to none of the sets."""
    marks = [fingerprint(name, modality) for name in known for modality in (FRAMES, SOUND)]
    table = schema.feature_set.c
    query = select(table.id).where(table.rows > 0, table.fingerprint.not_in(marks)).limit(1)
    return connection.execute(query).first() is not None


def _keep(connection: Connection, known: dict[str, SetKind], reads: str | None) -> None:
    sets = {name: {"form": kind.form, "dequantise": kind.dequantise} for name, kind in known.items()}
    workspace.change_settings(connection, **{SETTING: {"sets": sets, "reads": reads}})


def _words(kind: SetKind) -> str:
    return f"{kind.form}{', dequantised' if kind.dequantise else ''}"


def _setting(connection: Connection) -> JsonObject:
    kept = workspace.project_settings(connection).get(SETTING)
    return kept if isinstance(kept, dict) else {}
