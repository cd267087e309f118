"""One picture of a video at a time, as a JPEG: what a frame's page shows in full."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from errors import InputError
from video.source import opened

JPEG_QUALITY = 88


def at(path: Path, time_s: float) -> bytes:
    """The picture that is on screen at a time, as JPEG bytes.

    Args:
        path: the video.
        time_s: seconds from its first picture; a time past the end gives the last picture.

    Raises:
        InputError: it is not a readable video, or it has no picture.
    """
    with opened(path, threads=1) as (container, stream, _info):
        start = float((stream.start_time or 0) * (stream.time_base or 0))
        container.seek(int((start + max(time_s, 0.0)) * 1_000_000), backward=True)
        shown = None
        for picture in container.decode(stream):
            if shown is not None and picture.time is not None and picture.time - start > time_s + 1e-3:
                break
            shown = picture
    if shown is None:
        raise InputError(f"{path.name} has no picture at {time_s:.1f} s. Add the video again to read it anew.")
    out = io.BytesIO()
    Image.fromarray(shown.to_ndarray(format="rgb24")).save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
