"""Vectors of a workspace in memory, and what was derived from them and cached."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from embedding.encoders.interface import Encoder
from embedding.ingest.current_encoder import open_model
from labeling.snapshot import cache
from store.items import mapped_vectors, vectors
from store.items.vectors import EncoderRow
from store.workspace import Revision, Workspace, birth, revision

T = TypeVar("T")


class LoadedVectors:
    """Vectors of the current encoder, in the order of their item ids.

    Attributes:
        workspace: where they come from. encoder_row: the encoder in use.
        ids: int64 [n], ascending. vectors: float16 [n, d], unit rows; of many they are mapped into memory.
        vectors_revision: the store's revision of the vectors when they were read.
        born: when the workspace was made or reset.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read them.

        Raises:
            EncoderError: the workspace has no encoder yet.
            StoreError: a vector file is missing or damaged.
        """
        self.workspace = workspace
        with workspace.read() as connection:
            self.encoder_row: EncoderRow = vectors.current_encoder(connection)
            self.vectors_revision = revision(connection).vectors
            self.born = birth(connection)
        self.ids: npt.NDArray[np.int64]
        self.vectors: npt.NDArray[np.float16]
        self.ids, self.vectors = mapped_vectors.load(workspace, self.encoder_row)
        self._cache = cache.Cache()

    @property
    def encoder(self) -> Encoder:
        """The model that these vectors come from.

        Raises:
            EncoderError: it cannot be loaded, or is not the one whose vectors are stored.
        """
        return open_model(self.workspace, self.encoder_row)

    @property
    def has_text(self) -> bool:
        """Whether there is a text side: precomputed vectors have none."""
        return not self.encoder_row.spec.startswith("vectors:")

    def revision(self) -> Revision:
        """The store's revision; asked once where a request says so (`cache.once`)."""

        def read() -> Revision:
            with self.workspace.read() as connection:
                return revision(connection)

        return self.ask("revision", read)

    def cached(self, name: str, key: Hashable, compute: Callable[[], T]) -> T:
        """The value computed for this key before, or now; one value a name is held."""
        return self._cache.get(name, key, compute)

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """The store's answer to a question; asked once where a request says so (`cache.once`)."""
        return cache.ask((self.workspace.path, what), question)
