"""The thumbnail of a whole video: a picture a third into it, made when it is first asked for and kept beside those of pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from embedding.pictures import images
from labeling.exchange.video_titles import DURATION
from store.items import items, media
from store.workspace import Workspace
from video.decoding import still

PART = 1 / 3  # of the video: a beginning fades in, an end fades out
SIDE = 512
SHORTEST_S = 0.5


def thumbnail(workspace: Workspace, item_id: int) -> bytes:
    """WebP bytes of a whole video's thumbnail.

    Raises:
        InputError: there is no such video, its file is gone, or it has no picture.
        OSError: the thumbnail of an item of another kind is not there, or the disk refuses.
    """
    path = workspace.thumb(item_id)
    if path.exists():
        return path.read_bytes()
    with workspace.read() as connection:
        row = items.get(connection, item_id)
    if row.kind != "video":
        return path.read_bytes()
    original = media.original(workspace, item_id)
    length = row.meta.get(DURATION)
    time_s = float(length) * PART if isinstance(length, int | float) and length > SHORTEST_S else 0.0
    return _kept(workspace, path, still.at(original.path, time_s, SIDE))


def _kept(workspace: Workspace, path: Path, jpeg: bytes) -> bytes:
    """The picture as a WebP, kept where the workspace can be written."""
    pixels = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    if not workspace.sealed:
        images.thumbnail(pixels, path)
        return path.read_bytes()
    out = io.BytesIO()
    images.small(pixels).save(out, "WEBP", quality=80, method=2)
    return out.getvalue()
