"""Finding wrong labels: suspicion beside kNN-20, confident learning (cleanlab) and the model's own confidence.

On zero-shot pseudo-labels of real images (`scene3`) and of the demo world, and on human labels of CIFAR-10N brought in as given
labels, with the built-in model's vectors and with HOG and colours. A two-fold ridge classifier on the given labels runs beside. What judges
given labels, a discriminant with a shared covariance, was chosen on the second 5,000 images and `random_label2` and `random_label3`
alone, against ridge and logistic regression; the label sets that are reported had no part in it.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from cleanlab.rank import get_label_quality_scores
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.labels import label_sets
from bench.labels.label_sets import LabelSet
from labeling.cleaning import cluster_model, suspicion

Scores = npt.NDArray[np.floating]
NEIGHBOURS = 20
MOST_STEPS = 5000  # of L-BFGS: it ends by its own tolerance long before


def run(options: Options) -> Figures:
    """`p50`, `auprc`, `auroc`, `recall20` (their names in front of the method's and the set's) and `noise` of each set."""
    figures: Figures = {}
    model = label_sets.built_in(options)
    with threadpool_limits(options.threads):
        for name in ("scene3", "demo"):
            if name == "demo" or options.data is not None:
                figures |= judged(label_sets.pseudo(name, options, model))
        if options.data is not None:
            for label_set in label_sets.cifar(options, model):
                figures |= judged(label_set)
    return figures


def judged(label_set: LabelSet) -> Figures:
    """All methods on one set; of those that are not suspicion also the best of each figure."""
    methods = {
        "suspicion": suspected(label_set),
        "knn20": by_neighbours(label_set),
        "confident_learning": by_confident_learning(label_set),
    }
    if label_set.probabilities is not None:
        methods["confidence"] = 1 - label_set.probabilities[np.arange(len(label_set.labels)), label_set.labels]
    if label_set.imported:
        methods["ridge"] = by_ridge(label_set)
    by_method = {name: figures_of(scores, label_set.wrong) for name, scores in methods.items()}
    kind, _, given = label_set.name.partition("_")
    out: Figures = {f"noise_{label_set.name}": float(label_set.wrong.mean())}
    for figure in ("p50", "auprc", "auroc", "recall20"):
        others = {name: values[figure] for name, values in by_method.items() if name != "suspicion"}
        best = {"suspicion": by_method["suspicion"][figure], "best_other": max(others.values())} | others
        for name, value in best.items():
            key = f"{kind}_{figure}_{name}_{given}" if label_set.imported else f"{figure}_{name}_{label_set.name}"
            out[key] = value
    return out


def figures_of(scores: Scores, wrong: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Precision at 50, areas under both curves, and recall among the fifth that is most suspicious."""
    order = np.argsort(-scores, kind="stable")
    return {
        "p50": float(wrong[order[:50]].mean()),
        "auprc": float(average_precision_score(wrong, scores)),
        "auroc": float(roc_auc_score(wrong, scores)),
        "recall20": float(wrong[order[: len(wrong) // 5]].sum() / wrong.sum()),
    }


def suspected(label_set: LabelSet) -> Scores:
    """The app's own score, put together as it is there."""
    none = np.full(len(label_set.labels), -1, np.int64)
    given = label_set.labels if label_set.imported else none
    held = suspicion.held_out(label_set.vectors, given, label_set.classes)
    prior = (
        None
        if label_set.probabilities is None
        else cluster_model.posterior(label_set.vectors, label_set.probabilities, none)
    )
    others = suspicion.others(label_set.graph, prior, none, given, label_set.classes, held)
    return suspicion.suspect(others, label_set.labels).score


def by_neighbours(label_set: LabelSet) -> Scores:
    """Share of the 20 nearest that carry another label."""
    rows = np.arange(len(label_set.labels))
    near = np.stack([row[row != number][:NEIGHBOURS] for number, row in zip(rows, label_set.near, strict=True)])
    return np.asarray((label_set.labels[near] != label_set.labels[:, None]).mean(axis=1))


def by_confident_learning(label_set: LabelSet) -> Scores:
    """One minus cleanlab's self-confidence, from a logistic regression in three folds on the labels as they are.

    Raises:
        ConvergenceWarning: the regression has not come to its optimum.
    """
    points = (label_set.vectors - label_set.vectors.mean(axis=0)) * np.sqrt(label_set.vectors.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        learner = LogisticRegression(C=0.1, max_iter=MOST_STEPS)
        predicted = cross_val_predict(learner, points, label_set.labels, cv=folds(3), method="predict_proba")
    return np.asarray(1 - get_label_quality_scores(label_set.labels, predicted, method="self_confidence"))


def by_ridge(label_set: LabelSet) -> Scores:
    """How far another class is ahead of the given one for a ridge classifier fitted on the other half."""
    scores = cross_val_predict(
        RidgeClassifier(1.0), label_set.vectors, label_set.labels, cv=folds(2), method="decision_function"
    )
    rows = np.arange(len(label_set.labels))
    own = scores[rows, label_set.labels].copy()
    scores[rows, label_set.labels] = -np.inf
    return np.asarray(scores.max(axis=1) - own)


def folds(count: int) -> StratifiedKFold:
    """Shuffled, the same in every run."""
    return StratifiedKFold(count, shuffle=True, random_state=0)
