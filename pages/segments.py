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
runs, heads = video.every(workspace), training.heads(workspace)
with st.container(horizontal=True, vertical_alignment="center"):
    layout.head("Segments")
    run = segment_parts.choose_run(runs)
    head = segment_parts.choose_head(heads)
    compare = segment_parts.choose_comparison(heads)
    aggregator = segment_parts.choose_aggregator()
    segment_parts.run_button(workspace, runs)
    if run is not None:
        segment_parts.export(scene, run, head, aggregator)
working.watch("segment")
if run is None:
    st.markdown(
        "No video has been segmented yet. Press Run and choose a video, for instance the test video.",
        text_alignment="center",
    )
    st.stop()
components.timeline(name, run, head=head, compare=compare, aggregator=aggregator)
segment_parts.changes(scene, run, head, compare, aggregator)
