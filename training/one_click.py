"""One click: train a head of whichever facet is named."""

from __future__ import annotations

from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.team.people import MACHINE
from training.fitting.candidates import TrainOptions
from training.fitting.multilabel_head import MultiOptions
from training.heads import facets
from training.heads.head_training import HeadTraining, TrainSettings, train
from training.tags.tag_training import TagSettings, TagTraining, train_tags


def train_facet(
    snapshot: Snapshot, name: str | None = None, *, actor: str = MACHINE, promote: str = "auto",
    options: TrainSettings | TagSettings | None = None, progress: Progress = silent,
) -> HeadTraining | TagTraining:  # fmt: skip
    """Train a head of a facet; see `train` and `train_tags`.

    Args:
        options: `TagSettings` for an open facet.
    """
    snapshot.workspace.must_write()
    facet = facets.find(snapshot, name)
    if facet.exclusive:
        return train(snapshot, actor=actor, promote=promote, options=TrainOptions(**(options or {})), progress=progress)
    chosen = MultiOptions(**(options or {}))
    return train_tags(snapshot, facet, actor=actor, promote=promote, options=chosen, progress=progress)
