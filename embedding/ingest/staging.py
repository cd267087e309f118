"""Thumbnails on their way: a folder for those whose items have no id yet."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import files
from errors import StoreError
from store.workspace import Workspace

STAGING = ".new-"
STAGING_KEPT_S = 3600.0


@contextmanager
def folder(target: Workspace) -> Iterator[Path]:
    """A folder for thumbnails without an id yet; what a killed run left behind is swept up later."""
    thumbs = target.folder("thumbs")
    try:
        for left in thumbs.glob(f"{STAGING}*"):
            if time.time() - left.stat().st_mtime > STAGING_KEPT_S:
                shutil.rmtree(left)
        fresh = Path(tempfile.mkdtemp(dir=thumbs, prefix=STAGING))
    except OSError as error:
        raise StoreError(
            f"{thumbs} cannot be written ({error.strerror}). {files.remedy(error)} and run it again."
        ) from error
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
