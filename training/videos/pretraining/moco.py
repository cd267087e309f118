"""Momentum contrast (He et al. 2020) on videos: two views of one video are to be told from those of all others.

Only the aggregator learns; frames and sound are vectors of frozen encoders. Views: a stretch of the video, rows left out, the sound left
out. Videos of one programme are not held against each other.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from errors import InputError
from progress import Progress, silent
from training.videos.networks.network_candidates import TrainingOptions, row_scale, varied
from training.videos.networks.network_head import batch_of
from training.videos.networks.video_network import Batch
from training.videos.pretraining.aggregator import Aggregator, AggregatorNetwork
from training.videos.video_set import FRAMES, LEAST_TO_PRETRAIN, SOUND, Ints, VideoSet

TOLD_EVERY = 20


@dataclass(frozen=True)
class MocoOptions:
    """How it learns.

    Attributes:
        steps, batch, rate, decay: of AdamW with a cosine to zero; videos a step. queue: views that are held against. momentum: of the second network.
        temperature: of the contrast. dropped, cropped, silenced: chances that a row is left out, that a video is cut, that its sound is left out.
    """

    steps: int = 600
    batch: int = 128
    rate: float = 1e-3
    decay: float = 0.05
    queue: int = 4096
    momentum: float = 0.99
    temperature: float = 0.1
    dropped: float = 0.3
    cropped: float = 0.8
    silenced: float = 0.3


class Contrast(nn.Module):
    """An aggregator with the projection in which views are compared, which is thrown away."""

    def __init__(self, network: AggregatorNetwork) -> None:
        super().__init__()
        self.network = network
        self.project = nn.Sequential(nn.Linear(network.out, 128), nn.ReLU(), nn.Linear(128, 64))

    def forward(self, batch: Batch) -> Tensor:
        """Unit rows float32 [b, 64]."""
        return normalize(self.project(self.network(batch)), dim=1)


def pretrain(
    videos: VideoSet,
    group: Ints,
    options: MocoOptions = MocoOptions(),
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Aggregator:
    """An aggregator that learned from videos without their labels; the same seed gives the same one.

    Args:
        group: int64 [n], equal for videos of one programme.

    Raises:
        InputError: there are too few videos with frames. CancelledError: `progress` stopped it.
    """
    seen = np.flatnonzero(videos.modalities[FRAMES].present) if FRAMES in videos.modalities else np.empty(0, np.int64)
    if len(seen) < LEAST_TO_PRETRAIN:
        raise InputError(
            f"Pretraining needs {LEAST_TO_PRETRAIN} videos with frames, and {len(seen)} are there. Add more videos."
        )
    chosen = videos.take(seen).only([FRAMES, SOUND])
    chosen = chosen.only([name for name, each in chosen.modalities.items() if each.present.any()])
    scales = {name: row_scale(each.rows) for name, each in chosen.modalities.items()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Contrast(AggregatorNetwork({name: each.dim for name, each in chosen.modalities.items()}))
        _descend(model, batch_of(chosen, scales), torch.from_numpy(group[seen]), options, seed, progress)
    return Aggregator(scales, model.network.eval())


def _descend(model: Contrast, whole: Batch, group: Tensor, options: MocoOptions, seed: int, progress: Progress) -> None:
    random = np.random.default_rng(seed)
    looks = TrainingOptions(emptied={SOUND: options.silenced}, dropped=options.dropped, cropped=options.cropped)
    slow = copy.deepcopy(model).requires_grad_(requires_grad=False)
    queue, of = torch.empty(0, 64), torch.empty(0, dtype=torch.int64)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=options.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, options.steps)
    size = min(options.batch, len(group) // 2)
    for step in range(options.steps):
        if step % TOLD_EVERY == 0:
            progress(step, options.steps, "")
        chosen = torch.from_numpy(random.permutation(len(group))[:size])
        batch = {name: (rows[chosen], mask[chosen]) for name, (rows, mask) in whole.items()}
        own = group[chosen]
        with torch.no_grad():
            keys = slow(varied(batch, looks, random))
        against, whose = torch.cat([keys, queue]), torch.cat([own, of])
        scores = model(varied(batch, looks, random)) @ against.T / options.temperature
        same = own[:, None] == whose[None, :]
        same[torch.arange(size), torch.arange(size)] = False  # its own other view is what is to be recognised
        loss = cross_entropy(scores.masked_fill(same, -torch.inf), torch.arange(size))
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
        queue, of = against[: options.queue], whose[: options.queue]
        with torch.no_grad():
            for moved, towards in zip(slow.parameters(), model.parameters(), strict=True):
                moved.lerp_(towards, 1 - options.momentum)
    progress(options.steps, options.steps, "")
