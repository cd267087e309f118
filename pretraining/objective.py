"""What training aims at: exact truth between pictures and captions, the loss on it, and the learning rate."""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

from pretraining.vocabulary import facts

FACTS = {fact: index for index, fact in enumerate(facts())}


def fact_rows(known: list[frozenset[str]]) -> torch.Tensor:
    """Facts as bool [n, facts]."""
    rows = torch.zeros(len(known), len(FACTS), dtype=torch.bool)
    for row, item in enumerate(known):
        rows[row, [FACTS[fact] for fact in item]] = True
    return rows


def which(rows: torch.Tensor, word: str) -> torch.Tensor:
    """Int64 [n]: which of the facts `word:...` is true of each row, in their order; exactly one has to be.

    Args:
        rows: bool [n, facts]. word: `class` or `kind`.
    """
    columns = [column for fact, column in FACTS.items() if fact.startswith(f"{word}:")]
    return rows[:, columns].int().argmax(dim=1)


def truth(images: torch.Tensor, claims: torch.Tensor) -> torch.Tensor:
    """Bool [images, captions]: the image has every fact that the caption claims.

    Args:
        images: facts of each image, bool [images, facts]. claims: those of each caption, bool [captions, facts].
    """
    return (claims.float() @ (~images).float().T == 0).T


def contrastive(scale: torch.Tensor, images: torch.Tensor, texts: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Softmax cross-entropy both ways against all that is true (Khosla et al. 2020, supervised contrastive).

    Args:
        scale: factor on the cosines.
        images, texts: float32 [n, d] and [m, d], rows of unit length.
        true: bool [n, m], at least one true entry in each row and column.
    """
    logits = scale * images @ texts.T
    by_image = true.float() / true.sum(dim=1, keepdim=True)
    by_text = true.float() / true.sum(dim=0, keepdim=True)
    image_loss = -(by_image * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
    text_loss = -(by_text * F.log_softmax(logits, dim=0)).sum(dim=0).mean()
    return image_loss + text_loss


def named(scale: torch.Tensor, images: torch.Tensor, names: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Softmax cross-entropy of each image over one name of every kind (or class), of which just one is right.

    In a batch most kinds are missing; here each image is told from all of them at every step.

    Args:
        scale: factor on the cosines.
        images, names: float32 [n, d] and [k, d], rows of unit length.
        right: int64 [n], the row of `names` that is true of each image.
    """
    return F.cross_entropy(scale * images @ names.T, right)


def rate_at(step: int, steps: int, top: float) -> float:
    """Learning rate of a step: a short linear warm-up, then a cosine to zero."""
    warm = min(300, steps // 10)
    if step < warm:
        return top * step / warm
    return top * 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))
