"""Overview: where the loop stands, and the one thing to do next."""

import streamlit as st

from labeling import overview, workspace_meta
from training.heads import head_report
from video.runs import run_list
from web import resources, session
from web.language.words import t
from web.parts import drawing, layout, overview_parts, sidebar, train_claim
from web.parts.videos import video_parts
from web.parts.workspaces import arrivals_line

name = session.workspace()
workspace = resources.workspace(name)
layout.head(t("Overview"), t("Where the loop stands"))
begun = overview.start(workspace)
if not all(begun.values()):
    overview_parts.start(begun)
video_parts.line(workspace)
arrivals_line.arrived(overview.arrivals_of(workspace))
if not (begun["categories"] and begun["items"]):
    st.stop()
snapshot = resources.snapshot(name)
stands = overview.summary(snapshot)
categories = workspace_meta.meta(snapshot)["categories"]
heads, rounds, runs = head_report.heads(workspace), head_report.rounds(snapshot), run_list.every(workspace)

sidebar.example(name)
overview_parts.next_step(name, stands, categories)
overview_parts.four_figures(stands, heads, rounds)
st.html(drawing.steps(overview_parts.loop(stands, heads, runs)))

left, middle, right = st.columns(3, gap="small")
with left.container(border=True, height="stretch"):
    train_claim.by_round(rounds)
with middle.container(border=True, height="stretch"):
    overview_parts.by_class(stands, categories)
with right.container(border=True, height="stretch"):
    overview_parts.latest_video(snapshot, runs, categories)

overview_parts.activity(snapshot)
