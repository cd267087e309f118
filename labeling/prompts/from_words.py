"""Categories from words: which category a text is closest to."""

from __future__ import annotations

from typing import Any

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.scoring import zero_shot
from labeling.snapshot.snapshot import Snapshot


def categorize(snapshot: Snapshot, text: str) -> list[dict[str, Any]]:
    """The categories that a phrase or a title means, best first: `id`, `name`, `score` (a cosine).

    The score is the mean of the cosines with the category's vector and with its nearest prompt.

    Raises:
        InputError: the text is empty. EncoderError: the encoder has no text side.
    """
    wanted = " ".join(text.split())[:1000]
    if not wanted:
        raise InputError("There are no words to find a category for. Type a phrase or a title.")
    used = snapshot.prompts.version()[1]
    tree = [(c, used.texts(c.id, c.name)) for c in snapshot.categories.tree]
    tree = [(c, texts) for c, texts in tree if texts]
    if not tree:
        raise InputError("There are no categories with prompts yet. Set them with `sceneloop prompts W --set FILE`.")
    query = snapshot.encoder.encode_text([wanted])[0]
    names = taxonomy_file.short_names([c for c, _ in tree])
    found = []
    for c, texts in tree:
        vectors = snapshot.encoder.encode_text(texts)
        cosine = (float(zero_shot.class_vectors([vectors])[0] @ query) + float((vectors @ query).max())) / 2
        found.append({"id": c.id, "name": names[c.id], "score": round(cosine, 6)})
    return sorted(found, key=lambda entry: -entry["score"])
