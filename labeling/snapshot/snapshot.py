"""A workspace in memory: vectors, index, graph, board and the classifier in use, each loaded once and kept up to date.

One scene serves all threads of a process. What it holds is derived; losing it loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from embedding.encoders.interface import Encoder
from embedding.index import Index, Stamp
from embedding.index import load as load_index
from embedding.ingest.current_encoder import open_encoder
from errors import InputError, StoreError
from labeling.cleaning import cluster_model, graph, suspicion
from labeling.cleaning.graph import Graph
from labeling.cleaning.label_table import IMPORT, SOURCES, Board
from labeling.cleaning.suspicion import Suspicion
from labeling.scoring import classifier_file, tree_classifier, zero_shot
from labeling.scoring.zero_shot import Linear
from labeling.snapshot import array_files, cache, label_table_reader
from labeling.snapshot.classifier import Classifier
from labeling.snapshot.prompt_vectors import Texts
from labeling.snapshot.suspicions import Opinion
from settings import current
from store import workspace as workspaces
from store.items import vectors
from store.items.vectors import EncoderRow
from store.ledger import label_rows
from store.project import heads, prompts, taxonomy
from store.project.prompts import PromptSet
from store.project.taxonomy import Category
from store.workspace import Revision, Workspace

Floats = npt.NDArray[np.float32]
Key = tuple[str, tuple[int, ...], float, int]
T = TypeVar("T")
EXACT_GRAPH = 20_000  # rows up to which the graph's neighbours are searched exactly


class Scene:
    """A loaded workspace. Make it with `load`; it is stale when the vectors' revision changes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.lock = threading.RLock()
        with workspace.read() as connection:
            self.encoder_row: EncoderRow = vectors.current_encoder(connection)
            self.vectors_revision = workspaces.revision(connection).vectors
            self.born = workspaces.born(connection)
        ids, rows = vectors.load(workspace, self.encoder_row.id)
        order = np.argsort(ids, kind="stable")
        self.ids: npt.NDArray[np.int64] = ids[order]
        self.vectors: npt.NDArray[np.float16] = rows[order]
        self._board: tuple[int, Board] | None = None  # with its facet
        self._kept = cache.Kept()
        self._opinion = Opinion(self._others)
        written = workspace.folder("index") / f"texts-{self.encoder_row.id}.npz"
        self.texts = Texts(written, self.encoder_row.fingerprint, lambda: self.encoder)

    # -- parts that only change with the vectors

    @property
    def encoder(self) -> Encoder:
        """The model itself.

        Raises:
            EncoderError: it cannot be loaded, or is not the one whose vectors are stored.
        """
        return open_encoder(self.workspace)[1]

    @property
    def index(self) -> Index:
        """The FAISS index, from its file where that is fresh."""
        found: Index = self.kept("index", None, self._load_index)
        return found

    def _load_index(self) -> Index:
        path = self.workspace.folder("index") / f"{self.encoder_row.id}.faiss"
        stamp = Stamp(self.encoder_row.fingerprint, self.vectors_revision)
        found = load_index(path, stamp, current().threads)
        if found is None or len(found) != len(self.ids):
            found = Index.build(self.ids, self.vectors, stamp, threads=current().threads)
            with suppress(StoreError):  # a cache: without its file it is only built again next time
                found.save(path)
        return found

    @property
    def graph(self) -> Graph:
        """The kNN graph over all rows, kept on disk beside the index."""
        found: Graph = self.kept("graph", None, self._build_graph)
        return found

    def _build_graph(self) -> Graph:
        k = min(graph.GraphOptions().neighbours + 1, max(len(self.ids), 1))
        name = f"{self.encoder_row.id}-{self.vectors_revision}-{len(self.ids)}-{k}.npz"
        path = self.workspace.folder("index") / name
        kept = array_files.read(path, "neighbours", "cosines")
        if kept is None:
            found, cosines = self._searcher().search(np.asarray(self.vectors, np.float32), k)
            # In half precision at once: read back later, the graph is the same to the bit, and so is a head fitted with it.
            rows = np.where(found >= 0, np.searchsorted(self.ids, found), -1).astype(np.int32)
            kept = rows, cosines.astype(np.float16)
            with suppress(OSError):  # a cache: without its file it is only computed again next time
                array_files.write(path, neighbours=kept[0], cosines=kept[1])
                for old in path.parent.glob(f"{self.encoder_row.id}-*.npz"):  # those of earlier vectors
                    if old != path:
                        old.unlink(missing_ok=True)
        return graph.build(kept[0].astype(np.int64), kept[1].astype(np.float32))

    def _searcher(self) -> Index:
        """What all rows are searched with: beyond some thousands inverted lists, which are far faster for so many queries."""
        if len(self.ids) <= EXACT_GRAPH:
            return self.index
        stamp = Stamp(self.encoder_row.fingerprint, self.vectors_revision)
        return Index.build(self.ids, self.vectors, stamp, flat_limit=EXACT_GRAPH, threads=current().threads)

    # -- parts that change with labels, prompts and heads

    def revision(self) -> Revision:
        """The store's revision, asked anew."""
        with self.workspace.read() as connection:
            return workspaces.revision(connection)

    def kept(self, name: str, key: Any, make: Callable[[], Any]) -> Any:
        """What was made for this key before, or made now; one value a name is held."""
        return self._kept.of(name, key, make)

    def _ask(self, what: str, question: Callable[[], T]) -> T:
        """What the store says; asked once where a request says so (`kept.once`)."""
        return cache.ask((self.workspace.path, what), question)

    @property
    def tree(self) -> list[Category]:
        """The categories in use, depth first."""

        def read() -> list[Category]:
            with self.workspace.read() as connection:
                return taxonomy.categories(connection)

        return self._ask("tree", read)

    def path_names(self, categories: Iterable[int]) -> list[str]:
        """Paths of some categories, in their order; retired ones have one too, and what is unknown is its number."""
        with self.workspace.read() as connection:
            known = {category.id: category.path for category in taxonomy.categories(connection, retired=True)}
        return [known.get(number, str(number)) for number in categories]

    def facet_id(self) -> int:
        """The exclusive facet that the machine proposes in: the first that has categories.

        Raises:
            InputError: there are no categories yet.
        """

        def read() -> int | None:
            with self.workspace.read() as connection:
                return taxonomy.main_facet(connection)

        found = self._ask("facet", read)
        if found is None:
            raise InputError(
                "There are no categories yet. Add them on the Prompts page, or with `sceneloop prompts --set FILE`."
            )
        return found

    def classes(self) -> list[Category]:
        """What the machine chooses from: the leaves of the exclusive facet."""
        facet_id = self.facet_id()
        return leaves(self.tree, facet_id)

    def prompts(self, number: int | None = None) -> tuple[int, PromptSet]:
        """(number, prompts) of the published version in use, or of one by number."""

        def read() -> tuple[int, PromptSet]:
            with self.workspace.read() as connection:
                version = prompts.published(connection, number)
            return version.number, version.prompts

        return self._ask(f"prompts {number}", read)

    def nodes(self) -> list[Category]:
        """All categories of the exclusive facet, inner ones too, depth first."""
        facet_id = self.facet_id()
        return [category for category in self.tree if category.facet_id == facet_id]

    def parents(self) -> list[int | None]:
        """For each of `nodes` the index of its parent, or None at the top."""
        tree = self.nodes()
        place = {category.id: k for k, category in enumerate(tree)}
        return [None if category.parent_id is None else place[category.parent_id] for category in tree]

    def zero_shot(self, prompt_set: PromptSet | None = None, classes: list[Category] | None = None) -> Linear:
        """The classes side by side, by the published prompts or by a given set (for other classes than those in use).

        This is what a head starts from. What proposes in a tree is `prompted`.

        Raises:
            InputError: a category has no prompt in use.
            EncoderError: the encoder has no text side.
        """
        if prompt_set is not None:
            return self._side_by_side(prompt_set, classes or self.classes())
        number, published = self.prompts()
        names = tuple((category.id, category.name) for category in self.classes())
        made: Linear = self.kept("zero_shot", (number, names), lambda: self._side_by_side(published, self.classes()))
        return made

    def prompted(self, prompt_set: PromptSet | None = None, nodes: list[Category] | None = None) -> Linear:
        """What proposes by prompts: in a tree the leaves scored by their path (`Paths`), else the same as `zero_shot`.

        Args:
            nodes: the facet's categories, where they are others than those in use.

        Raises:
            InputError: a category has no prompt in use.
            EncoderError: the encoder has no text side.
        """
        tree = nodes if nodes is not None else self.nodes()
        if all(category.parent_id is None for category in tree):
            return self.zero_shot(prompt_set, tree if prompt_set is not None else None)
        if prompt_set is not None:
            return self._paths(prompt_set, tree)
        number, published = self.prompts()
        names = tuple((category.id, category.name, category.parent_id) for category in tree)
        made: Linear = self.kept("prompted", (number, names), lambda: self._paths(published, tree))
        return made

    def _paths(self, prompt_set: PromptSet, tree: list[Category]) -> Linear:
        place = {category.id: k for k, category in enumerate(tree)}
        parents = [None if c.parent_id is None else place[c.parent_id] for c in tree]
        return tree_classifier.Paths.of(self._side_by_side(prompt_set, tree), parents)

    def _side_by_side(self, prompt_set: PromptSet, categories: list[Category]) -> Linear:
        texts = [prompts.texts_of(prompt_set, category, categories) for category in categories]
        bare = [category.path for category, text in zip(categories, texts, strict=True) if not text]
        if bare:
            raise InputError(f"{bare[0]} has no prompt that is switched on. Add one, or a template for all categories.")
        made = self.texts.class_vectors(texts)
        options = prompt_set.options
        mean = self.mean() if options.centred and len(self.vectors) else None
        scale = self.texts.logit_scale / options.temperature
        bias = np.array([options.prior.get(category.id, 0.0) for category in categories], np.float32)
        ids = [category.id for category in categories]
        return replace(zero_shot.classifier(ids, made, scale=scale, image_mean=mean), bias=bias)

    def stop(
        self, classes: tuple[int, ...], probabilities: Floats, least: float
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """(category id int64 [n], its probability float32 [n]): down the tree as long as the best child is certain.

        Args:
            classes: of the columns of `probabilities` float32 [n, k], some or all of the leaves.
            least: the margin that a child needs over its next sibling, in [0, 1]; 0 always ends at a leaf.
        """
        tree, parents = self.nodes(), self.parents()
        column = {number: k for k, number in enumerate(classes)}
        table = np.zeros((len(probabilities), len(tree)), np.float32)
        for k, category in enumerate(tree):
            if category.id in column:
                table[:, k] = probabilities[:, column[category.id]]
        chosen, certain = tree_classifier.stop(table[:, tree_classifier.leaves(parents)], parents, least)
        return np.array([category.id for category in tree], np.int64)[chosen], certain

    @property
    def is_tree(self) -> bool:
        """Whether the facet has a second level."""
        return any(category.parent_id is not None for category in self.nodes())

    def mean(self) -> Floats:
        """Mean of all vectors, float32 [d]."""
        found: Floats = self.kept("mean", len(self.ids), lambda: np.asarray(self.vectors, np.float32).mean(axis=0))
        return found

    def head(self, facet_id: int | None = None) -> tuple[heads.HeadRow, Linear] | None:
        """The promoted head of this encoder and a facet (the exclusive one unless another is named), or None.

        A head that knows a class no longer in use does not fit and is left out.
        """
        return self._ask(f"head {facet_id}", lambda: self._head(facet_id))

    def _head(self, facet_id: int | None) -> tuple[heads.HeadRow, Linear] | None:
        with self.workspace.read() as connection:
            used = heads.in_use(connection, self.encoder_row.id)
            row = used.get(facet_id or taxonomy.main_facet(connection) or 0) if used else None
        if row is None or self.misfit(row) is not None:
            return None
        return row, self.head_linear(row)

    def misfit(self, row: heads.HeadRow) -> str | None:
        """Why a head does not fit the categories of its facet any more, in a sentence, or None where it fits."""
        tree = self.tree
        mine = leaves(tree, row.facet_id) if row.facet_id == self.facet_id() else tree
        used = {category.id for category in mine if category.facet_id == row.facet_id}
        gone = [str(known["name"]) for known in row.card.get("classes") or () if int(known["id"]) not in used]
        return f"Head {row.number} still chooses {gone[0]}, which is no class any more. Train again." if gone else None

    def head_linear(self, row: heads.HeadRow) -> Linear:
        """The classifier of a head; its file is checked against the recorded hash and the encoder."""
        path = self.workspace.folder("heads") / row.file
        read: Linear = self.kept(
            f"head {row.id}",
            row.sha256,
            lambda: classifier_file.read(path, fingerprint=self.encoder_row.fingerprint, sha256=row.sha256).linear,
        )
        return read

    def in_use(self) -> Classifier:
        """The classifier in use: the promoted head, else the published prompts, else no opinion where there is no text side."""
        if not self.has_text and self.head() is None:
            return Classifier(self.no_opinion())
        return self.classifier()

    def classifier(self, using: str = "auto") -> Classifier:
        """A classifier of the exclusive facet.

        Args:
            using: `head` (the promoted one), `head:ID`, `zero-shot` (the published prompts), or `auto`: the promoted head where
                there is one, else the prompts.

        Raises:
            InputError: there is no such head, it is one of another facet, or a category has no prompt in use.
            EncoderError: the encoder has no text side for the prompts.
        """
        if using.startswith("head:"):
            return self._by_id(int(using[5:]))
        found = self.head() if using in ("head", "auto") else None
        if found is not None:
            return Classifier(found[1], head=found[0])
        if using == "head":
            raise InputError(
                "No head is promoted yet, or it does not fit the categories any more. "
                "Train one and promote it, or use zero-shot (--with zero-shot)."
            )
        return Classifier(self.prompted(), prompt_version=self.prompts()[0])

    def _by_id(self, head_id: int) -> Classifier:
        with self.workspace.read() as connection:
            row = heads.get(connection, head_id)
        if row.facet_id != self.facet_id():
            raise InputError(
                f"Head {row.number} says any number of labels; a segment has one class. Choose another head."
            )
        return Classifier(self.head_linear(row), head=row)

    @property
    def has_text(self) -> bool:
        """Whether there is a text side: precomputed vectors have none."""
        return not self.encoder_row.spec.startswith("vectors:")

    def no_opinion(self) -> Linear:
        """The classifier that has no opinion: every class is as likely as the next."""
        classes = tuple(category.id for category in self.classes())
        return Linear(
            classes, np.zeros((len(classes), self.encoder_row.dim), np.float32), np.zeros(len(classes), np.float32)
        )

    def machine_key(self) -> tuple[Linear, Key]:
        """The classifier in use, and what is different whenever it or the items are."""

        def read() -> tuple[Linear, Key]:
            used = self.in_use()
            linear = used.scorer
            return linear, (used.name, linear.classes, float(linear.weights.sum()), len(self.ids))

        return self._ask("machine", read)

    def probabilities(self) -> tuple[Linear, Floats]:
        """The classifier in use and its probabilities float32 [n, k] for all rows."""
        linear, key = self.machine_key()
        scored: Floats = self.kept("probabilities", key, lambda: linear.probabilities(self.vectors))
        return linear, scored

    def top_two(self) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
        """(best class index, its probability, margin to the second) of every row, whatever people have said no to."""
        _, key = self.machine_key()
        _, scored = self.probabilities()
        found: tuple[npt.NDArray[np.int64], Floats, Floats] = self.kept(
            "top two", (key, len(scored)), lambda: zero_shot.top_two(scored)
        )
        return found

    def suspicion(self) -> Suspicion:
        """Suspicion of every standing label, and what the neighbours favour.

        In a large workspace what the neighbours say may be some seconds old; the labels that are judged never are.
        """
        board = self.board()
        linear, key = self.machine_key()
        heard, others = self._opinion.of(board, (*key, len(board)))
        favoured = self.kept("favoured", (*key, heard, len(board)), lambda: suspicion.favoured(others))
        found: Suspicion = self.kept(
            "suspicion",
            (key, board.last_event, len(board), heard),
            lambda: suspicion.suspect(others, board.class_index(linear.classes), favoured),
        )
        return found

    def doubt(self, rows: npt.NDArray[np.int64], categories: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """float64 [k] in [0, 1]: how suspicious a category (int64 [k]) would be on each row; that of a parent has its children in it."""
        board = self.board()
        linear, key = self.machine_key()
        _, others = self._opinion.of(board, (*key, len(board)))
        known = {category.id: category.parent_id for category in self.tree}
        column = np.zeros((max([*known, *categories.tolist()], default=0) + 1, len(linear.classes)), np.float32)
        for k, number in enumerate(linear.classes):
            above: int | None = number
            while above is not None:
                column[above, k] = 1.0
                above = known.get(above)
        return np.asarray(1.0 - (others[rows] * column[categories]).sum(axis=1), np.float64)

    def _others(self, board: Board) -> Floats:
        """The posterior that everything but a label itself gives each row."""
        linear, probabilities = self.probabilities()
        labels = board.class_index(linear.classes)
        human = np.where(board.person, labels, -1)
        given = np.where(board.source == SOURCES.index("import"), labels, -1)
        prior = self._prior(probabilities, human) if linear.weights.any() else None
        return suspicion.others(
            self.graph, prior, human, given, len(linear.classes), self._held_out(board, linear.classes)
        )

    def _prior(self, probabilities: Floats, human: npt.NDArray[np.int64]) -> Floats:
        """What machine and clusters say of each row; made anew after another twentieth of people's labels."""
        _, machine = self.machine_key()
        key = machine, len(human), int((human >= 0).sum()) * 20 // max(len(human), 1)
        made: Floats = self.kept("prior", key, lambda: cluster_model.posterior(self.vectors, probabilities, human))
        return made

    def _held_out(self, board: Board, classes: tuple[int, ...]) -> Floats | None:
        """The classifier that judges given labels; fitted anew after an import or another twentieth of people's labels."""
        labels = np.where(board.source >= IMPORT, board.class_index(classes), -1)
        imported = board.source == IMPORT
        newest = float(board.at[imported].max()) if imported.any() else 0.0
        known = int((labels >= 0).sum())
        key = (
            classes,
            len(board),
            newest,
            known * 20 // max(len(board), 1),
            int(board.person.sum()) * 20 // max(len(board), 1),
        )
        held: Floats | None = self.kept("held out", key, lambda: suspicion.held_out(self.vectors, labels, len(classes)))
        return held

    # -- the board

    def board(self) -> Board:
        """Every item that has a vector, with what stands for it; brought up to date by the newest events."""
        return self._ask("board", self._board_now)

    def _board_now(self) -> Board:
        facet_id, held = self.facet_id(), self._board
        with self.workspace.read() as connection:
            newest = label_rows.newest_event(connection)
        if held is not None and (held[0], held[1].last_event) == (facet_id, newest):
            return held[1]
        with self.lock:
            held = self._board
            if held is None or held[0] != facet_id:
                held = facet_id, label_table_reader.load(self.workspace, self.ids, facet_id)
            with self.workspace.read() as connection:
                newest, since = label_rows.newest_event(connection), held[1].last_event
                if since != newest:
                    ids = label_rows.touched(connection, facet_id, since)
                    held = facet_id, label_table_reader.updated(connection, held[1], ids, facet_id, newest)
            self._board = held
            return held[1]


def leaves(tree: list[Category], facet_id: int) -> list[Category]:
    """The categories of a facet that have none below them."""
    parents = {category.parent_id for category in tree}
    return [category for category in tree if category.facet_id == facet_id and category.id not in parents]


def load(workspace: Workspace) -> Scene:
    """Load a workspace.

    Raises:
        EncoderError: it has no encoder yet.
        StoreError: a vector file is missing or damaged.
    """
    return Scene(workspace)
