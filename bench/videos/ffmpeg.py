"""The ffmpeg command for plans: the computer's own, else the binary in the wheel that the development extra installs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import InputError


@contextmanager
def ffmpeg_on_path(folder: Path) -> Iterator[None]:
    """Have `ffmpeg` on PATH meanwhile; `folder` holds a link to it where the computer has none.

    Raises:
        InputError: there is none, and the development extra is not installed.
    """
    if shutil.which("ffmpeg"):
        yield
        return
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError as error:
        raise InputError(
            "There is no ffmpeg here. Install it, or the development extra: pip install -e .[dev]"
        ) from error
    before = os.environ.get("PATH", "")
    (folder / "ffmpeg").symlink_to(get_ffmpeg_exe())
    os.environ["PATH"] = f"{folder}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before
