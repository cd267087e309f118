"""One click: train a head of whichever facet is named."""

from __future__ import annotations

from typing import Any

from labeling.snapshot.snapshot import Snapshot
from store.workspace import MACHINE
from training.fitting.multilabel_head import MultiOptions
from training.fitting.selection import Progress, TrainOptions
from training.heads import facets
from training.heads.head_training import train
from training.tags.tag_training import train_tags


def train_facet(
    snapshot: Snapshot, name: str | None = None, *, actor: str = MACHINE, promote: str = "auto",
    options: dict[str, Any] | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Train a head of a facet; see `train` and `train_tags`.

    Args:
        options: fields of `TrainOptions`, or of `MultiOptions` for an open facet.
    """
    facet = facets.find(snapshot, name)
    if facet.exclusive:
        return train(snapshot, actor=actor, promote=promote, options=TrainOptions(**(options or {})), progress=progress)
    made = MultiOptions(**(options or {}))
    return train_tags(snapshot, facet, actor=actor, promote=promote, options=made, progress=progress)
