"""The adapter as a head: scores of the tags that it learned from, and of any tag by its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from typing_extensions import TypedDict

from training.videos.open_words.adapter_network import AdapterNetwork, AdapterOptions, padded_texts, space_of
from training.videos.open_words.adapter_training import Inputs, inputs
from training.videos.open_words.tag_texts import TagTexts
from training.videos.tag_logistic import Scaling
from training.videos.video_head import Arrays, Moments
from training.videos.video_set import FRAMES, Floats, VideoSet
from written.json_values import Json

AT_ONCE = 128  # videos
MOST_ROWS = 64  # frames of a video, evenly spread
NAME = "text adapter"


class UnseenFigures(TypedDict):
    """Macro mAP on tags that were left out, on videos that were left out too. tags: how many were judged."""

    zero_shot: float
    adapter: float
    tags: int


@dataclass(frozen=True)
class AdapterHead:
    """A trained adapter.

    Attributes:
        scales: of the modalities that it reads, by name. texts: of the tags that it learned from. offset: float32 [k].
        share: how much of what it learned to read from whole videos counts for a tag that it did not learn from, in [0, 1].
        measured: what it is worth on such tags, as it was trained; None where that could not be told, or after reading it back.
    """

    options: AdapterOptions
    scales: Mapping[str, Scaling]
    texts: TagTexts
    offset: Floats
    share: float
    network: AdapterNetwork
    name: str = NAME
    measured: UnseenFigures | None = None
    kind: ClassVar[str] = "text adapter"

    @property
    def parameters(self) -> int:
        """Numbers that were fitted."""
        return sum(int(each.numel()) for each in self.network.parameters()) + len(self.offset)

    @torch.inference_mode()
    def logits(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:  # noqa: ARG002
        """float32 [n, k]."""
        tags, own = self._learned(), torch.eye(len(self.offset), dtype=torch.bool)
        space = space_of(self.texts)
        parts = []
        for part in self._parts(videos):
            rivals = self.network.by_frames(part.frames, part.seen, tags, space)
            parts.append(self.network.among(rivals, rivals, own) + self.network.by_videos(part.videos, tags, space))
        return np.asarray(_joined(parts, len(self.offset)) + self.offset, np.float32)

    @torch.inference_mode()
    def unseen(self, videos: VideoSet, texts: Sequence[Floats]) -> Floats:
        """Logits float32 [n, j] for tags that it did not learn from, by the texts float32 [m, d] of each; nothing was fitted for one of them."""
        tags, learned = self.network.tag_vectors(*padded_texts(texts)), self._learned()
        own, space = torch.zeros(len(texts), len(learned), dtype=torch.bool), space_of(self.texts)
        parts = []
        for part in self._parts(videos):
            rivals = self.network.by_frames(part.frames, part.seen, learned, space)
            logits = self.network.by_frames(part.frames, part.seen, tags, space)
            added = self.share * self.network.by_videos(part.videos, tags, space)
            parts.append(self.network.among(logits, rivals, own) + added)
        return np.asarray(_joined(parts, len(texts)) + self.offset.mean(), np.float32)

    def contributions(self, videos: VideoSet, zero_shot: Floats | None = None) -> Mapping[str, Floats]:  # noqa: ARG002
        """How much the logits fall when a modality is taken away, float32 [n, k]."""
        whole = self.logits(videos)
        return {name: np.asarray(whole - self.logits(videos.without(name)), np.float32) for name in self.scales}

    def moments(self, videos: VideoSet) -> Mapping[str, Moments]:  # noqa: ARG002
        """None: frames are told apart where one asks for each by itself."""
        return {}

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        counts: list[Json] = [len(rows) for rows in self.texts.tags]
        names: list[Json] = list(self.scales)
        card: dict[str, Json] = {
            "name": self.name, "options": dict(asdict(self.options)), "modalities": names, "texts": counts,
            "scale": self.texts.scale, "share": self.share,
        }  # fmt: skip
        arrays = {f"network.{key}": value.detach().cpu().numpy() for key, value in self.network.state_dict().items()}
        arrays |= {
            "tags": np.concatenate(self.texts.tags),
            "background": self.texts.background,
            "others": self.texts.others,
        }
        arrays["offset"] = self.offset
        for name, scale in self.scales.items():
            arrays |= {f"mean.{name}": scale.mean, f"factor.{name}": scale.factor}
        return card, arrays

    def _learned(self) -> Tensor:
        return self.network.tag_vectors(*padded_texts(self.texts.tags))

    def _parts(self, videos: VideoSet) -> Iterator[Inputs]:
        for start in range(0, len(videos), AT_ONCE):
            part = videos.take(np.arange(start, min(start + AT_ONCE, len(videos))))
            yield inputs(part, self.scales, most=MOST_ROWS)


def _joined(parts: Sequence[Tensor], tags: int) -> Floats:
    return np.concatenate([np.empty((0, tags), np.float32), *(part.numpy() for part in parts)])


def restore(card: Mapping[str, Json], arrays: Arrays) -> AdapterHead:
    """A head from what `state` gave.

    Raises:
        KeyError, TypeError, ValueError: it does not fit together.
    """
    given, names, counts = card["options"], card["modalities"], card["texts"]
    if not isinstance(given, dict) or not isinstance(names, list) or not isinstance(counts, list):
        raise TypeError("the card of an adapter is of another form")
    options = AdapterOptions(int(str(given["hidden"])), int(str(given["rank"])))
    taken = {key: np.array(value, np.float32) for key, value in arrays.items()}
    places = np.cumsum([int(str(count)) for count in counts])[:-1]
    texts = TagTexts(
        tuple(np.split(taken["tags"], places)), taken["background"], taken["others"], float(str(card["scale"]))
    )
    state = {
        key.removeprefix("network."): torch.from_numpy(value)
        for key, value in taken.items()
        if key.startswith("network.")
    }
    network = AdapterNetwork(state["read.weight"].shape[1], taken["others"].shape[1], options)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError("the weights of an adapter do not fit its card") from error
    scales = {str(name): Scaling(taken[f"mean.{name}"], taken[f"factor.{name}"]) for name in names}
    if FRAMES not in scales:
        raise ValueError("an adapter reads frames")
    return AdapterHead(
        options, scales, texts, taken["offset"], float(str(card["share"])), network.eval(), str(card["name"])
    )
