"""Search by a Milvus server, for more vectors than one machine should hold: the same interface as FAISS has."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from typing_extensions import override

import files
from embedding import searcher
from embedding.index import Ids, Stamp, Vectors
from embedding.searcher import Rows, Searcher
from errors import EncoderError, StoreError

if TYPE_CHECKING:
    from pymilvus import MilvusClient

EXTRA = "milvus"
ROWS_A_CALL = 2_000
MOST_LISTS, USUAL_LISTS = 65_536, 128
ID, VECTOR = "id", "vector"


class MilvusSearcher(Searcher):
    """A collection of a Milvus server, or of milvus-lite in a file.

    Which rows it holds, the server says; what was measured of it stands in a file of this machine, and is measured again without it.

    Attributes:
        probes: how many of its lists are searched. recall: what that gives.
    """

    def __init__(self, address: str, collection: str, noted: Path, stamp: Stamp, *, token: str = "") -> None:
        """Know where it is; nobody is asked yet.

        Args:
            address: `http://host:19530`, or the path of a file for milvus-lite.
            collection: letters, digits and underscores; of this workspace and encoder alone.
            noted: where what was measured is kept.

        Raises:
            EncoderError: pymilvus is not installed.
        """
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise EncoderError(f"Milvus needs another package: pip install 'sceneloop[{EXTRA}]'.") from error
        self._address, self._collection, self._noted, self._stamp = address, collection, noted, stamp
        with self._explained():
            self._client: MilvusClient = MilvusClient(address, token=token)
        self.probes, self.recall = 0, 0.0

    @override
    def sync(self, ids: Ids, vectors: Rows) -> None:
        if self._is_noted(len(ids)):
            return
        with self._explained():
            self._open(vectors.shape[1], len(ids))
            there = self._ids()
            gone, new = np.setdiff1d(there, ids), np.flatnonzero(~np.isin(ids, there))
            for start in range(0, len(gone), ROWS_A_CALL):
                self._client.delete(self._collection, ids=gone[start : start + ROWS_A_CALL].tolist())
            for start in range(0, len(new), ROWS_A_CALL):
                self._add(ids, vectors, new[start : start + ROWS_A_CALL])
            self._client.flush(self._collection)
            lists = self._most_probes(len(ids))
            self.probes, self.recall = searcher.probes(self._probing, lists, ids, vectors) if len(ids) else (lists, 1.0)
        content = {**vars(self._stamp), "address": self._address, "collection": self._collection, "rows": len(ids)}
        with suppress(OSError):  # a cache
            files.write(
                self._noted, json.dumps({**content, "probes": self.probes, "recall": self.recall}), durable=False
            )

    def _is_noted(self, rows: int) -> bool:
        """Whether the collection was synced with these rows before, and still holds as many."""
        try:
            noted = json.loads(self._noted.read_text(encoding="utf-8"))
            probes, recall = int(noted.pop("probes")), float(noted.pop("recall"))
        except (OSError, ValueError, KeyError):
            return False
        content = {**vars(self._stamp), "address": self._address, "collection": self._collection, "rows": rows}
        if noted != content or self.count() != rows:
            return False
        self.probes, self.recall = probes, recall
        return True

    @override
    def search(self, queries: Vectors, k: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
        count, number = self.count(), self.probes
        if among is not None and len(among):
            number = min(self._most_probes(count), math.ceil(number * count / len(among)))
        return self._search(queries, k, number, "" if among is None else f"{ID} in {among.tolist()}")

    @override
    def count(self) -> int:
        with self._explained():
            if not self._client.has_collection(self._collection):
                return 0
            answer = self._client.query(self._collection, filter="", output_fields=["count(*)"])
        return int(answer[0]["count(*)"])

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def drop(self) -> None:
        """Delete the collection: it can be filled again."""
        with self._explained():
            self._client.drop_collection(self._collection)

    def _open(self, dim: int, rows: int) -> None:
        from pymilvus import DataType

        if self._client.has_collection(self._collection):
            fields = self._client.describe_collection(self._collection)["fields"]
            if any(field["name"] == VECTOR and int(field["params"]["dim"]) == dim for field in fields):
                self._client.load_collection(self._collection)
                return
            self._client.drop_collection(self._collection)
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(ID, DataType.INT64, is_primary=True)
        schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dim)
        index = self._client.prepare_index_params()
        index.add_index(VECTOR, index_type="IVF_SQ8", metric_type="IP", params={"nlist": self._lists(rows)})
        self._client.create_collection(self._collection, schema=schema, index_params=index, consistency_level="Strong")

    def _lists(self, rows: int) -> int:
        return max(1, min(MOST_LISTS, int(math.sqrt(rows)), rows // 39))

    def _most_probes(self, rows: int) -> int:
        """Lists that there may be: an engine makes its usual number of them where it goes by its own."""
        return max(self._lists(rows), USUAL_LISTS)

    def _add(self, ids: Ids, vectors: Rows, rows: Ids) -> None:
        piece = np.asarray(vectors[rows], np.float32)
        data = [{ID: int(ids[row]), VECTOR: vector} for row, vector in zip(rows.tolist(), piece, strict=True)]
        self._client.insert(self._collection, data)

    def _ids(self) -> Ids:
        """Ids of all its rows, ascending."""
        pages: list[int] = []
        rows: Any = self._client.query_iterator(self._collection, batch_size=ROWS_A_CALL, output_fields=[ID])
        try:
            while page := rows.next():
                pages += [int(row[ID]) for row in page]
        finally:
            rows.close()
        return np.sort(np.asarray(pages, np.int64))

    def _probing(self, queries: Vectors, k: int, number: int) -> Ids:
        return self._search(queries, k, number, "")[0]

    def _search(self, queries: Vectors, k: int, number: int, only: str) -> tuple[Ids, Vectors]:
        with self._explained():
            answers = self._client.search(
                self._collection, data=list(np.asarray(queries, np.float32)), limit=k, filter=only,
                search_params={"metric_type": "IP", "params": {"nprobe": number}},
            )  # fmt: skip
        ids, similarities = np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32)
        for row, hits in enumerate(answers):
            ids[row, : len(hits)] = [int(hit[ID]) for hit in hits]
            similarities[row, : len(hits)] = [float(hit["distance"]) for hit in hits]
        return ids, similarities

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What the server or the connection to it has to say, in a sentence."""
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except MilvusException as error:
            words = " ".join(str(error.message).split())[:160]
            raise StoreError(
                f"The search server at {self._address} does not answer ({words}). Start it, then reload the page."
            ) from error
