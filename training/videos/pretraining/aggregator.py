"""Frames and sound of a video to one vector, by attention pools that are pretrained; and the file that keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save
from torch import Tensor, nn

import files
from errors import InputError, StoreError
from training.videos.networks.aggregators import AttentionPool
from training.videos.networks.network_head import AT_ONCE, batch_of
from training.videos.networks.video_network import Batch
from training.videos.tag_logistic import Scaling
from training.videos.video_head import Arrays
from training.videos.video_set import TITLE, Floats, VideoSet, modality
from written.json_values import Json

HEADS, WIDTH = 4, 32
VECTOR = "vector"  # the modality that takes the place of frames and sound


class AggregatorNetwork(nn.Module):
    """Vectors float32 [b, out] of a batch; a modality that is missing has a vector of its own."""

    def __init__(self, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.pools = nn.ModuleDict({name: AttentionPool(dim, HEADS, WIDTH) for name, dim in dims.items()})
        self.missing = nn.ParameterDict({name: nn.Parameter(torch.zeros(HEADS * WIDTH)) for name in dims})
        self.out = HEADS * WIDTH * len(dims)

    def forward(self, batch: Batch) -> Tensor:
        """Vectors float32 [b, out]."""
        parts = []
        for name, pool in self.pools.items():
            rows, mask = batch[name]
            parts.append(torch.where(mask.any(dim=1)[:, None], pool(rows, mask), self.missing[name]))
        return torch.cat(parts, dim=1)


@dataclass(frozen=True)
class Aggregator:
    """A pretrained network with the scaling of each modality that it reads."""

    scales: Mapping[str, Scaling]
    network: AggregatorNetwork

    @torch.inference_mode()
    def vectors(self, videos: VideoSet) -> Floats:
        """float32 [n, out]."""
        self.network.eval()
        parts = [np.empty((0, self.network.out), np.float32)]
        for start in range(0, len(videos), AT_ONCE):
            part = videos.take(np.arange(start, min(start + AT_ONCE, len(videos))))
            parts.append(self.network(batch_of(part, self.scales)).numpy())
        return np.concatenate(parts)

    def read(self, videos: VideoSet) -> VideoSet:
        """The same videos with one vector in the place of frames and sound; it is missing where both are."""
        vectors = self.vectors(videos)
        there = np.flatnonzero(videos.only(list(self.scales)).present.any(axis=1)).tolist()
        rows = [vectors[:0]] * len(videos)
        for k in there:
            rows[k] = vectors[k : k + 1]
        return VideoSet({VECTOR: modality(rows, dim=self.network.out), **videos.only([TITLE]).modalities})

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        dims: dict[str, Json] = {name: len(scale.mean) for name, scale in self.scales.items()}
        arrays = {f"network.{key}": value.detach().cpu().numpy() for key, value in self.network.state_dict().items()}
        for name, scale in self.scales.items():
            arrays |= {f"mean.{name}": scale.mean, f"factor.{name}": scale.factor}
        return {"dims": dims}, arrays


def restore(card: Mapping[str, Json], arrays: Arrays) -> Aggregator:
    """An aggregator from what `state` gave.

    Raises:
        KeyError, TypeError, ValueError: it does not fit together.
    """
    dims = card["dims"]
    if not isinstance(dims, dict):
        raise TypeError("the card of an aggregator is of another form")
    network = AggregatorNetwork({name: int(str(dim)) for name, dim in dims.items()})
    state = {key.removeprefix("network."): value for key, value in arrays.items() if key.startswith("network.")}
    try:
        network.load_state_dict({key: torch.from_numpy(np.array(value)) for key, value in state.items()})
    except RuntimeError as error:
        raise ValueError("the weights of an aggregator do not fit its card") from error
    scales = {
        name: Scaling(np.asarray(arrays[f"mean.{name}"], np.float32), np.asarray(arrays[f"factor.{name}"], np.float32))
        for name in dims
    }
    return Aggregator(scales, network.eval())


def write(path: Path, aggregator: Aggregator, card: Mapping[str, Json]) -> None:
    """Keep an aggregator with a card: the encoders that it reads, what it learned from, its figures.

    Raises:
        StoreError: the disk refuses; what was there before stays.
    """
    own, arrays = aggregator.state()
    whole = json.dumps({"aggregator": dict(own), "card": dict(card)}, ensure_ascii=False, sort_keys=True)
    try:
        files.write(path, save({key: np.ascontiguousarray(value) for key, value in arrays.items()}, {"card": whole}))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). What was there before stays. {files.remedy(error)}, then try again."
        ) from error


def read(path: Path) -> tuple[Aggregator, Mapping[str, Json]]:
    """(aggregator, card) of a file.

    Raises:
        InputError: it holds none.
    """
    try:
        with safe_open(str(path), "np") as opened:
            whole = json.loads((opened.metadata() or {})["card"])
        return restore(whole["aggregator"], load_file(str(path))), whole["card"]
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path.name} holds no pretrained aggregator. Pretrain again; a pickle is never read."
        ) from error
