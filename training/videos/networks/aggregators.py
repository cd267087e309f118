"""Networks that bring the rows of a modality to one vector. Rows float32 [b, t, d] with a mask bool [b, t] give float32 [b, out]."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class AttentionPool(nn.Module):
    """Several weighted means, each with weights of its own (Lin et al. 2017, A structured self-attentive sentence embedding)."""

    def __init__(self, dim: int, heads: int = 8, width: int = 128) -> None:
        super().__init__()
        self.project = nn.Linear(dim, width)
        self.score = nn.Sequential(nn.Linear(dim, 64), nn.Tanh(), nn.Linear(64, heads))
        self.out = heads * width

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Pooled rows."""
        weights = self.score(rows).masked_fill(~mask[:, :, None], -1e4).softmax(dim=1)  # [b, t, heads]
        return torch.einsum("bth,btw->bhw", weights, self.project(rows)).flatten(1)


class NextVlad(nn.Module):
    """NeXtVLAD (Lin, Xiao and Fan 2018): residuals to clusters, in groups with a gate each.

    Widens by two, groups attend by a sigmoid, clusters by a softmax; the sums of the residuals are made unit and normalised.
    """

    def __init__(self, dim: int, clusters: int = 16, groups: int = 4, width: int = 256) -> None:
        super().__init__()
        self.clusters, self.groups = clusters, groups
        wide = 2 * dim + (-2 * dim) % groups
        self.widen = nn.Linear(dim, wide)
        self.gate = nn.Linear(wide, groups)
        self.assign = nn.Linear(wide, groups * clusters)
        self.centres = nn.Parameter(torch.randn(clusters, wide // groups) * 0.1)
        self.norm = nn.BatchNorm1d(clusters * (wide // groups))
        self.drop = nn.Dropout(0.5)
        self.project = nn.Sequential(nn.Linear(clusters * (wide // groups), width, bias=False), nn.BatchNorm1d(width))
        self.out = width

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Pooled rows."""
        b, t, _ = rows.shape
        wide = self.widen(rows)
        gate = self.gate(wide).sigmoid() * mask[:, :, None]  # [b, t, groups]
        assigned = self.assign(wide).reshape(b, t, self.groups, self.clusters).softmax(dim=-1) * gate[..., None]
        grouped = wide.reshape(b, t, self.groups, -1)
        sums = torch.einsum("btgk,btgf->bkf", assigned, grouped)
        residual = sums - assigned.sum(dim=(1, 2))[:, :, None] * self.centres
        flat = nn.functional.normalize(residual, dim=2).flatten(1)
        pooled: Tensor = self.project(self.drop(self.norm(flat)))
        return pooled


class Lstm(nn.Module):
    """A bidirectional LSTM with attention over its states (PaddleVideo's MultimodalVideoTag).

    Args:
        guide: length of the vector that the attention looks at beside each state, 0 for none: its `lstm_pool_mode`.
    """

    def __init__(self, dim: int, hidden: int = 128, guide: int = 0) -> None:
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden, batch_first=True, bidirectional=True)
        self.energy = nn.Linear(2 * hidden + guide, 2 * hidden if guide else 1)
        self.weight = nn.Linear(2 * hidden, 1) if guide else None
        self.out = 2 * hidden

    def forward(self, rows: Tensor, mask: Tensor, guide: Tensor | None = None) -> Tensor:
        """Pooled states; `guide` float32 [b, guide]."""
        lengths = mask.sum(dim=1).clamp(min=1).cpu()
        packed = pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=rows.shape[1])
        if self.weight is None or guide is None:
            energy = self.energy(states)
        else:
            beside = torch.cat([states, guide[:, None].expand(-1, states.shape[1], -1)], dim=2)
            energy = self.weight(self.energy(beside).tanh())
        weights = energy.masked_fill(~mask[:, :, None], -1e4).softmax(dim=1)
        pooled: Tensor = (weights * states).sum(dim=1)
        return pooled


class Temporal(nn.Module):
    """The mean of the rows plus a transformer over them, whose gate starts at zero: it begins as mean pooling (after Bachlechner et al. 2021)."""

    def __init__(self, dim: int, width: int = 128, layers: int = 2, most: int = 512) -> None:
        super().__init__()
        self.project = nn.Linear(dim, width)
        self.places = nn.Parameter(torch.zeros(most, width))
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.1, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.gate = nn.Parameter(torch.zeros(1))
        self.out = width

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Pooled rows."""
        projected = self.project(rows)
        safe = mask | ~mask.any(dim=1, keepdim=True)  # a video without rows attends to zeros, and is masked behind
        mixed = self.encoder(projected + self.places[: rows.shape[1]], src_key_padding_mask=~safe)
        count = mask.sum(dim=1, keepdim=True).clamp(min=1)
        kept = mask[:, :, None]
        pooled: Tensor = ((projected + self.gate * mixed) * kept).sum(dim=1) / count
        return pooled
