"""A head of whole videos as a file: safetensors with a card in JSON, never a pickle."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save

import files
from errors import InputError, StoreError
from labeling.scoring.multilabel import Thresholds
from training.videos import pooled_candidates
from training.videos.fusion import late_fusion_head
from training.videos.networks import network_head
from training.videos.open_words import adapter_head
from training.videos.pretraining import pretrained_candidate
from training.videos.tag_calibration import Platt
from training.videos.video_head import Arrays, VideoHead
from training.videos.video_set import Floats, VideoSet
from written.json_values import Json

VERSION = 1
OWN = "calibration."  # before the names of the arrays that are not the head's
RESTORE: dict[str, Callable[[Mapping[str, Json], Arrays], VideoHead]] = {
    late_fusion_head.LateFusionHead.kind: late_fusion_head.restore,
    pooled_candidates.PooledHead.kind: pooled_candidates.restore,
    network_head.NetworkHead.kind: network_head.restore,
    adapter_head.AdapterHead.kind: adapter_head.restore,
    pretrained_candidate.PretrainedHead.kind: pretrained_candidate.restore,
}


@dataclass(frozen=True)
class TrainedHead:
    """A head with the scaling and the thresholds of its tags.

    Attributes:
        card: what else is known: classes, encoders' fingerprints, metrics, seed; JSON values.
    """

    head: VideoHead
    platt: Platt
    thresholds: Thresholds
    card: Mapping[str, Json]

    def probabilities(self, videos: VideoSet, zero_shot: Floats | None = None) -> Floats:
        """Probabilities float32 [n, k], each tag for itself."""
        return self.platt.probabilities(self.head.logits(videos, zero_shot))


def write(path: Path, trained: TrainedHead) -> None:
    """Write a head.

    Raises:
        StoreError: the disk refuses; what was there before stays.
    """
    card, arrays = trained.head.state()
    own = {"slope": trained.platt.slope, "offset": trained.platt.offset, "thresholds": trained.thresholds.values}
    whole: dict[str, Json] = {
        "version": VERSION, "kind": trained.head.kind, "head": dict(card), "shared_threshold": trained.thresholds.shared,
        "card": dict(trained.card),
    }  # fmt: skip
    tensors = {key: np.ascontiguousarray(value) for key, value in arrays.items()}
    tensors |= {f"{OWN}{key}": np.ascontiguousarray(value) for key, value in own.items()}
    try:
        files.write(path, save(tensors, {"card": json.dumps(whole, ensure_ascii=False, sort_keys=True)}))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). What was there before stays. {files.remedy(error)}, then try again."
        ) from error


def read(path: Path) -> TrainedHead:
    """Read a head.

    Raises:
        InputError: the file is not a head of whole videos, or one of a newer version.
    """
    try:
        with safe_open(str(path), "np") as opened:
            whole = json.loads((opened.metadata() or {})["card"])
        arrays = load_file(str(path))
        kind, version = whole["kind"], whole["version"]
        if version > VERSION or kind not in RESTORE:
            raise InputError(f"{path.name} was written by a newer Sceneloop. Update it, then read the head again.")
        own = {key.removeprefix(OWN): np.asarray(arrays[key], np.float32) for key in arrays if key.startswith(OWN)}
        head = RESTORE[kind](whole["head"], {key: value for key, value in arrays.items() if not key.startswith(OWN)})
        thresholds = Thresholds(own["thresholds"], float(whole["shared_threshold"]))
        return TrainedHead(head, Platt(own["slope"], own["offset"]), thresholds, whole["card"])
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path.name} is not a head of whole videos. Give a .safetensors file that Sceneloop wrote; a pickle is never read."
        ) from error
