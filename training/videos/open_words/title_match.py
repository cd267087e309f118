"""Words that stand in titles, letter by letter: how much of a word a title holds, its n-grams weighed by how rare they are.

A word of an alphabet is cut into pieces of three letters with its edges, so that *bird* is most of *birds* and nothing of *train* is *rain*; a run
of Chinese or Japanese signs into pairs, for it has no edges. What most titles hold says little of one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedding.titles import title_text
from embedding.titles.title_text import IDEOGRAPHS
from training.videos.video_set import Floats

RUN = re.compile(rf"[{IDEOGRAPHS}]+|[^\W_{IDEOGRAPHS}]+")
LENGTH = 3  # of a piece of a word of an alphabet
LEAST = 0.6  # of a word that a title must hold
EDGE = " "


@dataclass(frozen=True)
class TitleMatch:
    """The words of k tags among a project's titles.

    Attributes:
        tags: the pieces of each word of each tag. rare: weight of a piece. other: that of one that no title has. common: float32 [k], share of the
            project's titles that hold a word of a tag.
    """

    tags: tuple[tuple[tuple[str, ...], ...], ...]
    rare: Mapping[str, float]
    other: float
    common: Floats

    def held(self, titles: Sequence[str]) -> Floats:
        """float32 [n, k] in [0, 1]: how surely each title holds a word of each tag; 0 for an empty one."""
        return self._plainly(titles) * (1 - self.common)

    def counts(self, titles: Sequence[str]) -> list[list[int]]:
        """Titles that hold the whole of each word of each tag."""
        places = _places(titles)
        return [
            [int((self._share(word, places, len(titles)) >= 1 - 1e-6).sum()) for word in words] for words in self.tags
        ]

    def _plainly(self, titles: Sequence[str]) -> Floats:
        places = _places(titles)
        out = np.zeros((len(titles), len(self.tags)), np.float32)
        for k, words in enumerate(self.tags):
            for word in words:
                out[:, k] = np.maximum(out[:, k], self._share(word, places, len(titles)))
        return out

    def _share(self, word: Sequence[str], places: Mapping[str, Sequence[int]], count: int) -> Floats:
        """float32 [n]: how surely each title holds a word; a word must begin where one of the title begins."""
        if not word or not count:
            return np.zeros(count, np.float32)
        weights = {piece: self.rare.get(piece, self.other) for piece in word}
        held, begun = np.zeros(count), np.ones(count, np.bool_)
        for piece, weight in weights.items():
            where = np.array(places.get(piece, ()), np.int64)
            held[where] += weight
            if piece.startswith(EDGE):
                begins = np.zeros(count, np.bool_)
                begins[where] = True
                begun &= begins
        share = held / sum(weights.values()) * begun
        return np.clip((share - LEAST) / (1 - LEAST), 0, 1).astype(np.float32)


def _places(titles: Sequence[str]) -> dict[str, list[int]]:
    """Which titles have a piece."""
    places: dict[str, list[int]] = {}
    for number, title in enumerate(titles):
        for piece in set(pieces(title, signs=True)):
            places.setdefault(piece, []).append(number)
    return places


def fit(words: Sequence[Sequence[str]], titles: Sequence[str]) -> TitleMatch:
    """Compare words with the titles of a project.

    Args:
        words: of each tag. titles: those of the project that are not empty.
    """
    counts = Counter(piece for title in titles for piece in set(pieces(title, signs=True)))
    rare = {piece: float(np.log((1 + len(titles)) / (1 + count)) + 1) for piece, count in counts.items()}
    other = float(np.log(1 + len(titles)) + 1)
    each = tuple(tuple(tuple(dict.fromkeys(pieces(word))) for word in some) for some in words)
    plain = TitleMatch(each, rare, other, np.zeros(len(each), np.float32))
    common = plain._plainly(titles).mean(axis=0) if titles else plain.common
    return TitleMatch(each, rare, other, np.asarray(common, np.float32))


def pieces(text: str, *, signs: bool = False) -> list[str]:
    """The pieces of a text, in its order. signs: with each sign of a run by itself too, where a word of one sign is looked for."""
    out: list[str] = []
    for run in RUN.findall(title_text.plain(text).casefold()):
        if re.match(rf"[{IDEOGRAPHS}]", run):
            out += [run] if len(run) == 1 else [run[k : k + 2] for k in range(len(run) - 1)]
            out += list(run) if signs and len(run) > 1 else []
        else:
            edged = f"{EDGE}{run}{EDGE}"
            out += [edged[k : k + LENGTH] for k in range(max(1, len(edged) - LENGTH + 1))]
    return out
