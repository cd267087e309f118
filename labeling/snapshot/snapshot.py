"""A workspace in memory: each part loaded once and kept up to date.

One snapshot serves all threads of a process. What it holds is derived; losing it loses nothing.
"""

from __future__ import annotations

from labeling.snapshot.category_tree import CategoryTree
from labeling.snapshot.classifiers import Classifiers
from labeling.snapshot.geometry import Geometry
from labeling.snapshot.label_state import LabelState
from labeling.snapshot.linked_images import WorkingSet
from labeling.snapshot.loaded_vectors import LoadedVectors
from labeling.snapshot.prompt_classifiers import PromptClassifiers
from labeling.snapshot.prompt_vectors import Texts
from store.workspace import Workspace


class Snapshot(LoadedVectors):
    """A loaded workspace. It is stale when the vectors' revision changes.

    Attributes:
        geometry: index, neighbour graph, mean.
        categories: the category tree.
        texts: vectors of prompts.
        prompts: zero-shot classifiers of the published prompts or a draft.
        classifiers: the classifier in use and its scores.
        working: the images over which neighbours are linked.
        labels: the board and the suspicion of each label.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Load a workspace.

        Raises:
            EncoderError: it has no encoder yet.
            StoreError: a vector file is missing or damaged.
        """
        super().__init__(workspace)
        path = workspace.folder("index") / f"texts-{self.encoder_row.id}.npz"
        self.texts = Texts(path, self.encoder_row.fingerprint, lambda: self.encoder)
        self.geometry = Geometry(self)
        self.categories = CategoryTree(self)
        self.prompts = PromptClassifiers(self, self.categories, self.geometry, self.texts)
        self.classifiers = Classifiers(self, self.categories, self.prompts)
        self.working = WorkingSet(self, self.geometry)
        self.labels = LabelState(self, self.categories, self.working, self.classifiers)
