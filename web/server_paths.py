"""Paths of the server's own disk, and URIs, that somebody types on a page: whose, and below which folders and in which buckets."""

from __future__ import annotations

import os
from pathlib import Path

from embedding.pictures import file_walk
from errors import InputError
from reading import File
from settings import current
from store.blobs import buckets
from store.blobs.blob import Blob
from web import resources, session
from web.language.words import noted

NONE = noted(
    "This server takes no paths of its own disk. Upload the files, or ask whoever runs it to name "
    "folders with --allowed-root."
)


def allowed(path: Path) -> Path:
    """The path, where this person may name it.

    Without users and without named folders that is every path, as the account that runs the app can read it. Links on the way to it count
    as where they lead.

    Raises:
        RoleError: the person may not. InputError: it lies outside the named folders.
    """
    session.must("name paths of the server")
    roots = current().allowed_roots
    if not roots and not session.has_users():
        return path
    if not roots:
        raise InputError(NONE)
    file_walk.must_lie_below(path, roots)
    return path


def named(text: str) -> File:
    """What somebody types: a path of the server's own disk, as `allowed`, or a URI in a bucket that the settings name.

    Raises:
        RoleError: the person may not. InputError: it lies elsewhere.
    """
    if not buckets.is_uri(text):
        return allowed(Path(os.path.abspath(file_walk.expanded(text))))
    session.must("name paths of the server")
    buckets.check(text)
    return Blob(text)


def written(path: Path) -> Path:
    """The same for a folder that is written to; with users never where the workspaces and the accounts lie.

    Raises:
        RoleError: the person may not. InputError: it lies elsewhere.
    """
    if session.has_users() and allowed(path).resolve().is_relative_to(resources.root().resolve()):
        raise InputError(f"{path} lies among the workspaces of this server. Choose another folder.")
    return allowed(path)


def model(spec: str) -> str:
    """The name of a model, or the path of one where this person may name it.

    Raises:
        RoleError: the person may not. InputError: it lies outside the named folders.
    """
    path = Path(spec).expanduser()
    if path.is_absolute() or path.exists():
        allowed(path)
    return spec
