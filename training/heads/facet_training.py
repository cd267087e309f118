"""Which facet a head is for: the exclusive one, or one that takes any number of labels."""

from __future__ import annotations

from typing import Any

from errors import InputError
from labeling.snapshot.snapshot import Scene
from labeling.tags import answers
from store.project import taxonomy
from store.project.taxonomy import Facet
from store.workspace import MACHINE
from training.fitting.multilabel_head import MultiOptions
from training.fitting.selection import Progress, TrainOptions
from training.heads.head_training import train
from training.tags.tag_training import train_tags


def trainable(scene: Scene) -> list[Facet]:
    """The facets that a head can be trained for: the exclusive one first, then the open ones that have labels.

    Raises:
        InputError: there are no categories.
    """
    with scene.workspace.read() as connection:
        main = taxonomy.facet(connection, scene.facet_id())
    return [main, *answers.facets(scene)]


def find(scene: Scene, name: str | None = None) -> Facet:
    """A facet by name; the exclusive one without a name.

    Raises:
        InputError: no head can be trained for a facet of that name.
    """
    known = trainable(scene)
    found = next((facet for facet in known if name in (None, facet.name)), None)
    if found is None:
        listed = ", ".join(facet.name for facet in known)
        raise InputError(f"There is no facet {name!r} that a head can be trained for. There are: {listed}.")
    return found


def train_facet(
    scene: Scene, name: str | None = None, *, actor: str = MACHINE, promote: str = "auto",
    options: dict[str, Any] | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Train a head of a facet; see `train` and `train_tags`.

    Args:
        options: fields of `TrainOptions`, or of `MultiOptions` for an open facet.
    """
    facet = find(scene, name)
    if facet.exclusive:
        return train(scene, actor=actor, promote=promote, options=TrainOptions(**(options or {})), progress=progress)
    made = MultiOptions(**(options or {}))
    return train_tags(scene, facet, actor=actor, promote=promote, options=made, progress=progress)
