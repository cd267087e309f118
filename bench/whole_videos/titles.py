"""Ten classes of Chinese headlines, 5 and 100 titles a class: n-grams of characters, and the sentence encoder where it is installed.

Encoders are fitted on all titles without their classes, as in a project; half of the titles are tested on. The classifier is logistic
regression; means over ten draws.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.whole_videos.material import Pool, has_sentences, titles
from embedding.titles.title_encoder import NGRAMS, SENTENCES

COUNTS, DRAWS = (5, 100), 10
TESTED = 2000


def run(options: Options) -> Figures:
    """Accuracies in [0, 1] by encoder and number of titles a class; without the extra only those of the default."""
    with threadpool_limits(options.threads):
        figures = _figures(NGRAMS, titles(options, NGRAMS), options)
        if has_sentences():
            figures |= _figures(SENTENCES, titles(options, SENTENCES), options)
    return figures


def _figures(name: str, pool: Pool, options: Options) -> Figures:
    vectors = np.concatenate(pool.rows)
    test = np.random.default_rng(1).permutation(np.flatnonzero(pool.side == 1))[:TESTED]
    figures: Figures = {}
    for count in COUNTS:
        right = []
        for draw in range(2 if options.quick else DRAWS):
            random = np.random.default_rng(draw)
            train = np.concatenate([random.permutation(pool.of(k, (0,)))[:count] for k in range(len(pool.names))])
            model = LogisticRegression(C=10.0, max_iter=500).fit(vectors[train], pool.label[train])
            right.append(float((model.predict(vectors[test]) == pool.label[test]).mean()))
        figures[f"{name}_{count}"] = float(np.mean(right))
    return figures
