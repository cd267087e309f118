"""Everything that is kept in memory, keyed by names and store revisions. The only file that says `st.cache_*`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st

import jobs
from errors import AppError, EncoderError, InputError
from labeling.snapshot.snapshot import Snapshot
from settings import current
from store.items import vectors
from store.items.vectors import EncoderRow
from store.workspace import Workspace, birth, find, folder_stamp, may_write, open_workspace
from video.runs import run_list
from web import open_images

log = logging.getLogger(__name__)
SEEN_S = 1.0
_seen: dict[Path, tuple[float, dict[str, Path]]] = {}  # by root: when it was looked through, and the folders found


def workspaces() -> dict[str, Path]:
    """Folders of the workspaces that this server knows, by name."""
    return find(current().workspace)


def knows(name: str) -> bool:
    """Whether the server knows a workspace of that name."""
    return _folder(name) is not None


def workspace(name: str) -> Workspace:
    """An open workspace.

    Raises:
        InputError: the server knows none of that name.
    """
    folder = _folder(name)
    if folder is None:
        raise InputError(f"There is no workspace {name!r}. Choose one in the sidebar.")
    return _opened(folder)


def _opened(folder: Path) -> Workspace:
    return _open(str(folder), may_write(folder), folder_stamp(folder))


def _folder(name: str) -> Path | None:
    """A workspace's folder. Every picture asks for it, so for a second what was found stands."""
    at, folders = _seen.get(root(), (0.0, {}))
    if name not in folders or time.monotonic() - at > SEEN_S:
        folders = workspaces()
        _seen[root()] = time.monotonic(), folders
    return folders.get(name)


def _release(opened: Workspace) -> None:
    opened.engine.dispose()


@st.cache_resource(max_entries=16, show_spinner=False, on_release=_release)
def _open(folder: str, writable: bool, stamp: tuple[int, int]) -> Workspace:  # noqa: ARG001 - opened anew when permissions or the folder's content change
    return open_workspace(Path(folder), database_url=current().database_url)


def close() -> None:
    """Forget every workspace and its open pages, and close its connections; the next question opens it again."""
    open_images.forget()
    _snapshot.clear()
    _open.clear()
    _seen.clear()


def root() -> Path:
    """The folder that holds the workspaces."""
    return current().workspace


def encoder(name: str) -> EncoderRow | None:
    """The encoder in use, or None in a workspace without one."""
    with workspace(name).read() as connection:
        try:
            return vectors.current_encoder(connection)
        except EncoderError:
            return None


def born(name: str) -> int:
    """What addresses of pictures carry, so that a browser never shows those of a workspace that had the name before.

    Raises:
        InputError: the server knows none of that name.
    """
    with workspace(name).read() as connection:
        return birth(connection)


def snapshot(name: str) -> Snapshot:
    """A workspace in memory: vectors, index, graph, board. It is loaded again when vectors were added, or when it was reset.

    Raises:
        InputError: the server knows none of that name. EncoderError: it has no encoder yet.
    """
    opened = workspace(name)
    with opened.read() as connection:
        row, newest, since = vectors.vectors_in_use(connection)
    return _snapshot(str(opened.path), row.id, newest, since, opened.sealed)


@st.cache_resource(max_entries=4, show_spinner=False)
def _snapshot(folder: str, encoder_id: int, newest: int, born: int, sealed: bool) -> Snapshot:  # noqa: ARG001 - they are the key
    return Snapshot(_opened(Path(folder)))


def warm() -> None:
    """Load the first workspace before anybody asks; one that cannot be loaded says so on its own page."""

    def load(first: Snapshot) -> None:
        first.classifiers.probabilities()
        first.labels.suspicion()

    _in_advance(load)


def warm_model() -> None:
    """Load the first workspace's model, which `warm` may have done without."""
    _in_advance(lambda first: first.encoder)


def warm_video() -> None:
    """Have a child ready for the first workspace's videos, where it has one: the child takes some 550 MB that nobody else needs."""

    def begin(first: Snapshot) -> None:
        if run_list.videos(first.workspace) and not first.workspace.sealed:
            jobs.warm_up(first.workspace)

    _in_advance(begin)


def _in_advance(work: Callable[[Snapshot], object]) -> None:
    for name in list(workspaces())[:1]:
        try:
            work(snapshot(name))
        except AppError as error:
            log.warning("%s is not loaded in advance: %s", name, error)
