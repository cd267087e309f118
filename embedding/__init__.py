"""Images -> unit vectors: open_clip models behind one interface, FAISS indexes as a cache."""
