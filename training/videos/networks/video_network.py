"""A network for whole videos: an aggregator a modality, the title straight to the classifier, gating, and logistic or mixture of experts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from torch import Tensor, nn

from training.videos.networks.aggregators import AttentionPool, Lstm, NextVlad, Temporal
from training.videos.video_set import SOUND, TITLE

Kind: TypeAlias = Literal["attention", "nextvlad", "lstm", "guided lstm", "temporal"]
Batch: TypeAlias = Mapping[str, tuple[Tensor, Tensor]]  # rows float32 [b, t, d] and mask bool [b, t] by modality


@dataclass(frozen=True)
class NetworkOptions:
    """A network.

    Attributes:
        kind: the aggregator. size: its width: heads' width, clusters, or hidden size.
        gated: squeeze-and-excitation on what the classifier takes. experts: of the mixture for each tag; 0 is logistic.
        dropout: before the classifier.
    """

    kind: Kind
    size: int
    gated: bool = False
    experts: int = 0
    dropout: float = 0.5


class VideoNetwork(nn.Module):
    """Logits float32 [b, k] of a batch. A modality that is missing has a vector of its own, which is learned."""

    def __init__(self, dims: Mapping[str, int], tags: int, options: NetworkOptions) -> None:
        super().__init__()
        self.names = tuple(dims)
        self.guided = options.kind == "guided lstm" and TITLE in dims
        self.pools = nn.ModuleDict()
        self.missing = nn.ParameterDict()
        total = 0
        for name, dim in dims.items():
            out = dim
            if name != TITLE:
                self.pools[name] = pool = _aggregator(options, name, dim, dims[TITLE] if self.guided else 0)
                out = pool.out
            self.missing[name] = nn.Parameter(torch.zeros(out))
            total += out
        self.gate = SqueezeExcitation(total) if options.gated else nn.Identity()
        self.drop = nn.Dropout(options.dropout)
        self.classifier = MixtureOfExperts(total, tags, options.experts) if options.experts else nn.Linear(total, tags)

    def forward(self, batch: Batch) -> Tensor:
        """Logits float32 [b, k]."""
        guide = self._title(batch) if self.guided else None
        parts = []
        for name in self.names:
            rows, mask = batch[name]
            if name == TITLE:
                pooled = rows[:, 0]
            elif guide is not None:
                pooled = self.pools[name](rows, mask, guide)
            else:
                pooled = self.pools[name](rows, mask)
            parts.append(torch.where(mask.any(dim=1)[:, None], pooled, self.missing[name]))
        logits: Tensor = self.classifier(self.drop(self.gate(torch.cat(parts, dim=1))))
        return logits

    def _title(self, batch: Batch) -> Tensor:
        rows, mask = batch[TITLE]
        return torch.where(mask.any(dim=1)[:, None], rows[:, 0], self.missing[TITLE])


def _aggregator(options: NetworkOptions, name: str, dim: int, guide: int) -> AttentionPool | NextVlad | Lstm | Temporal:
    half = (
        name == SOUND
    )  # sound gets half of the clusters and groups, a quarter of the hidden size: as its authors have it
    if options.kind == "attention":
        return AttentionPool(dim, width=options.size // (2 if half else 1))
    if options.kind == "nextvlad":
        return NextVlad(dim, options.size // (2 if half else 1), 2 if half else 4)
    if options.kind == "temporal":
        return Temporal(dim, options.size)
    return Lstm(dim, max(16, options.size // (4 if half else 1)), guide)


class SqueezeExcitation(nn.Module):
    """Context gating with a bottleneck of an eighth (Hu et al. 2018, as in NeXtVLAD)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(width, max(1, width // 8)), nn.ReLU(), nn.Linear(max(1, width // 8), width))

    def forward(self, values: Tensor) -> Tensor:
        """Gated values of the same shape."""
        gated: Tensor = values * self.gate(values).sigmoid()
        return gated


class MixtureOfExperts(nn.Module):
    """For each tag some logistic experts and one that always says no (Abu-El-Haija et al. 2016, google/youtube-8m)."""

    def __init__(self, width: int, tags: int, experts: int) -> None:
        super().__init__()
        self.tags, self.experts = tags, experts
        self.gate = nn.Linear(width, tags * (experts + 1), bias=False)
        self.expert = nn.Linear(width, tags * experts)

    def forward(self, values: Tensor) -> Tensor:
        """Logits float32 [b, k] of the mixture's probability."""
        gate = self.gate(values).reshape(-1, self.tags, self.experts + 1).softmax(dim=2)[..., :-1]
        each = self.expert(values).reshape(-1, self.tags, self.experts).sigmoid()
        probability = (gate * each).sum(dim=2).clamp(1e-6, 1 - 1e-6)
        return torch.logit(probability)
