"""Look up a clip: what it is about, and which video of the workspace it is a piece of. Nothing of it is kept unless it is added."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

import jobs
from errors import InputError
from jobs.showing import JobView
from labeling.exchange.video_titles import title_of
from store.items import items
from store.workspace import Workspace
from web import resources, session
from web.api.videos import lookup_routes
from web.language.words import t
from web.parts import components, drawing, layout, long_work
from web.parts.videos import uploads, video_forms

KIND = "look_up"
LISTED = 20


def page(workspace: Workspace) -> None:
    """All below the bar: a clip to look up, and what became of one."""
    job = long_work.latest(KIND)
    done = [each for each in jobs.recent(workspace, KIND, LISTED) if each["state"] == "done"]
    _form(workspace, job, is_first=not done)
    long_work.watch(KIND, "add_videos")
    if not done:
        st.caption(
            t(
                "The clip is read once: its frames, its sound and its title. You see its tags by the model in use, "
                "and the stretches of videos that it matches. Nothing is kept unless you add it."
            )
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="lookedup"):
        shown = _chosen(done)
        st.space("stretch")
        _adding(workspace, shown)
    components.lookup(session.workspace(), shown["id"])


def _form(workspace: Workspace, job: JobView | None, *, is_first: bool) -> None:
    with (
        st.expander(t("Look up a clip"), expanded=is_first and not jobs.is_running(job), icon=":material/search:"),
        layout.frame(),
        st.form("lookup_form", border=False),
    ):
        left, right = st.columns(2)
        sent = left.file_uploader(t("Drop a clip here"), type=video_forms.VIDEOS, key="lookup_file")
        typed = right.text_input(t("Or its path on this computer"), placeholder="~/Videos/clip.mp4", key="lookup_path")
        titled = right.text_input(t("Its title (optional)"), key="lookup_title")
        if st.form_submit_button(t("Look it up"), type="primary", key="lookup_go"):
            paths = [*video_forms.typed_path(typed), *([] if sent is None else [str(uploads.kept(workspace, sent))])]
            if len(paths) != 1:
                raise InputError("Drop one clip, or give the path of one.")
            if not os.path.isfile(paths[0]):
                raise InputError(f"{paths[0]} is a folder. Give the path of one video.")
            title = " ".join(titled.split())
            long_work.start(KIND, {"path": paths[0], "title": title or Path(paths[0]).name, "titled": title})
            st.rerun()


def _chosen(done: list[JobView]) -> JobView:
    """The clip that is shown: the newest one, or one before it."""
    if len(done) == 1:
        return done[0]
    names = {
        each["id"]: f"{each['title'].removeprefix('Looking up ')}, {drawing.ago(each['started'])}" for each in done
    }
    number = st.selectbox(
        t("Clips that were looked up"),
        list(names),
        format_func=names.__getitem__,
        key=f"lookup_of_{done[0]['id']}",
        width=420,
    )
    return next(each for each in done if each["id"] == number)


def _adding(workspace: Workspace, job: JobView) -> None:
    """The one button that takes the clip in, or what it is called in the workspace."""
    result = job["result"] or {}
    known = lookup_routes.known_as(workspace, str(result.get("sha256")))
    if known is not None:
        with workspace.read() as connection:
            row = items.get(connection, known)
        st.caption(layout.plain(t("It is in the workspace: {title}", title=title_of(row) or row.name)))
        return
    path, titled = job["arguments"]["path"], job["arguments"].get("titled", "")
    st.button(
        t("Add it to the workspace"), icon=":material/add:", type="primary", key="lookup_add", on_click=_add,
        args=(path, titled), disabled=jobs.is_running(long_work.latest("add_videos")),
    )  # fmt: skip


@layout.framed
def _add(path: str, titled: str) -> None:
    session.must("add videos")
    resources.workspace(session.workspace()).must_write()
    if not os.path.isfile(path):
        raise InputError(f"{path} is no longer there. Look the clip up again.")
    long_work.start("add_videos", {"paths": [path], "title": titled or Path(path).name, "titled": titled})
