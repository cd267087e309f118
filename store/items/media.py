"""Where the bytes of an item are: its thumbnail, its image, its video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from errors import InputError
from store.blobs import buckets
from store.blobs.blob import Blob
from store.items import items, originals
from store.items.originals import State
from store.workspace import Workspace


@dataclass(frozen=True)
class Media:
    """A file to serve, which was looked at when it was added and is the same still; its type is for a decoder to say.

    Attributes:
        path: of the image, or of the video.
        is_video: whether it is a video, of the item itself or of the one that a frame or segment lies in.
        time_s: where in the video a frame or segment lies.
    """

    path: Path | Blob
    is_video: bool
    time_s: float | None = None


def original(workspace: Workspace, item_id: int) -> Media:
    """The file of an image or video, or the video that a frame or segment lies in.

    Raises:
        InputError: no such item, its file has been moved away, or other bytes lie there now.
        StoreError: the store that keeps it does not answer.
    """
    with workspace.read() as connection:
        row = items.get(connection, item_id)
        state = originals.states(connection, [row])[item_id]
    path = Blob(row.path) if buckets.is_uri(row.path) else Path(row.path)
    if state is State.CHANGED:
        raise InputError(
            f"{path} was changed since {row.name} was added. The item keeps its label and its thumbnail; add the folder "
            "again to take in what is there now, or put the old file back."
        )
    if state is State.MISSING:
        raise InputError(f"{row.name} is no longer at {path}. Put it back, or add the folder again where it is now.")
    if isinstance(path, Blob):  # what is read of it is then of the state that was looked at, or nothing
        path = path.seen()
    return Media(path, row.kind != "image", row.time_s)
