"""The network of the adapter. Before the first step it is zero-shot to the last digit, and every step is a step away from that.

A tag's vector is a weighted mean of its texts, whose weights begin equal, and a residual behind a gate that begins at zero. To the score by
frames comes what all modalities of a video say in the space of texts, by a map that begins at zero. Nothing in it belongs to one tag alone
but an offset, so a tag that was never labelled is scored by the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils.rnn import pad_sequence

from training.videos.open_words.tag_texts import TagTexts
from training.videos.video_set import TOP, Floats

SOFT = 2.0  # logits over which rivals share: small is the strongest of them, large their mean


@dataclass(frozen=True)
class AdapterOptions:
    """Sizes. hidden: of the residual of a tag's vector. rank: of the map from videos to texts."""

    hidden: int = 16
    rank: int = 48


class AdapterNetwork(nn.Module):
    """Logits float32 [n, k] of videos for tags."""

    def __init__(self, width: int, dim: int, options: AdapterOptions) -> None:
        """width: numbers of a video, all modalities side by side. dim: of a text."""
        super().__init__()
        self.query = nn.Parameter(torch.zeros(dim))
        self.narrow = nn.Linear(dim, options.hidden, bias=False)
        self.widen = nn.Linear(options.hidden, dim, bias=False)
        self.gate = nn.Parameter(torch.zeros(1))
        self.read = nn.Linear(width, options.rank, bias=False)
        self.say = nn.Parameter(torch.zeros(options.rank, dim))
        self.stretch = nn.Parameter(torch.zeros(1))
        self.rivalry = nn.Parameter(torch.zeros(1))

    def tag_vectors(self, texts: Tensor, mask: Tensor) -> Tensor:
        """Unit rows float32 [k, d] of tags. texts: float32 [k, m, d]. mask: bool [k, m] of those that are there."""
        weights = (texts @ self.query).masked_fill(~mask, -torch.inf).softmax(dim=1)
        mean = normalize((weights[:, :, None] * texts).sum(dim=1), dim=1)
        return normalize(mean + self.gate * self.widen(self.narrow(mean).tanh()), dim=1)

    def by_frames(self, frames: Tensor, seen: Tensor, tags: Tensor, space: Space) -> Tensor:
        """Pooled logits float32 [n, k] of frames float32 [n, t, d] for tags float32 [k, d]. seen: bool [n, t] of those that are there."""
        each = space.scale * self.stretch.exp() * (frames @ (tags - space.background).T)  # [n, t, k]
        return best_quarter(each, seen)

    def among(self, logits: Tensor, rivals: Tensor, own: Tensor) -> Tensor:
        """Logits float32 [n, k] less a share, which begins at zero, of what the rivals of a tag reach together.

        Args:
            rivals: float32 [n, r], pooled logits of the tags that are compared with. own: bool [k, r], which rival a tag is itself.
        """
        others = rivals[:, None, :].masked_fill(own[None], -torch.inf)  # [n, k, r]
        count = (~own).sum(dim=1).clamp(min=1).log()
        together = SOFT * ((others / SOFT).logsumexp(dim=2) - count)
        return logits - self.rivalry * torch.where(own.all(dim=1), torch.zeros(()), together)

    def by_videos(self, videos: Tensor, tags: Tensor, space: Space) -> Tensor:
        """What all modalities of a video add, float32 [n, k]. videos: float32 [n, width]."""
        added: Tensor = self.read(videos) @ self.say @ space.turned(tags).T
        return added


@dataclass(frozen=True)
class Space:
    """What texts are compared with. background, middle: float32 [d]; the middle is the mean of words that name no tag. scale: logits per cosine."""

    background: Tensor
    middle: Tensor
    scale: float

    def turned(self, tags: Tensor) -> Tensor:
        """Unit rows float32 [k, d] of tags seen from the middle of all words: texts lie in a narrow cone, and what parts them is small."""
        return normalize(tags - self.middle, dim=1)


def space_of(texts: TagTexts) -> Space:
    """The space of some texts."""
    return Space(torch.from_numpy(texts.background), torch.from_numpy(texts.others.mean(axis=0)), texts.scale)


def padded_texts(tags: Sequence[Floats]) -> tuple[Tensor, Tensor]:
    """(texts float32 [k, m, d], mask bool [k, m]) of the texts float32 [m, d] of each tag."""
    texts = pad_sequence([torch.from_numpy(rows) for rows in tags], batch_first=True)
    counts = torch.tensor([len(rows) for rows in tags])
    return texts, torch.arange(texts.shape[1]) < counts[:, None]


def best_quarter(logits: Tensor, mask: Tensor) -> Tensor:
    """float32 [n, k]: the mean of the best quarter of the rows that are there, tag by tag; 0 without rows. logits: [n, t, k]. mask: [n, t]."""
    counts = mask.sum(dim=1)
    wanted = -(-counts // TOP)  # [n]
    longest = int(wanted.max().clamp(min=1))
    best = logits.masked_fill(~mask[:, :, None], -torch.inf).topk(longest, dim=1).values
    taken = (torch.arange(longest) < wanted[:, None])[:, :, None]
    return torch.where(taken, best, torch.zeros(())).sum(dim=1) / wanted.clamp(min=1)[:, None]
