"""The encoder of a workspace: its row and the model itself, loaded once a process."""

from __future__ import annotations

import threading

from embedding.encoders import encoder
from embedding.encoders.external_vectors import PREFIX
from embedding.encoders.interface import Encoder
from errors import EncoderError
from progress import Progress, silent
from settings import current
from store.items import vectors
from store.items.vectors import EncoderRow
from store.workspace import Workspace

_loaded: dict[str, Encoder] = {}
_lock = threading.Lock()


def load_once(spec: str, progress: Progress = silent) -> Encoder:
    """The encoder of a spec, loaded once a process.

    Args:
        progress: told of a download.

    Raises:
        EncoderError: it cannot be loaded. CancelledError: `progress` stopped a download.
    """
    with _lock:
        if spec not in _loaded:
            _loaded[spec] = encoder.load(spec, threads=current().threads, progress=progress)
        return _loaded[spec]


def open_encoder(workspace: Workspace) -> tuple[EncoderRow, Encoder]:
    """The workspace's encoder: its row and the model itself.

    Raises:
        EncoderError: there is none yet, it cannot be loaded, or it is not the one whose vectors are stored.
    """
    with workspace.read() as connection:
        row = vectors.current_encoder(connection)
    return row, open_model(workspace, row)


def open_model(workspace: Workspace, row: EncoderRow) -> Encoder:
    """The model of an encoder of the workspace; nothing is asked of the database.

    Raises:
        EncoderError: it cannot be loaded, or it is not the one whose vectors are stored.
    """
    loaded = load_once(row.spec)
    if loaded.fingerprint != row.fingerprint:
        raise EncoderError(
            f"The model at {row.spec} is not the one that {workspace.name} was embedded with: its weights or "
            f"preprocessing changed. Run `sceneloop embed {workspace.path} --model {row.spec}` to embed again."
        )
    return loaded


def need_model(row: EncoderRow) -> None:
    """Refuse early where there are only precomputed vectors.

    Raises:
        EncoderError: the workspace has no model.
    """
    if row.spec.startswith(PREFIX):
        raise EncoderError(
            f"This workspace holds precomputed vectors of {row.name!r} and no model. Add items with --vectors, "
            "or change the encoder with `sceneloop embed --model`."
        )
