"""Segmented videos: read a run as labelled now, correct its segments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from errors import InputError
from video import pipeline
from video.aggregate import Aggregator
from video.pipeline import View
from web.asking import Ask


def run(ask: Ask) -> dict[str, Any]:
    """A run as labelled now; with `compare` the segments of another head stand beside it as `before`."""
    view = View()
    if ask.query.get("aggregator"):
        view = replace(view, aggregator=cast(Aggregator, ask.query["aggregator"]))
    smoothing = ask.real("smoothing")
    if smoothing is not None:
        view = replace(view, switch_cost=smoothing)
    if ask.query.get("head"):
        view = replace(view, using=ask.query["head"])
    found = pipeline.look(ask.scene, ask.path["id"], view)
    compare = ask.query.get("compare")
    if compare:
        other = pipeline.look(ask.scene, ask.path["id"], replace(view, using=compare))
        found["before"] = {"model": other["model"], "segments": other["segments"]}
    return found


def correct(ask: Ask) -> dict[str, Any]:
    """A person's labels for segments; their keyframes become training images.

    Raises:
        InputError: the request carries no run or no segments.
    """
    run_id, segments = ask.body.get("run"), ask.body.get("segments")
    if not isinstance(run_id, int) or not isinstance(segments, list) or not segments:
        raise InputError("The request carries no segments. Reload the page and try again.")
    return pipeline.correct(ask.scene, run_id, segments, ask.actor)
