"""Classifiers made of prompts: the published ones, a draft's, side by side or down the tree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from errors import InputError
from labeling.scoring import tree_classifier, zero_shot
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.category_tree import CategoryTree, parents
from labeling.snapshot.geometry import Geometry
from labeling.snapshot.loaded_vectors import LoadedVectors
from labeling.snapshot.prompt_vectors import Texts
from progress import Progress
from store.project import prompts
from store.project.prompt_set import PromptSet, texts_of
from store.project.taxonomy import Category


class PromptClassifiers:
    """Zero-shot classifiers of the exclusive facet; those of the published prompts are cached."""

    def __init__(self, loaded: LoadedVectors, categories: CategoryTree, geometry: Geometry, texts: Texts) -> None:
        self._loaded = loaded
        self._categories = categories
        self._geometry = geometry
        self._texts = texts

    def version(self, number: int | None = None) -> tuple[int, PromptSet]:
        """(number, prompts) of the published version in use, or of one by number."""

        def read() -> tuple[int, PromptSet]:
            with self._loaded.workspace.read() as connection:
                version = prompts.published(connection, number)
            return version.number, version.prompts

        return self._loaded.ask(f"prompts {number}", read)

    def prepare(self, progress: Progress) -> None:
        """Compute the vectors of the published prompts that are new, in one pass; what follows finds them.

        Raises:
            EncoderError: the encoder has no text side. CancelledError: `progress` stopped it; nothing is kept.
        """
        _, published = self.version()
        nodes = self._categories.nodes()
        texts = [text for category in nodes for text in texts_of(published, category, nodes)]
        if texts:
            self._texts.encode(texts, progress)

    def zero_shot(self, prompt_set: PromptSet | None = None, classes: list[Category] | None = None) -> Linear:
        """The classes side by side, by the published prompts or by a given set (for other classes than those in use).

        This is what a head starts from. What proposes in a tree is `down_the_tree`.

        Raises:
            InputError: a category has no prompt in use.
            EncoderError: the encoder has no text side.
        """
        if prompt_set is not None:
            return self._side_by_side(prompt_set, classes or self._categories.classes())
        number, published = self.version()
        used = self._categories.classes()
        names = tuple((category.id, category.name) for category in used)
        return self._loaded.cached("zero_shot", (number, names), lambda: self._side_by_side(published, used))

    def down_the_tree(self, prompt_set: PromptSet | None = None, nodes: list[Category] | None = None) -> Linear:
        """The classifier that proposes by prompts: in a tree the leaves scored by their path (`Paths`), else `zero_shot`.

        Args:
            nodes: the facet's categories, where they are others than those in use.

        Raises:
            InputError: a category has no prompt in use.
            EncoderError: the encoder has no text side.
        """
        tree = nodes if nodes is not None else self._categories.nodes()
        if all(category.parent_id is None for category in tree):
            return self.zero_shot(prompt_set, tree if prompt_set is not None else None)
        if prompt_set is not None:
            return self._paths(prompt_set, tree)
        number, published = self.version()
        names = tuple((category.id, category.name, category.parent_id) for category in tree)
        return self._loaded.cached("prompted", (number, names), lambda: self._paths(published, tree))

    def _paths(self, prompt_set: PromptSet, tree: list[Category]) -> Linear:
        return tree_classifier.Paths.of(self._side_by_side(prompt_set, tree), parents(tree))

    def _side_by_side(self, prompt_set: PromptSet, categories: list[Category]) -> Linear:
        texts = [texts_of(prompt_set, category, categories) for category in categories]
        bare = [category.path for category, text in zip(categories, texts, strict=True) if not text]
        if bare:
            raise InputError(f"{bare[0]} has no prompt that is switched on. Add one, or a template for all categories.")
        vectors = self._texts.class_vectors(texts)
        options = prompt_set.options
        mean = self._geometry.mean() if options.centred and len(self._loaded.vectors) else None
        scale = self._texts.logit_scale / options.temperature
        bias = np.array([options.prior.get(category.id, 0.0) for category in categories], np.float32)
        ids = [category.id for category in categories]
        return replace(zero_shot.classifier(ids, vectors, scale=scale, image_mean=mean), bias=bias)
