"""Open facets of a video: where each of their labels holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import TypedDict

from errors import InputError
from labeling.scoring import multilabel
from labeling.scoring.zero_shot import unit
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores
from video.results.document import TagJson, tag_json
from video.segmenting.analysis import Analysis
from video.segmenting.tag_extents import PLAIN, Extent, TagOptions, extents


@dataclass(frozen=True)
class Tag:
    """One stretch where a label of an open facet holds; `category` is its id, `label` its path."""

    category: int
    label: str
    facet: str
    extent: Extent


class TagBand(TypedDict):
    """A label of an open facet and all its stretches in a video; `category` is its id, `label` its path."""

    category: int
    label: str
    facet: str
    seconds: float
    spans: list[TagJson]


def tagged(snapshot: Snapshot, analysis: Analysis, *, smooth: bool = True) -> tuple[list[Tag] | None, list[str]]:
    """(tags in order of facet, label and time, notes); None where the workspace has no open facet.

    A facet whose labels cannot be scored is left out, and a note says why.
    """
    facets = answers.facets(snapshot)
    if not facets:
        return None, []
    vectors = unit(analysis.vectors)
    tags, notes = [], []
    for facet in facets:
        try:
            scored = scores.scored(snapshot, facet)
        except InputError as error:
            notes.append(f"The labels of {facet.name} are left out. {error}")
            continue
        curve = multilabel.scores(scored.linear, vectors)
        names = snapshot.categories.path_names(scored.linear.classes)
        options = TagOptions() if smooth else PLAIN
        for extent in extents(analysis, curve, scored.thresholds.values.tolist(), options):
            tags.append(Tag(scored.linear.classes[extent.label], names[extent.label], facet.name, extent))
    return tags, notes


def bands(tags: Sequence[Tag] | None) -> list[TagBand]:
    """What the timeline draws: one band a label that occurs, the longest first."""
    rows: dict[int, TagBand] = {}
    for tag in tags or ():
        empty: TagBand = {"category": tag.category, "label": tag.label, "facet": tag.facet, "seconds": 0.0, "spans": []}
        row = rows.setdefault(tag.category, empty)
        row["seconds"] += tag.extent.span.seconds
        row["spans"].append(tag_json(tag.label, tag.facet, tag.extent))
    return sorted(rows.values(), key=lambda row: -row["seconds"])
