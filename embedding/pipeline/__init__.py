"""What the embedding stage does on the store: the only modules of this stage that know it."""

from embedding.pipeline.change import Changed, change_encoder
from embedding.pipeline.current import load_once, open_encoder
from embedding.pipeline.ingest import AddOptions, AddReport, add
from embedding.pipeline.pictures import FrameSource
from embedding.pipeline.search import Hits, index, matrix, search_image, search_item, search_text
from embedding.pipeline.vectors_file import add_vectors

__all__ = [
    "AddOptions",
    "AddReport",
    "Changed",
    "FrameSource",
    "Hits",
    "add",
    "add_vectors",
    "change_encoder",
    "index",
    "load_once",
    "matrix",
    "open_encoder",
    "search_image",
    "search_item",
    "search_text",
]
