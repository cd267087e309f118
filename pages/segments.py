"""Segments: a video with its timeline, labelled by a head, corrected where it is seen."""

import streamlit as st

from labeling.pipeline import summary
from training import pipeline as training
from video import pipeline as video
from web import cached, components, layout, segment_parts, session, working

name = session.workspace()
workspace = cached.workspace(name)
if not summary.has_categories(workspace):
    layout.head("Segments", "A video, labelled from shot to shot")
    layout.empty("No categories yet. Name what you want to tell apart.", "Add categories", "prompts", ":material/add:")
    st.stop()
scene = cached.scene(name)
runs, heads, job = video.every(workspace), training.heads(workspace), segment_parts.in_progress()
with st.container(horizontal=True, vertical_alignment="center"):
    layout.head("Segments")
    run = segment_parts.choose_run(runs, job)
    head = segment_parts.choose_head(heads)
    compare = segment_parts.choose_comparison(heads)
    aggregator = segment_parts.choose_aggregator()
    segment_parts.run_button(workspace, runs)
    if run:
        segment_parts.export(scene, run, head, aggregator)
working.watch("segment")
if run is None:
    st.markdown(
        "No video has been segmented yet. Press Run and choose a video, for instance the test video.",
        text_alignment="center",
    )
    st.stop()
live = job["id"] if job is not None and run == 0 else None
components.timeline(name, run, job=live, head=head, compare=compare, aggregator=aggregator)
