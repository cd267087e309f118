"""What every page needs first of a workspace: its categories, encoder, versions, and who asks."""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.categories.display import CategoryJson, category_json
from labeling.search import held_back
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store.items import items
from store.team import actors


class GridCategory(CategoryJson):
    """A category, and whether its facet takes any number of labels."""

    open: bool


class EncoderInUse(TypedDict):
    """The encoder in use; `demonstration` is true for the one that ships."""

    name: str
    fingerprint: str
    demonstration: bool


class HeadInUse(TypedDict):
    """The promoted head."""

    id: int
    number: int


class Meta(TypedDict):
    """What every component needs first; `actors` and `videos` are names by id, `me` is the id of who asks.

    `lane` says whether the lane for none of the classes holds images back.
    """

    workspace: str
    categories: list[GridCategory]
    classes: list[int]
    encoder: EncoderInUse
    prompt_version: int | None
    head: HeadInUse | None
    lane: bool
    items: int
    actors: dict[int, str]
    actor: str | None
    me: int | None
    videos: dict[int, str]


def meta(snapshot: Snapshot, actor: str | None = None) -> Meta:
    """Categories, encoder, versions: what every component needs first."""
    has_classes = bool(snapshot.categories.tree)
    with snapshot.workspace.read() as connection:
        actor_names = actors.names(connection)
        videos = items.videos(connection)
    with_frames = set(snapshot.labels.board().video.tolist()) if has_classes else set()
    head = snapshot.classifiers.head()
    several = {facet.id for facet in answers.facets(snapshot)}
    return {
        "workspace": snapshot.workspace.name,
        "categories": [{**category_json(c), "open": c.facet_id in several} for c in snapshot.categories.tree],
        "classes": [category.id for category in snapshot.categories.classes()] if has_classes else [],
        "encoder": {
            "name": snapshot.encoder_row.name,
            "fingerprint": snapshot.encoder_row.fingerprint[:16],
            "demonstration": snapshot.encoder_row.spec == "built-in",
        },
        "prompt_version": snapshot.prompts.version()[0] if has_classes else None,
        "head": None if head is None else {"id": head[0].id, "number": head[0].number},
        "lane": has_classes and held_back.is_on(snapshot.prompts.version()[1]),
        "items": len(snapshot.ids),
        "actors": actor_names,
        "actor": actor,
        "me": next((number for number, name in actor_names.items() if name == actor), None),
        "videos": {row.id: row.name for row in videos if row.id in with_frames},
    }
