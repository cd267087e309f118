"""Labels of a workspace in memory: the board of what stands for each item, and how suspicious each label is."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from labeling.cleaning import cluster_model, suspicion
from labeling.cleaning.label_table import IMPORT, Board, sorted_places
from labeling.cleaning.suspicion import Suspicion
from labeling.scoring.zero_shot import Linear
from labeling.snapshot import label_table_reader, suspicions
from labeling.snapshot.category_tree import CategoryTree
from labeling.snapshot.classifiers import Classifiers
from labeling.snapshot.linked_images import WorkingSet
from labeling.snapshot.loaded_vectors import LoadedVectors
from labeling.snapshot.suspicions import Opinion, OpinionFile
from progress import Progress
from store.ledger import label_rows

Floats = npt.NDArray[np.float32]
Rows = slice | npt.NDArray[np.int64]


class LabelState:
    """Labels as of the newest event, and the posterior that judges them."""

    def __init__(
        self, loaded: LoadedVectors, categories: CategoryTree, working: WorkingSet, classifiers: Classifiers
    ) -> None:
        self._loaded = loaded
        self._categories = categories
        self._working = working
        self._classifiers = classifiers
        self._board: tuple[int, Board] | None = None  # with its facet
        self._lock = threading.Lock()
        row, folder = loaded.encoder_row, loaded.workspace.folder("index")
        vectors = f"{row.id} {loaded.vectors_revision} {loaded.born}"
        self._opinion = Opinion(self._others, file=OpinionFile(folder / "opinion.npz", vectors))

    def board(self) -> Board:
        """Every item that has a vector, with what stands for it; brought up to date by the newest events."""
        return self._loaded.ask("board", self._board_now)

    def _board_now(self) -> Board:
        facet_id, held, workspace = self._categories.facet_id(), self._board, self._loaded.workspace
        newest = self._loaded.revision().labels
        if held is not None and (held[0], held[1].last_event) == (facet_id, newest):
            return held[1]
        with self._lock:
            held = self._board
            if held is None or held[0] != facet_id:
                held = facet_id, label_table_reader.load(workspace, self._loaded.ids, facet_id)
            with workspace.read() as connection:
                newest, since = label_rows.newest_event(connection), held[1].last_event
                if since != newest:
                    ids = label_rows.touched(connection, facet_id, since)
                    held = facet_id, label_table_reader.updated(connection, held[1], ids, facet_id, newest)
            self._board = held
            return held[1]

    def suspicion(self) -> Suspicion:
        """Suspicion of every standing label of the working set, NaN elsewhere, and what the neighbours favour: elsewhere the machine.

        In a large workspace what the neighbours say may be some seconds old; the labels that are judged never are.
        """
        board = self.board()
        linear, key = self._opinion_key(board)
        heard, others = self._opinion.of(board, key, self._worked(len(board)))
        favoured = self._loaded.cached("favoured", (key, heard), lambda: suspicion.favoured(others))

        def suspect() -> Suspicion:
            labels = board.class_index(linear.classes)
            rows = self._working.rows()
            if rows is None:
                return suspicion.suspect(others, labels, favoured)
            ranked = suspicion.suspect(others, labels[rows], favoured)
            return suspicion.among(ranked, rows, self._classifiers.top_two()[0])

        return self._loaded.cached("suspicion", (key, board.last_event, heard), suspect)

    def _opinion_key(self, board: Board) -> tuple[Linear, tuple[object, ...]]:
        linear, key = self._classifiers.machine_key()
        return linear, (*key, len(board), *self._working.key())

    def _worked(self, count: int) -> int:
        rows = self._working.rows()
        return count if rows is None else len(rows)

    def prepare(self, progress: Progress) -> None:
        """Work out the suspicion of a large workspace, so that the next process that ranks by it need not."""
        if len(self.board()) >= suspicions.LARGE:
            progress(0, 0, "Ranking labels by suspicion")
            self.suspicion()

    def doubt(self, rows: npt.NDArray[np.int64], categories: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """float64 [k] in [0, 1]: how suspicious a category (int64 [k]) would be on each row; that of a parent has its children in it."""
        board = self.board()
        linear, key = self._opinion_key(board)
        _, others = self._opinion.of(board, key, self._worked(len(board)))
        known = {category.id: category.parent_id for category in self._categories.tree}
        column = np.zeros((max([*known, *categories.tolist()], default=0) + 1, len(linear.classes)), np.float32)
        for k, number in enumerate(linear.classes):
            above: int | None = number
            while above is not None:
                column[above, k] = 1.0
                above = known.get(above)
        worked = self._working.rows()
        if worked is None:
            chances = others[rows]
        else:  # outside of it the machine alone speaks
            place, here = sorted_places(worked, rows)
            chances = np.where(here[:, None], others[place], self._classifiers.probabilities()[1][rows])
        return np.asarray(1.0 - (chances * column[categories]).sum(axis=1), np.float64)

    def _others(self, board: Board) -> Floats:
        """The posterior float32 [m, k] that everything but a label itself gives each row of the working set."""
        linear, probabilities = self._classifiers.probabilities()
        worked = self._working.rows()
        rows: Rows = slice(None) if worked is None else worked
        labels = board.class_index(linear.classes)[rows]
        person, source = board.person[rows], board.source[rows]
        human = np.where(person, labels, -1)
        given = np.where(source == IMPORT, labels, -1)
        prior = self._prior(probabilities[rows], human, rows) if linear.weights.any() else None
        held_out = self._held_out(board, linear.classes, rows)
        return suspicion.others(self._working.graph(), prior, human, given, len(linear.classes), held_out)

    def _prior(self, probabilities: Floats, human: npt.NDArray[np.int64], rows: Rows) -> Floats:
        """The posterior of machine and clusters; computed anew after another twentieth of people's labels."""
        _, machine = self._classifiers.machine_key()
        key = machine, self._working.key(), len(human), int((human >= 0).sum()) * 20 // max(len(human), 1)
        vectors = self._loaded.vectors
        return self._loaded.cached("prior", key, lambda: cluster_model.posterior(vectors[rows], probabilities, human))

    def _held_out(self, board: Board, classes: tuple[int, ...], rows: Rows) -> Floats | None:
        """The classifier that judges given labels; fitted anew after an import or another twentieth of people's labels."""
        source, at, person = board.source[rows], board.at[rows], board.person[rows]
        labels = np.where(source >= IMPORT, board.class_index(classes)[rows], -1)
        imported = source == IMPORT
        newest = float(at[imported].max()) if imported.any() else 0.0
        known = int((labels >= 0).sum())
        key = (
            classes,
            self._working.key(),
            len(labels),
            newest,
            known * 20 // max(len(labels), 1),
            int(person.sum()) * 20 // max(len(labels), 1),
        )
        vectors = self._loaded.vectors
        return self._loaded.cached("held out", key, lambda: suspicion.held_out(vectors[rows], labels, len(classes)))
