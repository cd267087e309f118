"""A trained network as a head: its rows scaled, its weights as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar, get_args

import numpy as np
import torch

from training.videos.networks.video_network import Batch, Kind, NetworkOptions, VideoNetwork
from training.videos.row_batches import padded, thinned
from training.videos.tag_logistic import Scaling
from training.videos.video_head import Arrays, Moments
from training.videos.video_set import Floats, Modality, VideoSet
from written.json_values import Json

MOST_ROWS = 64  # of a video, evenly spread
AT_ONCE = 256  # videos


@dataclass(frozen=True)
class NetworkHead:
    """A network with the scaling of each modality. tags: number k of logits."""

    name: str
    options: NetworkOptions
    scales: Mapping[str, Scaling]
    tags: int
    network: VideoNetwork
    kind: ClassVar[str] = "network"

    @property
    def parameters(self) -> int:
        """Numbers that were fitted."""
        return sum(int(each.numel()) for each in self.network.parameters())

    @torch.inference_mode()
    def logits(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:  # noqa: ARG002
        """float32 [n, k]."""
        self.network.eval()
        out = np.empty((len(videos), self.tags), np.float32)
        for start in range(0, len(videos), AT_ONCE):
            part = videos.take(np.arange(start, min(start + AT_ONCE, len(videos))))
            out[start : start + AT_ONCE] = self.network(batch_of(part, self.scales)).numpy()
        return out

    def contributions(self, videos: VideoSet, zero_shot: Floats | None = None) -> Mapping[str, Floats]:  # noqa: ARG002
        """How much the logits fall when a modality is taken away, float32 [n, k]."""
        whole = self.logits(videos)
        return {name: np.asarray(whole - self.logits(videos.without(name)), np.float32) for name in videos.modalities}

    def moments(self, videos: VideoSet) -> Mapping[str, Moments]:  # noqa: ARG002
        """None: a network tells only what a whole video is about."""
        return {}

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        dims: dict[str, Json] = {name: len(scale.mean) for name, scale in self.scales.items()}
        card: dict[str, Json] = {
            "name": self.name,
            "options": dict(asdict(self.options)),
            "dims": dims,
            "tags": self.tags,
        }
        arrays = {f"network.{key}": value.detach().cpu().numpy() for key, value in self.network.state_dict().items()}
        for name, scale in self.scales.items():
            arrays |= {f"mean.{name}": scale.mean, f"factor.{name}": scale.factor}
        return card, arrays


def restore(card: Mapping[str, Json], arrays: Arrays) -> NetworkHead:
    """A head from what `state` gave.

    Raises:
        KeyError, TypeError, ValueError: it does not fit together.
    """
    given, dims, tags = card["options"], card["dims"], card["tags"]
    if not isinstance(given, dict) or not isinstance(dims, dict) or not isinstance(tags, int):
        raise TypeError("the card of a network is of another form")
    options = _options(given)
    sizes = {name: int(str(size)) for name, size in dims.items()}
    network = VideoNetwork(sizes, tags, options)
    state = {key.removeprefix("network."): value for key, value in arrays.items() if key.startswith("network.")}
    try:
        network.load_state_dict({key: torch.from_numpy(np.array(value)) for key, value in state.items()})
    except RuntimeError as error:
        raise ValueError("the weights of a network do not fit its card") from error
    scales = {
        name: Scaling(np.asarray(arrays[f"mean.{name}"], np.float32), np.asarray(arrays[f"factor.{name}"], np.float32))
        for name in sizes
    }
    return NetworkHead(str(card["name"]), options, scales, tags, network)


def _options(given: Mapping[str, Json]) -> NetworkOptions:
    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    size, experts, dropout = given["size"], given["experts"], given["dropout"]
    if not isinstance(size, int) or not isinstance(experts, int) or not isinstance(dropout, int | float):
        raise TypeError("the options of a network are of another form")
    return NetworkOptions(kinds[str(given["kind"])], size, bool(given["gated"]), experts, float(dropout))


def batch_of(videos: VideoSet, scales: Mapping[str, Scaling]) -> Batch:
    """Scaled and padded rows with their masks; long videos are thinned evenly."""
    return {name: padded(each) for name, each in scaled(videos, scales)}


def scaled(videos: VideoSet, scales: Mapping[str, Scaling]) -> Iterator[tuple[str, Modality]]:
    """Modalities by name with scaled rows, long videos thinned evenly."""
    for name, scale in scales.items():
        each = thinned(videos.modalities[name], MOST_ROWS)
        yield name, Modality(scale.apply(each.rows), each.starts, each.times)
