"""An object out of a store as the answer to a browser: whole or the range that it asks for, in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from starlette.responses import Response, StreamingResponse

from store.blobs.blob import Blob

PIECE = 2**20
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def response(blob: Blob, asked: str | None, media_type: str, headers: Mapping[str, str]) -> Response:
    """The object in the state in which it was listed; several ranges at once are answered with all of it, as any server may.

    Args:
        blob: its state is known.
        asked: the header `Range`.
    """
    size = blob.stamp().size
    given = RANGE.fullmatch(asked or "")
    start, end = _range(given[1], given[2], size) if given and given[0] != "bytes=-" else (0, size)
    known = {**headers, "Accept-Ranges": "bytes", "ETag": blob.stamp().etag or ""}
    if start >= end and size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    known["Content-Length"] = str(end - start)
    if not given or end - start == size:
        return StreamingResponse(_pieces(blob, start, end), headers=known, media_type=media_type)
    known["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(_pieces(blob, start, end), 206, known, media_type)


def _range(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _pieces(blob: Blob, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, PIECE):
        yield blob.read(at, min(at + PIECE, end))
