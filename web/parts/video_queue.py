"""The queue of videos on the Segments page: choose or upload several, watch each, cancel each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st

import jobs
import reading
from embedding.pictures import file_walk
from errors import InputError
from jobs.showing import JobView
from reading import File
from store.blobs import blob
from store.blobs.blob import Blob
from store.workspace import Workspace
from video.runs import run_list, segmentation
from web import resources, server_paths, session
from web.language.words import noted, t, translated
from web.parts import layout, long_work
from web.parts.videos import uploads

VIDEOS = sorted(suffix[1:] for suffix in {*file_walk.VIDEO_SUFFIXES, ".gif"})
DETECTORS = {
    "fused": noted("Picture and embedding together"),
    "content": noted("PySceneDetect, content"),
    "adaptive": noted("PySceneDetect, adaptive"),
}
STATES = {
    "queued": (noted("Waits"), "gray"),
    "running": (noted("Running"), "violet"),
    "done": (noted("Done"), "green"),
    "failed": (noted("Not usable"), "red"),
    "interrupted": (noted("Interrupted"), "red"),
    "cancelled": (noted("Cancelled"), "gray"),
}
SHOWN = 8


def rounds(workspace: Workspace) -> list[JobView]:
    """The videos of the queue on screen, oldest first: those given together with one that waits or runs, else the last given."""
    every = jobs.recent(workspace, "segment")
    going = {_round(job) for job in every if jobs.is_running(job)}
    if not going and every:
        going = {_round(every[0])}
    return [job for job in reversed(every) if _round(job) in going]


def _round(job: JobView) -> str:
    return str(job["arguments"].get("round", job["id"]))


def now(queue: Sequence[JobView]) -> JobView | None:
    """The video being read, else the next in line, or None where all are done."""
    left = [job for job in queue if jobs.is_running(job)]
    return next((job for job in left if job["state"] == "running"), left[0] if left else None)


def nothing_yet(workspace: Workspace) -> None:
    """What stands there before the first run: one sentence, and a button that segments the longest video there is."""
    known = run_list.videos(workspace)
    with st.container(horizontal_alignment="center", gap="medium", key="nothing_yet"):
        st.space("large")
        if not known:
            st.markdown(t("No video yet. Press Run to upload one or to give its path."), text_alignment="center")
            return
        st.markdown(
            t("No video has been segmented yet. Begin with the one below, or press Run to choose another."),
            text_alignment="center",
        )
        longest = run_list.longest(known)
        st.button(
            layout.md("Segment {name}", name=longest["name"]), type="primary", icon=":material/play_arrow:", key="first_video",
            on_click=_first, args=(workspace, blob.named(longest["path"])),
        )  # fmt: skip


def _first(workspace: Workspace, path: File) -> None:
    with layout.frame():
        add(workspace, [path])


def button(workspace: Workspace, queue: Sequence[JobView], first: bool) -> None:
    """Choose or upload videos and segment them, for who may."""
    if not session.may("add videos"):
        return
    kind: Literal["primary", "secondary"] = "primary" if first else "secondary"
    # A new queue is a new popover: it closes.
    key = f"run_popover_{queue[-1]['id'] if queue else 0}"
    with st.popover(t("Run"), icon=":material/play_arrow:", type=kind, key=key), layout.frame():
        with st.form("run_form", clear_on_submit=True, border=False):
            given = _choices(workspace)
            model = resources.encoder(workspace.name)
            if model is not None and model.spec == "built-in":
                st.caption(
                    t(
                        "The demonstration model knows its rendered world only. On a clip of your own the cuts are worth "
                        "looking at, the labels are not: choose a real model on the Data page first."
                    )
                )
            if st.form_submit_button(t("Segment"), type="primary", width="stretch", key="segment"):
                add(workspace, given())
                st.rerun()
        _detector(workspace)


def _choices(workspace: Workspace) -> Callable[[], list[File]]:
    """The fields; what comes back gives the chosen files, and keeps those that were uploaded."""
    known = {video["path"]: video["name"] for video in run_list.videos(workspace)}
    picked = st.multiselect(
        t("Videos of this workspace"), list(known), format_func=lambda path: known.get(path, path),
        placeholder=t("Choose one or several"), key="run_known",
    )  # fmt: skip
    limit = int(st.get_option("server.maxUploadSize"))
    files = st.file_uploader(
        t("Upload, at most {n} GB a file", n=f"{limit / 1024:g}"),
        type=VIDEOS,
        accept_multiple_files=True,
        key="run_files",
    )
    typed = st.text_area(
        t("Paths on this computer, one a line"), key="run_paths", height=80,
        help=t("For files that are too large to upload. A folder stands for the videos in it."),
    )  # fmt: skip
    return lambda: [
        *map(blob.named, picked), *_typed(typed), *(uploads.kept(workspace, file) for file in files)
    ]  # fmt: skip


def _detector(workspace: Workspace) -> None:
    """Which cuts: a setting of the project."""
    chosen = segmentation.detector(workspace)
    picked = st.selectbox(
        t("Cut detector"), list(DETECTORS), list(DETECTORS).index(chosen), format_func=DETECTORS.__getitem__,
        key="run_detector", help=t("Kept for this workspace. Videos cut by another detector are decoded again."),
    )  # fmt: skip
    if picked != chosen:
        segmentation.choose_detector(workspace, picked)


def add(workspace: Workspace, paths: Sequence[File]) -> None:
    """Put videos into the queue as one round.

    Raises:
        InputError: there is none.
    """
    session.must("add videos")
    together = uuid.uuid4().hex[:12]
    paths = list(dict.fromkeys(reading.resolved(path) if isinstance(path, Path) else path for path in paths))
    if not paths:
        raise InputError("No video is chosen. Choose one, upload one, or type its path.")
    strange = [reading.readable(path.name) for path in paths if not reading.is_text(path)]
    for path in paths:
        if reading.is_text(path):
            jobs.start_once(
                workspace, "segment", {"path": str(path), "title": path.name, "round": together}, session.actor()
            )
    if strange:
        rest = t("the others wait in the queue") if len(strange) < len(paths) else t("nothing was added")
        raise InputError(f"{', '.join(strange[:3])}: the name is not UTF-8 text; {rest}. Rename it, then add it again.")


def _typed(text: str) -> list[File]:
    """The files of the typed lines; a folder stands for its videos, and so does the beginning of objects' keys.

    Raises:
        InputError: a folder holds no video. A path that is not a file is left to its own job, which says so.
    """
    paths: list[File] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        path = server_paths.named(line)
        inside: list[File] = [path]
        if isinstance(path, Blob):
            inside = [blob for blob in path.below() if blob.suffix[1:].lower() in VIDEOS] or inside
        elif isinstance(path, Path) and path.is_dir():
            inside = [p for p in sorted(path.iterdir()) if p.suffix[1:].lower() in VIDEOS]
        if not inside:
            raise InputError(f"{path} holds no video. Name the files, or another folder.")
        paths += inside
    return paths


def watch(workspace: Workspace) -> None:
    """The box of the queue, while something runs or is news."""
    queue = rounds(workspace)
    if not queue or all(job["state"] == "done" for job in queue) or long_work.is_old(queue[-1]):
        return
    ended = sum(not jobs.is_running(job) for job in queue)
    if ended == len(queue):
        _rows(queue)
    else:
        _going(ended)


@st.fragment(run_every=1.0)
@layout.framed
def _going(ended: int) -> None:
    queue = rounds(resources.workspace(session.workspace()))
    if sum(not jobs.is_running(job) for job in queue) != ended:
        st.rerun()
    _rows(queue)


def _rows(queue: Sequence[JobView]) -> None:
    done = sum(job["state"] == "done" for job in queue)
    left = [job for job in queue if job["state"] != "done"]
    with st.container(border=True, key="video_queue", gap="small"):
        if len(queue) > 1:
            rest = t("You can leave this page.") if now(queue) else t("The files below were left out.")
            st.markdown(layout.md("**{done} of {all} videos done.** {rest}", done=done, all=len(queue), rest=rest))
        for job in left[:SHOWN]:
            _row(job)
        if len(left) > SHOWN:
            st.caption(t("{n} more wait.", n=len(left) - SHOWN))


def _row(job: JobView) -> None:
    word, colour = STATES[job["state"]]
    name, bar, stop = st.columns([4, 6, 1], vertical_alignment="center")
    badge = layout.Markdown(f":{colour}-badge[{t(word)}]")
    name.markdown(layout.md("{title} {badge}", title=job["arguments"].get("title", "Video"), badge=badge))
    if job["error"]:
        bar.markdown(f":red[{layout.plain(translated(job['error']))}]")
    elif job["state"] == "running":
        share = min(1.0, job["done"] / job["total"]) if job["total"] else 0.0
        bar.progress(share, layout.plain(" · ".join(long_work.facts(job))))
    else:
        bar.caption(layout.plain(translated(job["message"])) or t("It starts after the videos before it."))
    if (
        jobs.is_running(job)
        and session.may("add videos")
        and stop.button(t("Cancel"), key=f"cancel_{job['id']}", type="tertiary")
    ):
        jobs.cancel(resources.workspace(session.workspace()), job["id"])
        st.rerun(scope="fragment")
