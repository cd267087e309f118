"""Segments: a video with its timeline, labelled by a head, corrected where it is seen."""

import streamlit as st

import jobs
from labeling import overview
from training.heads import head_report
from video.runs import run_list
from web import resources, session
from web.language.words import t
from web.parts import components, layout, segment_parts, video_queue

name = session.workspace()
workspace = resources.workspace(name)
if not overview.has_categories(workspace):
    layout.head(t("Segments"), t("A video, labelled from shot to shot"))
    layout.empty(
        t("No categories yet. Name what you want to tell apart."), t("Add categories"), "prompts", ":material/add:"
    )
    st.stop()


@st.fragment
@layout.framed
def shown() -> None:
    """A fragment: another video shows at once, neither the sidebar nor the router runs again."""
    runs, queue = run_list.every(workspace), video_queue.rounds(workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        layout.head(t("Segments"))
        run = segment_parts.choose_run(runs, queue)
        video_queue.button(workspace, queue, first=not runs and not run_list.videos(workspace))
        if run is not None:
            components.look(name, run, segment_parts.choices(head_report.heads(workspace)), segment_parts.exports())
    video_queue.watch(workspace)
    if run is None:
        video_queue.nothing_yet(workspace)
        return
    job = video_queue.now(queue)
    live = job["id"] if job is not None and run == 0 else None
    components.timeline(name, run, live)


shown()
jobs.warm_up(workspace)
