"""Routes of the 2-D map."""

from __future__ import annotations

from typing import Any

import jobs
from labeling.neighbours import map
from web.api import queries
from web.api.request import Ask


def points(ask: Ask) -> dict[str, Any]:
    """Every item with its place."""
    return map.points(ask.snapshot, ask.asked(queries.Map).way)


def making(ask: Ask) -> dict[str, Any]:
    """Whether the better map is being computed, and what went wrong the last time."""
    job = jobs.latest(ask.snapshot.workspace, "map")
    return {"making": jobs.is_running(job), "error": job["error"] if job else None}


def make(ask: Ask) -> dict[str, Any]:
    """Compute the better map in the background; one at a time."""
    if not jobs.is_running(jobs.latest(ask.snapshot.workspace, "map")):
        jobs.start(ask.snapshot.workspace, "map", {}, ask.actor)
    return making(ask)
