"""Ten sounds (ESC-10), three official folds: train on two, test on the third, and the same with five clips a class.

Log-mel statistics always; an ONNX audio model beside them with `--sound yamnet:FILE`. The classifier is logistic regression on the mean of
a clip's windows and the mean of the highest quarter of each number, standardised by the training clips.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.whole_videos.material import Pool, sounds
from embedding.sound import sound_encoder
from training.videos import tag_logistic
from training.videos.tag_logistic import scaling
from training.videos.video_set import modality

FEW, DRAWS = 5, 10
Ints = npt.NDArray[np.int64]


def run(options: Options) -> Figures:
    """Accuracies in [0, 1]: means over the folds; `_5` with five clips a class, a mean over ten draws a fold."""
    with threadpool_limits(options.threads):
        figures = _figures("log_mel", sounds(options), options)
        if options.sound:
            name = sound_encoder.load(options.sound).card["front_end"]
            figures |= _figures(str(name), sounds(options, options.sound), options)
    return figures


def _figures(name: str, pool: Pool, options: Options) -> Figures:
    features = modality(pool.rows, pool.times, dim=pool.rows[0].shape[1]).pooled()
    random = np.random.default_rng(0)
    all_clips, few_clips = [], []
    for fold in np.unique(pool.side):
        train, test = np.flatnonzero(pool.side != fold), np.flatnonzero(pool.side == fold)
        all_clips.append(_accuracy(features, pool.label, train, test))
        for _ in range(2 if options.quick else DRAWS):
            drawn = [random.permutation(train[pool.label[train] == k])[:FEW] for k in range(len(pool.names))]
            few_clips.append(_accuracy(features, pool.label, np.concatenate(drawn), test))
    return {
        name: float(np.mean(all_clips)),
        f"{name}_5": float(np.mean(few_clips)),
        f"{name}_numbers": features.shape[1] // 2,
    }


def _accuracy(features: npt.NDArray[np.float32], label: Ints, train: Ints, test: Ints) -> float:
    scale = scaling(features[train])
    truth = (label[train][:, None] == np.unique(label)).astype(np.int8)
    logits = tag_logistic.fit(scale.apply(features[train]), truth, 1.0).logits(scale.apply(features[test]))
    return float((logits.argmax(axis=1) == label[test]).mean())
