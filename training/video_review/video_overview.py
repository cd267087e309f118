"""Whole videos as Data and Overview count them: what is missing, what was set aside, and the facets with what is labelled in each."""

from __future__ import annotations

from typing_extensions import TypedDict

from embedding.pictures.file_walk import VIDEO_SUFFIXES
from store.database.connection import Connection
from store.items import feature_sets, items, video_features
from store.ledger import label_rows
from store.ledger.events import PERSON
from store.project import taxonomy
from store.project.taxonomy import VIDEO, Facet
from store.workspace import Workspace
from training.video_review import video_meta
from training.video_review.video_meta import VideoCounts

GIVEN = (*PERSON, "import")  # whose labels a head learns from


class VideoFacet(TypedDict):
    """A facet of videos. labelled: videos that people or an import labelled in it."""

    name: str
    classes: int
    labelled: int


class VideoOverview(TypedDict):
    """Whole videos. quarantined: video files that could not be added. reads: the set of features of others in use, None for own ones."""

    counts: VideoCounts
    quarantined: int
    reads: str | None
    facets: list[VideoFacet]


def read(workspace: Workspace) -> VideoOverview | None:
    """What there is; None where there are neither whole videos nor facets of them.

    Raises:
        EncoderError: the encoder of sound that the project uses is not there.
    """
    with workspace.read() as connection:
        facets = taxonomy.facets(connection, VIDEO)
        ids = video_features.whole_videos(connection)
        if not ids and not facets:
            return None
        bad = items.quarantined(connection)
        known = [_facet(connection, facet, ids) for facet in facets]
        reads = feature_sets.in_use(connection)
    aside = sum(row.path.lower().endswith(tuple(VIDEO_SUFFIXES)) for row in bad)
    return {"counts": video_meta.counts(workspace), "quarantined": aside, "reads": reads, "facets": known}


def missing(given: VideoOverview) -> list[tuple[str, int]]:
    """What is missing of the videos, in words, with its count; what is missing of none is left out."""
    counts = given["counts"]
    parts = [
        ("without a title", counts["untitled"]), ("silent", counts["silent"]), ("without a sound track", counts["without_sound"]),
        ("with sound that cannot be read", counts["unreadable"]), ("with features to compute", counts["not_computed"]),
        ("set aside", given["quarantined"]),
    ]  # fmt: skip
    return [(words, count) for words, count in parts if count]


def _facet(connection: Connection, facet: Facet, ids: list[int]) -> VideoFacet:
    tree = taxonomy.categories(connection, subject=VIDEO)
    states = label_rows.states(connection, facet.id, ids)
    return {
        "name": facet.name, "classes": sum(one.facet_id == facet.id for one in tree),
        "labelled": len({state.item_id for state in states if state.source in GIVEN}),
    }  # fmt: skip
