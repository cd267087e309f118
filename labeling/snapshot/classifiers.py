"""Classifiers of a workspace: the one in use, a head by number, the prompts. A head of other categories does not fit, and is passed over."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.scoring import classifier_file, zero_shot
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.category_tree import CategoryTree, leaves
from labeling.snapshot.classifier import Classifier
from labeling.snapshot.loaded_vectors import LoadedVectors
from labeling.snapshot.prompt_classifiers import PromptClassifiers
from progress import Progress
from store.project import heads, taxonomy

Floats = npt.NDArray[np.float32]
Key = tuple[str, tuple[int, ...], float, int]


class Classifiers:
    """Choice of a classifier, and the scores of the one in use."""

    def __init__(self, loaded: LoadedVectors, categories: CategoryTree, prompts: PromptClassifiers) -> None:
        self._loaded = loaded
        self._categories = categories
        self._prompts = prompts

    def in_use(self) -> Classifier:
        """The classifier in use: the promoted head, else the published prompts, else no opinion where there is no text side."""
        if not self._loaded.has_text and self.head() is None:
            return Classifier(self.no_opinion())
        return self.choose()

    def prepare(self, using: str, progress: Progress) -> None:
        """Compute what `choose` needs and takes long: the vectors of prompts, where it is they that answer.

        Raises:
            CancelledError: `progress` stopped it.
        """
        if self._loaded.has_text and (using == "zero-shot" or (using == "auto" and self.head() is None)):
            self._prompts.prepare(progress)

    def choose(self, using: str = "auto") -> Classifier:
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
        promoted = self.head() if using in ("head", "auto") else None
        if promoted is not None:
            return Classifier(promoted[1], head=promoted[0])
        if using == "head":
            raise InputError(
                "No head is promoted yet, or it does not fit the categories any more. "
                "Train one and promote it, or use zero-shot (--with zero-shot)."
            )
        return Classifier(self._prompts.down_the_tree(), prompt_version=self._prompts.version()[0])

    def _by_id(self, head_id: int) -> Classifier:
        with self._loaded.workspace.read() as connection:
            row = heads.get(connection, head_id)
        if row.facet_id != self._categories.facet_id():
            raise InputError(f"Head {row.number} is multi-label; a segment has one class. Choose another head.")
        return Classifier(self.head_linear(row), head=row)

    def head(self, facet_id: int | None = None) -> tuple[heads.HeadRow, Linear] | None:
        """The promoted head of this encoder and a facet (the exclusive one unless another is named), or None.

        A head that knows a class no longer in use does not fit and is left out.
        """
        return self._loaded.ask(f"head {facet_id}", lambda: self._head(facet_id))

    def _head(self, facet_id: int | None) -> tuple[heads.HeadRow, Linear] | None:
        with self._loaded.workspace.read() as connection:
            used = heads.in_use(connection, self._loaded.encoder_row.id)
            row = used.get(facet_id or taxonomy.main_facet(connection) or 0) if used else None
        if row is None or self.misfit(row) is not None:
            return None
        return row, self.head_linear(row)

    def misfit(self, row: heads.HeadRow) -> str | None:
        """Why a head does not fit the categories of its facet any more, in a sentence, or None where it fits."""
        tree = self._categories.tree
        mine = leaves(tree, row.facet_id) if row.facet_id == self._categories.facet_id() else tree
        used = {category.id for category in mine if category.facet_id == row.facet_id}
        gone = [str(known["name"]) for known in row.card.get("classes") or () if int(known["id"]) not in used]
        return f"Head {row.number} still chooses {gone[0]}, which is no longer a class. Train again." if gone else None

    def head_linear(self, row: heads.HeadRow) -> Linear:
        """The classifier of a head; its file is checked against the recorded hash and the encoder."""
        loaded = self._loaded
        path = loaded.workspace.folder("heads") / row.file
        return loaded.cached(
            f"head {row.id}",
            row.sha256,
            lambda: classifier_file.read(path, fingerprint=loaded.encoder_row.fingerprint, sha256=row.sha256).linear,
        )

    def no_opinion(self) -> Linear:
        """The classifier that has no opinion: every class is as likely as the next."""
        classes = tuple(category.id for category in self._categories.classes())
        dim = self._loaded.encoder_row.dim
        return Linear(classes, np.zeros((len(classes), dim), np.float32), np.zeros(len(classes), np.float32))

    def machine_key(self) -> tuple[Linear, Key]:
        """The classifier in use, and a key that changes whenever it or the items do."""

        def read() -> tuple[Linear, Key]:
            used = self.in_use()
            linear = used.scorer
            return linear, (used.name, linear.classes, float(linear.weights.sum()), len(self._loaded.ids))

        return self._loaded.ask("machine", read)

    def probabilities(self) -> tuple[Linear, Floats]:
        """The classifier in use and its probabilities float32 [n, k] for all rows."""
        linear, key = self.machine_key()
        return linear, self._loaded.cached("probabilities", key, lambda: linear.probabilities(self._loaded.vectors))

    def top_two(self) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
        """(best class index, its probability, margin to the second) of every row, whatever people have said no to."""
        _, key = self.machine_key()
        _, scores = self.probabilities()
        return self._loaded.cached("top two", (key, len(scores)), lambda: zero_shot.top_two(scores))
