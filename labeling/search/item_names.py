"""Images by how they are called: words that occur in the file name, the folders or the metadata, whatever their case and accents."""

from __future__ import annotations

import threading
import time
import unicodedata
from pathlib import PurePath

import numpy as np
import numpy.typing as npt

from labeling.snapshot.snapshot import Snapshot
from store.database.json_column import read_json
from store.items import item_rows
from store.items.item_rows import ItemTexts
from store.items.items import FRAMES
from store.ledger import label_rows

FRESH_S = 10.0  # metadata that another process imports is searched after so long
ROWS_AT_ONCE = 8 * label_rows.SPAN  # of which the store says at once whether they are as before
BETWEEN = "\n"  # no word has one in it


def matches(snapshot: Snapshot, words: str) -> npt.NDArray[np.bool_]:
    """bool [n]: items in whose name, folders and metadata each of the words occurs somewhere; all of them without a word."""
    wanted = dict.fromkeys(folded(words).split())
    if not wanted:
        return np.ones(len(snapshot.ids), np.bool_)
    texts = snapshot.cached("item names", snapshot.vectors_revision, lambda: ItemNames(snapshot)).texts()
    rows = list(range(len(texts)))
    for word in wanted:
        rows = [row for row in rows if word in texts[row]]
    keep = np.zeros(len(texts), np.bool_)
    keep[rows] = True
    return keep


def folded(text: str) -> str:
    """A text without case, accents and the differences between forms of one letter: `Élan` is `elan`, `ﬁ` is `fi`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


class ItemNames:
    """What each item of a snapshot can be found by, brought up to date when it is asked for and some seconds old."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._workspace, self._ids = snapshot.workspace, snapshot.ids
        self._parts: dict[int, tuple[int, list[str]]] = {}  # by the first row, with the digest of what the store said
        self._texts: list[str] = []
        self._read_at = -FRESH_S
        self._lock = threading.Lock()

    def texts(self) -> list[str]:
        """A folded text an item, in the order of the ids."""
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_S:
                self._read()
                self._read_at = time.monotonic()
            return self._texts

    def _read(self) -> None:
        changed = False
        for start in range(0, len(self._ids), ROWS_AT_ONCE):
            ids = self._ids[start : start + ROWS_AT_ONCE]
            with self._workspace.read() as connection:
                digest = item_rows.texts_digest(connection, int(ids[0]), int(ids[-1]))
            if start not in self._parts or self._parts[start][0] != digest:
                self._parts[start], changed = (digest, self._folded(ids)), True
        if changed:
            self._texts = [text for _, texts in self._parts.values() for text in texts]

    def _folded(self, ids: npt.NDArray[np.int64]) -> list[str]:
        """One text for each id; an item that is gone has none."""
        by_id: dict[int, str] = {}
        for span in label_rows.spans(ids):
            with self._workspace.read() as connection:
                rows = item_rows.texts(connection, span.first, span.last)
            by_id |= {row.id: searched(row) for row in rows}
        return [by_id.get(number, "") for number in ids.tolist()]


def searched(row: ItemTexts) -> str:
    """What an item can be found by, folded: its name with the folder that was added, and the values of its metadata."""
    name, path = PurePath(row.name), PurePath(row.path)
    added = path.parts[-len(name.parts) - 1 : -len(name.parts)] if path.parts[-len(name.parts) :] == name.parts else ()
    stored = {} if row.meta in ("", "{}", "null") else read_json(row.meta)
    values = (str(value) for key, value in stored.items() if key != FRAMES) if isinstance(stored, dict) else ()
    return folded(BETWEEN.join(["/".join((*added, row.name)), *values]))
