"""The choice of another working set: a new sample, the images of a class, or those that look like some words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import files
from errors import InputError, StoreError
from labeling.review import machine_view
from labeling.search import similarity
from labeling.snapshot import linked_images
from labeling.snapshot.linked_images import Choice
from labeling.snapshot.snapshot import Snapshot

KINDS = ("sample", "class", "words")


class WorkingSetView(Choice):
    """The working set as pages say it: how it was chosen, how many images are in it, and of how many."""

    images: int
    of_all: int


def view(snapshot: Snapshot) -> WorkingSetView | None:
    """The working set, or None where all images are worked on."""
    choice, rows = snapshot.working.choice(), snapshot.working.rows()
    if choice is None or rows is None:
        return None
    return {**choice, "images": len(rows), "of_all": len(snapshot.ids)}


def choose(snapshot: Snapshot, kind: str, *, category: int | None = None, text: str = "") -> WorkingSetView | None:
    """Choose the images that neighbours are linked over, for all who work in the workspace.

    Args:
        kind: of KINDS. category: of `class`, its id; what lies below it counts too. text: of `words`.

    Raises:
        InputError: there is no such kind or class, no image of the class, or no text side for words.
        EncoderError: the encoder cannot be loaded. StoreError: the disk refuses.
    """
    before = snapshot.working.choice()
    if before is None:
        return None
    if kind == "sample":
        choice, rows = snapshot.working.sample(before["draw"] + 1 if before["kind"] == "sample" else 0)
    elif kind == "class":
        choice, rows = _of_class(snapshot, category)
    elif kind == "words":
        like = similarity.to_words(snapshot, text)
        most = min(linked_images.MOST, len(like))
        choice = {"kind": kind, "of": text.strip(), "draw": 0}
        rows = np.argpartition(-like, most - 1)[:most]
    else:
        raise InputError(f"There is no way {kind!r} to choose a working set. Use one of {', '.join(KINDS)}.")
    try:
        snapshot.working.choose(choice, rows)
    except OSError as error:
        raise StoreError(f"The working set cannot be kept ({error.strerror}). {files.remedy(error)}.") from error
    return view(snapshot)


def _of_class(snapshot: Snapshot, category: int | None) -> tuple[Choice, npt.NDArray[np.int64]]:
    tree = {each.id: each for each in snapshot.categories.tree}
    if category not in tree:
        raise InputError("Choose a class of the workspace.")
    wanted, more = {category}, True
    while more:
        below = {each.id for each in tree.values() if each.parent_id in wanted} - wanted
        wanted |= below
        more = bool(below)
    rows = np.flatnonzero(np.isin(machine_view.view(snapshot).standing, list(wanted)))
    if not len(rows):
        raise InputError(f"No image carries {tree[category].path}. Choose another class.")
    return {"kind": "class", "of": tree[category].path, "draw": 0}, rows
