"""Overview: where the loop stands, and the one thing to do next."""

import streamlit as st

from labeling import overview
from labeling.review import grid
from training.heads import head_report
from video.runs import run_list
from web import resources, session
from web.parts import drawing, layout, overview_parts, train_claim

name = session.workspace()
workspace = resources.workspace(name)
layout.head("Overview", "Where the loop stands")
if not overview.has_categories(workspace):
    layout.empty("No categories yet. Name what you want to tell apart.", "Add categories", "prompts", ":material/add:")
    st.stop()
snapshot = resources.snapshot(name)
stands = overview.summary(snapshot)
if not stands["items"]:
    layout.empty("No images yet. Add a folder to start.", "Add folder", "data", ":material/create_new_folder:")
    st.stop()
categories = grid.meta(snapshot)["categories"]
heads, rounds, runs = head_report.heads(workspace), head_report.rounds(snapshot), run_list.every(workspace)

overview_parts.next_step(name, stands, categories)
overview_parts.figures(stands, heads, rounds)
st.html(drawing.steps(overview_parts.loop(stands, heads, runs)))

left, middle, right = st.columns(3, gap="small")
with left.container(border=True, height="stretch"):
    train_claim.by_round(rounds)
with middle.container(border=True, height="stretch"):
    layout.section("Items by class", "Solid: by a person. Hatched: by the machine.")
    bars = [
        (drawing.find(categories, row["category"]), row["person"], row["machine"] + row["import"])
        for row in stands["counts"]
    ]
    st.html(
        drawing.class_bars(bars)
        + "<hr style='border:0;border-top:1px solid #ECEEF3;margin:11px 0'>"
        + overview_parts.sources(stands)
    )
with right.container(border=True, height="stretch"):
    overview_parts.latest_video(snapshot, runs, categories)

overview_parts.activity(snapshot, categories)
