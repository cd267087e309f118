"""Parts of the Segments page: what is shown, running a video, export."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import streamlit as st

from labeling.pipeline.scene import Scene
from video import formats
from video import pipeline as video
from video.aggregate import AGGREGATORS, Aggregator
from video.pipeline import View
from video.smooth import AMOUNTS
from web import drawing, layout, video_queue

Found = dict[str, Any]
NAMES = {
    "log": "Mean log-probability",
    "mean": "Mean probability",
    "top": "Best of the shot",
}
WORDS = {"none": "No smoothing", "light": "Light smoothing", "normal": "Smoothing", "strong": "Strong smoothing"}
SMOOTHING = {cost: WORDS[name] for name, cost in AMOUNTS.items()}
TITLES = {
    "json": "JSON",
    "csv": "CSV with timecodes",
    "vtt": "WebVTT",
    "activitynet": "ActivityNet JSON",
    "html": "HTML to mail",
}


def choose_run(runs: Sequence[Found], queue: Sequence[Found]) -> int | None:
    """Which run is on screen; 0 is the video being read, which is on screen as soon as a queue begins."""
    going = video_queue.now(queue) is not None
    titles = {0: "Being read now"} if going else {}
    titles |= {run["id"]: f"{run['name']} · {drawing.moment(run['at'])}" for run in runs}
    if not titles:
        return None
    key = f"run_{queue[-1]['id'] if queue else 0}"
    chosen = st.selectbox(
        "Video", list(titles), format_func=titles.__getitem__, label_visibility="collapsed", key=key, width=190
    )
    return int(chosen) if chosen is not None else None


def choose_head(heads: Sequence[Found]) -> str:
    """What labels the segments."""
    titles = {"auto": "Model in use", "zero-shot": "Zero-shot"} | {
        f"head:{head['id']}": f"Head {head['number']}" for head in heads
    }
    return str(
        st.selectbox(
            "Model", list(titles), format_func=titles.__getitem__, label_visibility="collapsed", key="head", width=125
        )
    )


def choose_comparison(heads: Sequence[Found]) -> str | None:
    """What stands beside it as the band Before."""
    titles = {"": "Before: none", "zero-shot": "Before: zero-shot"} | {
        f"head:{head['id']}": f"Before: head {head['number']}" for head in heads
    }
    return (
        str(
            st.selectbox(
                "Before",
                list(titles),
                format_func=titles.__getitem__,
                label_visibility="collapsed",
                key="compare",
                width=140,
            )
        )
        or None
    )


def choose_aggregator() -> str:
    """From the samples of a shot to its score."""
    return str(
        st.selectbox(
            "Score of a shot",
            AGGREGATORS,
            format_func=lambda name: NAMES.get(name, name),
            label_visibility="collapsed",
            key="aggregator",
            width=160,
        )
    )


def choose_smoothing() -> float:
    """What a change of label costs, in nats."""
    return float(
        st.selectbox(
            "Smoothing",
            list(SMOOTHING),
            list(SMOOTHING).index(View.switch_cost),
            format_func=SMOOTHING.__getitem__,
            label_visibility="collapsed",
            key="smoothing",
            width=140,
        )
    )


def choose_look(heads: Sequence[Found]) -> tuple[View, str | None]:
    """How a run is looked at, and what stands beside it as the band Before."""
    using, compare = choose_head(heads), choose_comparison(heads)
    aggregator, smoothing = cast(Aggregator, choose_aggregator()), choose_smoothing()
    return View(aggregator=aggregator, switch_cost=smoothing, using=using), compare


def export(scene: Scene, run: int, looked: View) -> None:
    """The segments in every format; each is made when it is asked for, so it holds the newest corrections."""
    with st.popover("Export", icon=":material/ios_share:"), layout.frame():
        for name, (ending, kind) in formats.FORMATS.items():
            file = f"segments-{run}{'-activitynet' if name == 'activitynet' else ''}{ending}"
            content = partial(video.exported, scene, run, name, looked)
            st.download_button(
                TITLES[name], content, file, kind, width="stretch", key=f"export_{name}", on_click="ignore"
            )
