"""The working set: where there are too many images to link all neighbours, the some 200,000 that are linked, ranked by suspicion and mapped.

What scores each image by itself (classes, margins, filters, search, neighbours of one image) works on all of them.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning.graph import Graph
from labeling.cleaning.label_table import sorted_places
from labeling.snapshot import array_files
from labeling.snapshot.geometry import Geometry
from labeling.snapshot.loaded_vectors import LoadedVectors
from store.ledger import label_rows

FROM = 2_000_000  # images; up to so many all are worked on
MOST = 200_000  # images: a graph of them takes some ten seconds of two cores
SEED = 0

Ints = npt.NDArray[np.int64]


class Choice(TypedDict):
    """How a working set was chosen.

    Attributes:
        kind: `sample`, a random one; `class`, images that carry a class or would; `words`, images that look like words.
        of: path of the class, or the words; empty for a sample. draw: counts up where a sample is drawn again.
    """

    kind: str
    of: str
    draw: int


class WorkingSet:
    """Which images neighbours are linked over."""

    def __init__(self, loaded: LoadedVectors, geometry: Geometry) -> None:
        self._loaded = loaded
        self._geometry = geometry
        self._path: Path = loaded.workspace.folder("index") / "working-set.npz"
        self._vectors = f"{loaded.encoder_row.id} {loaded.born}"

    @property
    def is_all(self) -> bool:
        """Whether all images are worked on."""
        return len(self._loaded.ids) <= FROM

    def rows(self) -> Ints | None:
        """Rows int64 [m] in it, ascending, or None for all."""
        return None if self.is_all else self._kept()[1]

    def choice(self) -> Choice | None:
        """How it was chosen, or None where all images are worked on."""
        return None if self.is_all else self._kept()[0]

    def key(self) -> tuple[str, int]:
        """What changes whenever the images in it do."""
        rows = self.rows()
        return ("all", 0) if rows is None else (json.dumps(self.choice()), len(rows))

    def graph(self) -> Graph:
        """The kNN graph over it; node k is row `rows()[k]`."""
        rows = self.rows()
        if rows is None:
            return self._geometry.graph
        return self._loaded.cached("working graph", self.key(), lambda: self._geometry.graph_of(rows))

    def choose(self, choice: Choice, rows: Ints) -> None:
        """Let other images be worked on, by all who work in the workspace; more than `MOST` of them are drawn from.

        Raises:
            OSError: the disk refuses.
        """
        rows = np.sort(np.random.default_rng(SEED + choice["draw"]).permutation(rows)[:MOST])
        self._write(choice, self._loaded.ids[rows])

    def _kept(self) -> tuple[Choice, Ints]:
        try:
            stamp = self._path.stat().st_mtime_ns
        except OSError:
            stamp = 0
        return self._loaded.cached("working set", stamp, self._read)

    def _read(self) -> tuple[Choice, Ints]:
        """The one that was chosen, or a random sample where none was or the file is lost."""
        stored = array_files.read(self._path, "vectors", "choice", "ids")
        if stored is not None and str(stored[0]) == self._vectors:
            place, here = sorted_places(self._loaded.ids, stored[2])
            choice: Choice = json.loads(str(stored[1]))
            return choice, place[here]
        choice, rows = self.sample(0)
        with suppress(
            OSError
        ):  # without its file the same sample is drawn again, as long as people's labels are the same
            self._write(choice, self._loaded.ids[rows])
        return choice, rows

    def sample(self, draw: int) -> tuple[Choice, Ints]:
        """A random sample, and up to half of it images that people have labelled."""
        random = np.random.default_rng(SEED + draw)
        with self._loaded.workspace.read() as connection:
            people = np.array(label_rows.of_people(connection), np.int64)
        place, here = sorted_places(self._loaded.ids, people)
        labelled = random.permutation(place[here])[: MOST // 2]
        others = np.setdiff1d(random.choice(len(self._loaded.ids), MOST, replace=False), labelled)
        rows = np.concatenate([labelled, random.permutation(others)[: MOST - len(labelled)]])
        return {"kind": "sample", "of": "", "draw": draw}, np.sort(rows)

    def _write(self, choice: Choice, ids: Ints) -> None:
        array_files.write(
            self._path, vectors=np.array(self._vectors), choice=np.array(json.dumps(choice)), ids=np.asarray(ids)
        )
