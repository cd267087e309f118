"""Parts of the Segments page: what is shown, running a video, export."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import streamlit as st

from errors import InputError
from labeling.pipeline.scene import Scene
from store.workspace import Workspace
from video import formats
from video import pipeline as video
from video.aggregate import AGGREGATORS, Aggregator
from video.pipeline import View
from web import drawing, layout, working

Found = dict[str, Any]
NAMES = {
    "log": "Mean log-probability",
    "mean": "Mean probability",
    "top": "Best of the shot",
    "quarter": "Mean of the top quarter",
}
TITLES = {
    "json": "JSON",
    "csv": "CSV with timecodes",
    "vtt": "WebVTT",
    "activitynet": "ActivityNet JSON",
    "html": "HTML to mail",
}
VIDEOS = ["mp4", "mov", "mkv", "webm", "avi", "m4v", "mpg", "ts"]
OTHER = "Another file"


def in_progress() -> Found | None:
    """The job of the video that is being segmented now."""
    job = working.latest("segment")
    return job if working.is_running(job) else None


def choose_run(runs: Sequence[Found], job: Found | None) -> int | None:
    """Which run is on screen; 0 is the one in progress, which is on screen as soon as it begins, like one that is new."""
    titles = {0: f"{job['arguments'].get('title', 'Video')} · running"} if job is not None else {}
    titles |= {run["id"]: f"{run['name']} · {drawing.ago(run['at'])}" for run in runs}
    if not titles:
        return None
    newest = f"{job['id']}-" if job is not None else ""
    key = f"run_{newest}{runs[0]['id'] if runs else 0}"
    chosen = st.selectbox(
        "Video", list(titles), format_func=titles.__getitem__, label_visibility="collapsed", key=key, width=210
    )
    return int(chosen) if chosen is not None else None


def choose_head(heads: Sequence[Found]) -> str:
    """What labels the segments."""
    titles = {"auto": "Model in use", "zero-shot": "Zero-shot"} | {
        f"head:{head['id']}": f"Head {head['number']}" for head in heads
    }
    return str(
        st.selectbox(
            "Model", list(titles), format_func=titles.__getitem__, label_visibility="collapsed", key="head", width=140
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
                width=160,
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
            width=190,
        )
    )


def run_button(workspace: Workspace, runs: Sequence[Found]) -> None:
    """Choose or upload a video and segment it."""
    with st.popover("Run", icon=":material/play_arrow:", type="secondary" if runs else "primary"), layout.frame():
        known = {found["path"]: found["name"] for found in video.videos(workspace)}
        picked = st.selectbox("Video", [*known, OTHER], format_func=lambda path: known.get(path, path), key="run_path")
        typed = st.text_input("Path on this computer", key="video_path") if picked == OTHER else ""
        file = st.file_uploader("Or upload one", type=VIDEOS, key="video_file") if picked == OTHER else None
        if st.button("Segment the video", type="primary", width="stretch", key="segment"):
            path = (
                _kept(workspace, file.name, file.getvalue())
                if file
                else Path(typed.strip()).expanduser()
                if picked == OTHER
                else Path(str(picked))
            )
            if not path.is_file():
                raise InputError(f"{path} is no file on the computer that runs the app. Check the path and try again.")
            working.start("segment", {"path": str(path.resolve()), "title": path.name})
            st.rerun()


def _kept(workspace: Workspace, name: str, content: bytes) -> Path:
    folder = workspace.folder("uploads") / uuid.uuid4().hex[:8]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (Path(name.replace("\\", "/")).name or "video")
    path.write_bytes(content)
    return path


def view(head: str, aggregator: str) -> View:
    """The choices as the pipeline takes them."""
    return replace(View(), using=head, aggregator=cast(Aggregator, aggregator))


def export(scene: Scene, run: int, head: str, aggregator: str) -> None:
    """The segments in every format; each is made when it is asked for, so it holds the newest corrections."""
    with st.popover("Export", icon=":material/ios_share:"), layout.frame():
        for name, (ending, kind) in formats.FORMATS.items():
            file = f"segments-{run}{'-activitynet' if name == 'activitynet' else ''}{ending}"
            content = partial(video.exported, scene, run, name, view(head, aggregator))
            st.download_button(
                TITLES[name], content, file, kind, width="stretch", key=f"export_{name}", on_click="ignore"
            )
