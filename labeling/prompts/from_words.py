"""Categories from words: which category a text is closest to."""

from __future__ import annotations

from typing_extensions import TypedDict

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.scoring import zero_shot
from labeling.snapshot.snapshot import Snapshot


class MeantCategory(TypedDict):
    """A category that words mean, and the cosine of the two."""

    id: int
    name: str
    score: float


def categorize(snapshot: Snapshot, text: str) -> list[MeantCategory]:
    """The categories that a phrase or a title means, best first.

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
    meant: list[MeantCategory] = []
    for c, texts in tree:
        vectors = snapshot.encoder.encode_text(texts)
        cosine = (float(zero_shot.class_vectors([vectors])[0] @ query) + float((vectors @ query).max())) / 2
        meant.append({"id": c.id, "name": names[c.id], "score": round(cosine, 6)})
    return sorted(meant, key=lambda entry: -entry["score"])
