"""The head of late fusion: experts with weights, what each modality adds, and when a tag holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from training.videos.fusion import experts
from training.videos.fusion.experts import TOGETHER, Expert, Together
from training.videos.fusion.mil_expert import MilExpert
from training.videos.fusion.text_expert import TextExpert
from training.videos.tag_calibration import Platt
from training.videos.tag_logistic import Scaling
from training.videos.video_head import Arrays, Moments
from training.videos.video_set import Floats, VideoSet
from written.json_values import Json

Fitted: TypeAlias = Expert | Together | MilExpert | TextExpert


@dataclass(frozen=True)
class LateFusionHead:
    """Logits are the weighted sum of the experts' logits. weights: float32 [k] by expert, which sum to 1 for each tag."""

    name: str
    experts: Mapping[str, Fitted]
    weights: Mapping[str, Floats]
    kind: ClassVar[str] = "late fusion"

    @property
    def parameters(self) -> int:
        """Numbers that were fitted."""
        return sum(int(array.size) for array in self.state()[1].values())

    def logits(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:
        """float32 [n, k]."""
        return np.asarray(
            sum(self.weights[name] * self._one(one, videos, zero_shot) for name, one in self.experts.items()),
            np.float32,
        )

    def _one(self, one: Fitted, videos: VideoSet, zero_shot: Floats | None) -> Floats:
        return one.logits(zero_shot) if isinstance(one, TextExpert) else one.logits(videos)

    def contributions(self, videos: VideoSet, zero_shot: Floats | None = None) -> Mapping[str, Floats]:
        """What each modality adds to the logits above a tag's frequency, float32 [n, k]; `text` is what the tags' names add."""
        out: dict[str, Floats] = {}
        for name, one in self.experts.items():
            if isinstance(one, Together):
                parts = one.contributions(videos)
            elif isinstance(one, TextExpert):
                parts = {name: one.logits(zero_shot) - one.scaling.offset}
            else:
                parts = {one.modality if isinstance(one, MilExpert) else name: one.logits(videos) - one.prior}
            for key, part in parts.items():
                out[key] = np.asarray(out.get(key, np.float32(0)) + self.weights[name] * part, np.float32)
        return out

    def moments(self, videos: VideoSet) -> Mapping[str, Moments]:
        """When tags hold, by the multiple-instance experts; empty without them."""
        return {one.modality: one.moments(videos) for one in self.experts.values() if isinstance(one, MilExpert)}

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        named: list[Json] = []
        arrays: dict[str, npt.NDArray[np.generic]] = {}
        for k, (name, one) in enumerate(self.experts.items()):
            inner: list[Json] = list(one.names) if isinstance(one, Together) else []
            named.append({"name": name, "kind": type(one).__name__, "modalities": inner})
            own = _arrays(one) | {"weight": self.weights[name]}
            arrays |= {f"{k}.{key}": value for key, value in own.items()}
        return {"name": self.name, "experts": named}, arrays


def _arrays(one: Fitted) -> dict[str, Floats]:
    if isinstance(one, MilExpert):
        return {
            "mean0": one.scale.mean, "factor0": one.scale.factor, "weights": one.weights, "bias": one.bias,
            "sharpness": one.sharpness, "prior": one.prior,
        }  # fmt: skip
    if isinstance(one, TextExpert):
        return {"centre": one.centre, "spread": one.spread, "slope": one.scaling.slope, "offset": one.scaling.offset}
    return dict(experts.arrays(one))


def restore(card: Mapping[str, Json], arrays: Arrays) -> LateFusionHead:
    """A head from what `state` gave.

    Raises:
        KeyError, TypeError, ValueError: it does not fit together.
    """
    named = card["experts"]
    if not isinstance(named, list):
        raise TypeError("experts are not a list")
    fitted: dict[str, Fitted] = {}
    weights: dict[str, Floats] = {}
    for k, entry in enumerate(named):
        if not isinstance(entry, dict):
            raise TypeError("an expert is not an object")
        own = {
            key.partition(".")[2]: np.asarray(value, np.float32)
            for key, value in arrays.items()
            if key.startswith(f"{k}.")
        }
        name, inner = str(entry["name"]), entry["modalities"]
        weights[name] = own["weight"]
        fitted[name] = _restored(
            str(entry["kind"]), name, [str(each) for each in inner] if isinstance(inner, list) else [], own
        )
    return LateFusionHead(str(card["name"]), fitted, weights)


def _restored(kind: str, name: str, inner: list[str], own: dict[str, Floats]) -> Fitted:
    if kind == "MilExpert":
        scale = Scaling(own["mean0"], own["factor0"])
        return MilExpert(
            name.removeprefix("moments of "), scale, own["weights"], own["bias"], own["sharpness"], own["prior"]
        )
    if kind == "TextExpert":
        return TextExpert(own["centre"], own["spread"], Platt(own["slope"], own["offset"]))
    return experts.restore(TOGETHER if kind == "Together" else name, inner, own)
