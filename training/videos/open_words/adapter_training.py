"""How the adapter learns: answers of the labelled tags, held to zero-shot on words that name none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

from labeling.scoring.multilabel import UNKNOWN, YES
from training.videos.fusion import experts
from training.videos.open_words.adapter_network import AdapterNetwork, AdapterOptions, Space, padded_texts, space_of
from training.videos.open_words.tag_texts import TagTexts
from training.videos.row_batches import padded, thinned
from training.videos.tag_logistic import Scaling, prior_logits
from training.videos.video_head import VideoMaterial
from training.videos.video_set import FRAMES, Floats, VideoSet

MOST_ROWS = 24  # frames of a video that are learned from, evenly spread


FASTER = 10.0  # single numbers learn so much faster than matrices


@dataclass(frozen=True)
class LearningOptions:
    """How it is trained.

    Attributes:
        steps, batch, rate, decay: of AdamW with a cosine to zero; videos a step.
        dropped: chance that a text of a tag is left out of a step. held: weight of the divergence from zero-shot on other words.
        words: other words a step.
    """

    steps: int = 300
    batch: int = 128
    rate: float = 3e-3
    decay: float = 3.0
    dropped: float = 0.3
    held: float = 1.0
    words: int = 16


@dataclass(frozen=True)
class Inputs:
    """Videos as the network takes them: frames float32 [n, t, d], seen bool [n, t], videos float32 [n, width]."""

    frames: Tensor
    seen: Tensor
    videos: Tensor

    def take(self, rows: Tensor) -> Inputs:
        """Some of the videos."""
        return Inputs(self.frames[rows], self.seen[rows], self.videos[rows])


def inputs(videos: VideoSet, scales: Mapping[str, Scaling], *, most: int = MOST_ROWS) -> Inputs:
    """Videos as the network takes them. most: frames of a video, evenly spread."""
    frames, seen = padded(thinned(videos.modalities[FRAMES], most))
    columns = [experts.columns(videos, name, scale) for name, scale in scales.items()]
    return Inputs(frames, seen, torch.from_numpy(np.concatenate(columns, axis=1)))


def train(
    material: VideoMaterial,
    texts: TagTexts,
    scales: Mapping[str, Scaling],
    options: AdapterOptions,
    learning: LearningOptions,
) -> tuple[AdapterNetwork, Floats]:
    """(network, offset float32 [k] of each tag); the same seed gives the same one."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(material.seed)
        random = np.random.default_rng(material.seed)
        looks = [inputs(each, scales) for each in (material.videos, experts.emptied(material.videos, random))]
        network = AdapterNetwork(looks[0].videos.shape[1], texts.others.shape[1], options)
        offset = torch.from_numpy(prior_logits(material.truth, material.known)).requires_grad_()
        _descend(network, offset, looks, material, texts, learning)
    return network.eval(), offset.detach().numpy()


def _descend(
    network: AdapterNetwork,
    offset: Tensor,
    looks: Sequence[Inputs],
    material: VideoMaterial,
    texts: TagTexts,
    learning: LearningOptions,
) -> None:
    random = np.random.default_rng(material.seed)
    known = torch.from_numpy((material.truth != UNKNOWN).astype(np.float32))
    wanted = torch.from_numpy((material.truth == YES).astype(np.float32))
    padded_tags, there = padded_texts(texts.tags)
    space, others = space_of(texts), torch.from_numpy(texts.others)
    optimiser = torch.optim.AdamW(
        [
            {
                "params": [
                    each for each in network.parameters() if each is not network.stretch and each is not network.rivalry
                ],
                "weight_decay": learning.decay,
            },
            {"params": [network.stretch, network.rivalry, offset], "weight_decay": 0.0, "lr": FASTER * learning.rate},
        ],
        lr=learning.rate,
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, learning.steps)
    own = torch.eye(len(texts.tags), dtype=torch.bool)
    for step in range(learning.steps):
        chosen = torch.from_numpy(random.permutation(len(known))[: learning.batch])
        part = looks[step % len(looks)].take(chosen)
        kept = there & torch.from_numpy(random.random(there.shape) >= learning.dropped)
        kept = torch.where(kept.any(dim=1, keepdim=True), kept, there)
        tags = network.tag_vectors(padded_tags, kept)
        rivals = network.by_frames(part.frames, part.seen, tags, space)
        logits = network.among(rivals, rivals, own) + network.by_videos(part.videos, tags, space) + offset
        loss = binary_cross_entropy_with_logits(logits, wanted[chosen], known[chosen], reduction="sum") / len(chosen)
        words = others[torch.from_numpy(random.permutation(len(others))[: learning.words])]
        loss = loss + learning.held * _apart(network, part, words, space)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()


def _apart(network: AdapterNetwork, part: Inputs, words: Tensor, space: Space) -> Tensor:
    """Divergence from zero-shot on words that name no tag, summed over the words: a tag that nobody labelled is such a word."""
    moved = network.tag_vectors(words[:, None], torch.ones(len(words), 1, dtype=torch.bool))
    now = network.by_frames(part.frames, part.seen, moved, space) + network.by_videos(part.videos, moved, space)
    with torch.no_grad():
        before = network.by_frames(part.frames, part.seen, words, space)
        share = before.sigmoid()
    divergence = share * (logsigmoid(before) - logsigmoid(now)) + (1 - share) * (logsigmoid(-before) - logsigmoid(-now))
    return divergence.sum(dim=1).mean()
