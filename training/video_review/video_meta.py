"""What the page of whole videos needs first: facets of videos, the categories of one, what is there and what is missing."""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.categories.display import CategoryJson, category_json
from labeling.exchange.video_titles import title_of
from labeling.snapshot.snapshot import Snapshot
from store.items import items, video_features
from store.items.video_features import FRAMES, SOUND, FeatureState
from store.project import taxonomy
from store.project.taxonomy import VIDEO, Category, Facet
from store.team import actors
from store.workspace import Workspace
from training.video_review import video_board
from training.whole_videos import video_material

MOST_KEYS = 20


class FacetOfVideos(TypedDict):
    """A question that is asked of whole videos."""

    id: int
    name: str
    exclusive: bool


class VideoCategory(CategoryJson):
    """A category, and whether its facet takes any number of labels."""

    open: bool


class VideoCounts(TypedDict):
    """Whole videos: how many there are, without a title, silent, without a sound stream, unreadable sound, features to compute."""

    videos: int
    untitled: int
    silent: int
    without_sound: int
    unreadable: int
    not_computed: int


class VideoMeta(TypedDict):
    """What the page needs first; `model` says what scores the videos, `reason` why nothing does; `actors` are names by id."""

    workspace: str
    facets: list[FacetOfVideos]
    facet: int | None
    categories: list[VideoCategory]
    counts: VideoCounts
    model: str | None
    reason: str
    actors: dict[int, str]
    actor: str | None


def meta(snapshot: Snapshot, facet_id: int = 0, actor: str | None = None) -> VideoMeta:
    """Facets of videos, the categories of one of them, counts of what is there and missing.

    Raises:
        InputError: there is no such facet.
    """
    facet = video_board.facet_of(snapshot, facet_id)
    with snapshot.workspace.read() as connection:
        names = actors.names(connection)
    board = None if facet is None else video_board.read(snapshot, facet)
    return {
        "workspace": snapshot.workspace.name,
        "facets": [{"id": one.id, "name": one.name, "exclusive": one.exclusive} for one in facets(snapshot)],
        "facet": None if facet is None else facet.id,
        "categories": [] if board is None or facet is None else categories(facet, board.answers.classes),
        "counts": counts(snapshot.workspace),
        "model": None if board is None or board.machine is None else board.machine.model,
        "reason": "" if board is None else board.reason,
        "actors": names,
        "actor": actor,
    }


def facets(snapshot: Snapshot) -> list[Facet]:
    """The facets of videos, oldest first."""
    with snapshot.workspace.read() as connection:
        return taxonomy.facets(connection, VIDEO)


def categories(facet: Facet, classes: tuple[Category, ...]) -> list[VideoCategory]:
    """The categories of a facet in use, the first twenty with a digit each."""
    keys = [str(number) for number in range(1, len(classes) + 1)]
    return [
        {**category_json(one), "key": keys[k] if k < MOST_KEYS else "", "open": not facet.exclusive}
        for k, one in enumerate(classes)
    ]


def how_many(workspace: Workspace) -> int:
    """Whole videos of a workspace."""
    with workspace.read() as connection:
        return len(video_features.whole_videos(connection))


def counts(workspace: Workspace) -> VideoCounts:
    """Whole videos of a workspace, and what is missing of them."""
    wanted = video_material.fingerprints(workspace)
    with workspace.read() as connection:
        ids = video_features.whole_videos(connection)
        rows = items.get_many(connection, ids)
        sound = video_features.states(connection, SOUND, wanted.sound, ids)
        frames = video_features.states(connection, FRAMES, wanted.frames, ids)
    states = list(sound.values())
    missing = {number for number in ids if FeatureState.NOT_COMPUTED in (sound[number], frames[number])}
    return {
        "videos": len(ids),
        "untitled": sum(not title_of(row) for row in rows.values()),
        "silent": states.count(FeatureState.SILENT),
        "without_sound": states.count(FeatureState.ABSENT),
        "unreadable": states.count(FeatureState.UNREADABLE),
        "not_computed": len(missing),
    }
