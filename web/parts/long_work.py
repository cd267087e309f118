"""Long work on a page: start it, watch it, cancel it. It goes on when the page is left."""

from __future__ import annotations

import datetime as dt

import streamlit as st

import jobs
from jobs.showing import JobView
from store.team.job_rows import JobArguments
from web import resources, session
from web.language.words import many, t, translated
from web.parts import charts, layout

NEWS_FOR = dt.timedelta(minutes=15)


def start(kind: str, arguments: JobArguments, *, secret: str = "") -> None:
    """Start a job of the workspace on screen in the name of the person, unless the same is under way.

    Args:
        secret: what only the child of the job is given, see `jobs.start_once`.

    Raises:
        RoleError: the person may not.
    """
    session.must("start long work")
    jobs.start_once(resources.workspace(session.workspace()), kind, arguments, session.actor(), secret=secret)


begin = layout.framed(start)  # for a button's `on_click`, whose errors pass through no page's frame


def latest(kind: str) -> JobView | None:
    """The newest job of a kind in the workspace on screen."""
    return jobs.latest(resources.workspace(session.workspace()), kind)


def watch(*kinds: str, given: str | None = None) -> None:
    """A box for each kind of work that runs, and the reason where the newest failed.

    Args:
        kinds: of work.
        given: an argument that the work must have, for a page that starts the same kind as another, but not the same work.
    """
    for kind in kinds:
        job = latest(kind)
        if job is not None and given is not None and given not in job["arguments"]:
            continue
        if job is not None and jobs.is_running(job):
            _progress(kind, job["id"])
        elif job is None or is_old(job):
            continue
        elif job["error"]:
            st.error(
                layout.plain(t("{title} stopped: {why}", title=translated(job["title"]), why=translated(job["error"]))),
                icon=":material/error:",
            )
        elif job["state"] == "cancelled":
            st.info(
                layout.plain(
                    t(
                        "{title} was cancelled. {message}",
                        title=translated(job["title"]),
                        message=translated(job["message"]),
                    )
                ),
                icon=":material/cancel:",
            )
        elif job["result"] and (changed := job["result"].get("changed")):
            st.warning(
                layout.plain(
                    t(
                        "{files} of {title} changed since the last time. What lies there now is an item of its own; the old "
                        "one keeps its label and its thumbnail.",
                        files=many(changed, "file"),
                        title=job["title"],
                    )
                ),
                icon=":material/published_with_changes:",
            )


def is_old(job: JobView) -> bool:
    """Whether how it ended is no news any more."""
    if not job["ended"]:
        return False
    return dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(job["ended"]) > NEWS_FOR


@st.fragment(run_every=1.0)
@layout.framed
def _progress(kind: str, job_id: int) -> None:
    workspace = resources.workspace(session.workspace())
    job = jobs.get(workspace, job_id)
    if not jobs.is_running(job):
        st.rerun()
    with st.container(border=True, key=f"job_{kind}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(layout.md("**{title}** :violet-badge[Running]", title=translated(job["title"])))
            st.space("stretch")
            if session.may("start long work") and st.button(t("Cancel"), key=f"cancel_{kind}"):
                jobs.cancel(workspace, job_id)
        st.progress(min(1.0, job["done"] / job["total"]) if job["total"] else 0.0)
        st.caption(
            layout.plain(" · ".join([*facts(job), t("You can leave this page. What is done stays if you cancel.")]))
        )
        losses = job["result"].get("losses", []) if job["result"] else []
        if len(losses) > 1:
            st.plotly_chart(charts.losses(losses, height=120), config=charts.CONFIG, theme=None, alt=t("Loss by step"))


def facts(job: JobView) -> list[str]:
    """How far a job is, in words."""
    phrases = [translated(job["message"])] if job["message"] else []
    if job["total"]:
        phrases.append(t("{done} of {total} {unit}", done=job["done"], total=job["total"], unit=t(job["unit"])))
    elif not phrases:
        phrases.append(t("Starting"))
    if job["rate"]:
        phrases.append(
            t(
                "{rate} {unit}/s",
                rate=f"{job['rate']:.0f}" if job["rate"] >= 1 else f"{job['rate']:.1f}",
                unit=t(job["unit"]),
            )
        )
    if job["eta_s"]:
        phrases.append(
            t("about {eta_s} s left", eta_s=f"{job['eta_s']:.0f}")
            if job["eta_s"] < 90
            else t("about {n} minutes left", n=f"{job['eta_s'] / 60:.0f}")
        )
    return phrases
