"""Routes of the 2-D map."""

from __future__ import annotations

from typing_extensions import TypedDict

import jobs
from labeling.neighbours import map
from labeling.neighbours.map import MapPoints
from web.api import queries
from web.api.request import Ask


class MapJob(TypedDict):
    """Whether the map by t-SNE is being computed, and what went wrong the last time."""

    making: bool
    error: str | None


def points(ask: Ask) -> MapPoints:
    """Every item with its place."""
    return map.points(ask.snapshot, ask.asked(queries.Map).way)


def making(ask: Ask) -> MapJob:
    """Whether the better map is being computed, and what went wrong the last time."""
    job = jobs.latest(ask.snapshot.workspace, "map")
    return {"making": jobs.is_running(job), "error": job["error"] if job else None}


def make(ask: Ask) -> MapJob:
    """Compute the better map in the background; one at a time."""
    jobs.start_once(ask.snapshot.workspace, "map", {}, ask.actor)
    return making(ask)
