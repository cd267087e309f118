"""Uploaded files, kept below the workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

from streamlit.runtime.uploaded_file_manager import UploadedFile

import reading
from errors import StoreError
from store.workspace import Workspace


def kept(workspace: Workspace, file: UploadedFile, name: str = "video") -> Path:
    """The uploaded file in the workspace, under its own name without any path, or under `name` where it has none.

    The same upload is kept once, so that a press that arrives twice speaks of one file.

    Raises:
        StoreError: the disk refuses; nothing of it is left.
    """
    workspace.must_write()
    folder = workspace.folder("uploads") / file.file_id
    path = folder / reading.uploaded_name(file.name, name)
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.write(file.getbuffer())
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreError(
            f"{path.name} cannot be kept ({error.strerror}). Nothing was changed. Free some space, or give the path of a file on "
            "this computer."
        ) from error
    return path
