"""Networks as candidates: how they are trained, and which ones are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from labeling.scoring.multilabel import UNKNOWN, YES
from progress import Progress
from training.videos.fusion.experts import EMPTIED
from training.videos.networks.network_head import NetworkHead, batch_of
from training.videos.networks.video_network import Batch, NetworkOptions, VideoNetwork
from training.videos.tag_logistic import Scaling, scaling
from training.videos.video_head import VideoMaterial, held_out
from training.videos.video_set import TITLE, Floats, Ints


@dataclass(frozen=True)
class TrainingOptions:
    """How a network is trained.

    Attributes:
        steps: at least so many steps, and 30 rounds through the videos. batch: videos a step. rate, decay: of AdamW, with a cosine to zero.
        emptied: share of the videos without a modality in each step. dropped, cropped: chance that a row is dropped, and that a video
            is cut to a stretch of half to all of its rows, in each step.
    """

    steps: int = 400
    rounds: int = 30
    batch: int = 64
    rate: float = 1e-3
    decay: float = 0.05
    emptied: Mapping[str, float] = field(default_factory=lambda: dict(EMPTIED))
    dropped: float = 0.1
    cropped: float = 0.3


@dataclass(frozen=True)
class Network:
    """A network as a candidate."""

    name: str
    source: str
    options: NetworkOptions
    training: TrainingOptions = field(default_factory=TrainingOptions)

    def held_out(self, material: VideoMaterial, fold: Ints, progress: Progress) -> Floats:
        """Logits float32 [n, k] of each video by a network that did not see its fold."""
        return held_out(self.name, material, fold, lambda part: self.fit(part, progress), progress)

    def fit(self, material: VideoMaterial, progress: Progress) -> NetworkHead:  # noqa: ARG002
        """A network trained on all videos; the same seed gives the same one."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(material.seed)
            scales = {name: row_scale(each.rows) for name, each in material.videos.modalities.items()}
            dims = {name: each.dim for name, each in material.videos.modalities.items()}
            network = VideoNetwork(dims, material.truth.shape[1], self.options)
            _train(network, batch_of(material.videos, scales), material, self.training)
        return NetworkHead(self.name, self.options, scales, material.truth.shape[1], network)


def row_scale(rows: Floats) -> Scaling:
    """Standardised columns, each of variance 1 by itself."""
    plain = scaling(rows)
    return Scaling(plain.mean, np.asarray(plain.factor * np.sqrt(rows.shape[1] / 64.0), np.float32))


def _train(network: VideoNetwork, whole: Batch, material: VideoMaterial, options: TrainingOptions) -> None:
    n = len(material.truth)
    known = torch.from_numpy((material.truth != UNKNOWN).astype(np.float32))
    wanted = torch.from_numpy((material.truth == YES).astype(np.float32))
    size = min(options.batch, n)
    steps = max(options.steps, options.rounds * n // size)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=options.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    random = np.random.default_rng(material.seed)
    network.train()
    order: list[int] = []
    for _ in range(steps):
        while len(order) < size:
            order += random.permutation(n).tolist()
        chosen, order = torch.tensor(order[:size]), order[size:]
        batch = varied({name: (rows[chosen], mask[chosen]) for name, (rows, mask) in whole.items()}, options, random)
        loss = binary_cross_entropy_with_logits(network(batch), wanted[chosen], known[chosen], reduction="sum") / size
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()


def varied(batch: Batch, options: TrainingOptions, random: np.random.Generator) -> Batch:
    """Another look at a batch: modalities emptied, rows dropped, stretches cut out; a row of each sequence always stays."""
    out = {}
    for name, (rows, mask) in batch.items():
        kept = mask
        if name != TITLE:
            kept = (
                mask & torch.from_numpy(random.random(mask.shape) >= options.dropped) & _stretch(mask, options, random)
            )
            kept = torch.where(kept.any(dim=1, keepdim=True), kept, mask)
        if name in options.emptied:
            gone = torch.from_numpy(random.random(len(mask)) < options.emptied[name])
            kept = kept & ~gone[:, None]
        out[name] = (rows * kept[:, :, None], kept)
    return out


def _stretch(mask: torch.Tensor, options: TrainingOptions, random: np.random.Generator) -> torch.Tensor:
    """Mask bool [b, t] of a stretch of half to all rows in some videos, of all rows in the others."""
    count = mask.sum(dim=1).numpy()
    share = np.where(random.random(len(count)) < options.cropped, random.uniform(0.5, 1.0, len(count)), 1.0)
    length = np.ceil(share * count)
    start = np.floor(random.random(len(count)) * (count - length + 1))
    place = np.arange(mask.shape[1])
    return torch.from_numpy((place >= start[:, None]) & (place < (start + length)[:, None]))


def networks() -> list[Network]:
    """The networks that are tried, each with its source."""
    vlad = "NeXtVLAD with squeeze-and-excitation gating (Lin, Xiao and Fan 2018; linrongc/youtube-8m)"
    paddle = "PaddleVideo MultimodalVideoTag: BiLSTM by modality, attention over states"
    return [
        Network("attention pool", "structured self-attention (Lin et al. 2017)", NetworkOptions("attention", 128)),
        Network("NeXtVLAD, logistic", vlad, NetworkOptions("nextvlad", 16, gated=True)),
        Network("NeXtVLAD, mixture of 2", f"{vlad}; mixture of experts of google/youtube-8m", NetworkOptions("nextvlad", 16, gated=True, experts=2)),
        Network("BiLSTM, self-attention", paddle, NetworkOptions("lstm", 128)),
        Network("BiLSTM, text-guided", f"{paddle} and title", NetworkOptions("guided lstm", 128)),
        Network("temporal transformer", "transformer over frames, its gate from zero (ReZero, Bachlechner et al. 2021)", NetworkOptions("temporal", 128)),
    ]  # fmt: skip


def paddle_sized() -> Network:
    """The text-guided BiLSTM in the size of its authors: 512 states a direction for frames, 128 for sound."""
    return Network(
        "BiLSTM, text-guided, 512",
        "PaddleVideo MultimodalVideoTag, in its own size",
        NetworkOptions("guided lstm", 512),
    )
