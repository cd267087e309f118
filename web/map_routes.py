"""Routes of the 2-D map."""

from __future__ import annotations

from typing import Any

import jobs
from labeling.pipeline import maps
from web.asking import Ask

UNDERWAY = ("queued", "running")


def points(ask: Ask) -> dict[str, Any]:
    """Every item with its place."""
    return maps.points(ask.scene, ask.query.get("way", ""))


def making(ask: Ask) -> dict[str, Any]:
    """How the computation of the better map stands: `none`, or the state of the newest job."""
    job = jobs.latest(ask.scene.workspace, "map")
    if job is None:
        return {"state": "none", "message": "", "error": None}
    return {key: job[key] for key in ("state", "message", "error")}


def make(ask: Ask) -> dict[str, Any]:
    """Compute the better map in the background; one at a time."""
    job = jobs.latest(ask.scene.workspace, "map")
    if job is None or job["state"] not in UNDERWAY:
        jobs.start(ask.scene.workspace, "map", {}, ask.actor)
    return making(ask)
