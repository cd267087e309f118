"""Watched folders on the Data page: which they are, what came, and starting and stopping one."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

import jobs
from embedding.pictures import file_walk
from errors import InputError
from jobs.showing import JobView
from store.team.job_rows import JobResult
from store.workspace import Workspace
from web import resources, server_paths, session
from web.language.words import many, t, translated
from web.parts import drawing, layout, long_work
from web.parts.exchange.export_form import rest

KIND = "watch"
MOST = 4  # in a workspace: each is a process with a model of its own
RECENT = 50  # jobs that are looked through
EVERY_S = 3.0


def panel(workspace: Workspace) -> None:
    """The folders, and a field for another."""
    layout.section(
        t("Watched folders"),
        t("What comes into such a folder is added once it is whole, and gets a proposal. It goes on when you leave."),
    )
    known = _newest(workspace)
    if any(jobs.is_running(job) for job in known):
        _going()
    else:
        _rows(known)
    if session.may("name paths of the server"):
        with layout.frame():
            _form(known)


@st.fragment(run_every=EVERY_S)
@layout.framed
def _going() -> None:
    _rows(_newest(resources.workspace(session.workspace())))


def _newest(workspace: Workspace) -> list[JobView]:
    """The newest watch of each folder that goes on, or that ended though nobody stopped it."""
    by_path: dict[str, JobView] = {}
    for job in jobs.recent(workspace, KIND, RECENT):
        by_path.setdefault(job["arguments"]["path"], job)
    return [job for job in by_path.values() if job["state"] != "cancelled"]


def _rows(known: list[JobView]) -> None:
    for job in known:
        with layout.frame(), st.container(border=True, key=f"watched_{job['id']}"):
            _row(job)


def _row(job: JobView) -> None:
    goes_on, path = jobs.is_running(job), job["arguments"]["path"]
    badge = f":green-badge[{t('Watching')}]" if goes_on else f":red-badge[{t('Stopped')}]"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(layout.md("**{name}** {badge}", name=job["arguments"]["title"], badge=layout.Markdown(badge)))
        st.space("stretch")
        if session.may("start long work"):
            _button(job, goes_on)
    st.caption(layout.plain(" · ".join([path, *(_facts(job["result"]) if job["result"] else [])])))
    if not goes_on and job["error"]:
        st.warning(layout.plain(translated(job["error"])), icon=":material/error:")
    elif job["result"]:
        if job["result"].get("note"):
            st.warning(layout.plain(translated(job["result"]["note"])), icon=":material/info:")
        if refused := job["result"].get("refused"):
            rest(t("Refused"), [f"{Path(one['path']).name}: {translated(one['reason'])}" for one in refused])


def _button(job: JobView, goes_on: bool) -> None:
    if not goes_on:
        if st.button(t("Start again"), key=f"again_watch_{job['id']}", icon=":material/play_arrow:"):
            _start(job["arguments"]["path"])
    elif st.button(t("Stop"), key=f"stop_watch_{job['id']}", disabled=job["stopping"], icon=":material/stop:"):
        jobs.cancel(resources.workspace(session.workspace()), job["id"])
        st.rerun()


def _facts(result: JobResult) -> list[str]:
    """What came, in words."""
    counts = (
        (result.get("added"), t("{images} added", images=many(result.get("added", 0), "image"))),
        (result.get("proposed"), t("{n} proposed", n=result.get("proposed", 0))),
        (result.get("tagged"), t("{labels} of other facets", labels=many(result.get("tagged", 0), "label"))),
        (result.get("duplicates"), t("{n} here already", n=result.get("duplicates", 0))),
        (result.get("changed"), t("{n} changed", n=result.get("changed", 0))),
        (result.get("gone"), t("{n} removed, labels stay", n=result.get("gone", 0))),
        (result.get("quarantined"), t("{n} refused", n=result.get("quarantined", 0))),
        (result.get("growing"), t("{n} still being written", n=result.get("growing", 0))),
    )
    phrases = [words for count, words in counts if count] or [t("nothing new")]
    if result.get("looked_at"):
        phrases.append(t("looked at {ago}", ago=drawing.ago(result["looked_at"])))
    return phrases


def _form(known: list[JobView]) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    typed = left.text_input(t("Folder to watch"), placeholder="~/Pictures/incoming", key="watch_folder")
    pressed = right.button(t("Watch"), icon=":material/visibility:", width="stretch", key="watch_start")
    if not pressed:
        return
    if not typed.strip():
        raise InputError("Type the path of a folder on the computer that runs the app.")
    if sum(jobs.is_running(job) for job in known) >= MOST:
        raise InputError(f"{MOST} folders are watched here, each by a process of its own. Stop one first.")
    _start(typed.strip())


def _start(typed: str) -> None:
    """Watch a folder from now on.

    Raises:
        InputError: there is no such folder, or one that the server does not take. RoleError: the person may name none.
    """
    path = server_paths.allowed(Path(os.path.abspath(file_walk.expanded(typed))))
    if not path.is_dir():
        raise InputError(f"{path} is not a folder. Create it, or name another one to watch.")
    long_work.start(KIND, {"path": str(path), "title": path.name or str(path)})
    st.rerun()
