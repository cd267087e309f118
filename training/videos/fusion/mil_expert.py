"""Multiple-instance learning: logits of every frame or window, and a learned soft top pooling that says when a tag holds.

Pooling by softmax attention on the logits themselves, with a sharpness a tag: between the mean and the maximum (McFee et al. 2018, adaptive
pooling). Starts from a logistic regression on the means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize
from torch.nn.functional import softplus

from labeling.scoring.multilabel import UNKNOWN, YES
from training.videos import tag_logistic
from training.videos.row_batches import padded, thinned
from training.videos.tag_logistic import Scaling, prior_logits, scaling
from training.videos.video_head import Moments, VideoMaterial
from training.videos.video_set import Floats, Modality, VideoSet

PENALTY = 1.0
STEPS = 40
MOST_ROWS = 24  # of a video that are learned from, evenly spread
SHARP = 1.0  # at the start; 0 is the mean, large the maximum


@dataclass(frozen=True)
class MilExpert:
    """Per-row logits of one modality, pooled. weights: float32 [d, k]; bias, sharpness, prior: float32 [k]."""

    modality: str
    scale: Scaling
    weights: Floats
    bias: Floats
    sharpness: Floats
    prior: Floats

    @property
    def name(self) -> str:
        """Its name among the experts."""
        return f"moments of {self.modality}"

    def logits(self, videos: VideoSet) -> Floats:
        """Pooled logits float32 [n, k]."""
        each = self.moments(videos)
        out = np.tile(self.prior, (len(videos), 1))
        for k, (start, stop) in enumerate(zip(each.starts[:-1], each.starts[1:], strict=True)):
            if stop > start:
                part = each.logits[start:stop]
                raised = np.exp(self.sharpness * (part - part.max(axis=0)))
                out[k] = (raised * part).sum(axis=0) / raised.sum(axis=0)
        return out

    def moments(self, videos: VideoSet) -> Moments:
        """Logits of every row."""
        each = videos.modalities[self.modality]
        rows = self.scale.apply(each.rows) @ self.weights + self.bias
        return Moments(np.asarray(rows, np.float32), each.starts, each.times)


def fit(material: VideoMaterial, modality: str) -> MilExpert:
    """Fit on the videos that have the modality."""
    here = np.flatnonzero(material.videos.modalities[modality].present)
    some = material.take(here)
    each = thinned(some.videos.modalities[modality], MOST_ROWS)
    scale = scaling(each.rows)
    bags = padded(Modality(scale.apply(each.rows), each.starts, each.times))
    start = tag_logistic.fit(scale.apply(some.videos.modalities[modality].means()), some.truth, PENALTY)
    weights, bias, sharpness = _descend(bags, some, start)
    return MilExpert(modality, scale, weights, bias, sharpness, prior_logits(material.truth, material.known))


def _descend(
    bags: tuple[torch.Tensor, torch.Tensor], material: VideoMaterial, start: tag_logistic.TagLinear
) -> tuple[Floats, Floats, Floats]:
    rows, mask = bags
    known = torch.from_numpy((material.truth != UNKNOWN).astype(np.float32))
    wanted = torch.from_numpy((material.truth == YES).astype(np.float32))
    d, k = start.weights.shape
    first = float(np.log(np.expm1(SHARP)))
    flat = np.concatenate([start.weights.ravel(), start.bias, np.full(k, first)]).astype(np.float64)

    def objective(values: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        point = torch.from_numpy(values.astype(np.float32)).requires_grad_()
        weights, bias, raw = point[: d * k].reshape(d, k), point[d * k : d * k + k], point[d * k + k :]
        logits = rows @ weights + bias  # [n, t, k]
        attention = (softplus(raw) * logits).masked_fill(~mask[:, :, None], -torch.inf).softmax(dim=1)
        pooled = (attention * logits).sum(dim=1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(pooled, wanted, weight=known, reduction="sum")
        total = loss + 0.5 * PENALTY * (weights**2).sum() + 0.5 * ((raw - first) ** 2).sum()
        (gradient,) = torch.autograd.grad(total, point)
        return float(total.detach()), gradient.numpy().astype(np.float64)

    fitted = minimize(objective, flat, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.astype(np.float32)
    sharp = np.asarray(np.logaddexp(0, fitted[d * k + k :]), np.float32)
    return fitted[: d * k].reshape(d, k), fitted[d * k : d * k + k], sharp
