"""Videos: what each whole video is about, told from its frames, its sound and its title."""

import streamlit as st

from training.video_review import video_board, video_meta
from web import resources, session
from web.parts import components, layout, long_work
from web.parts.videos import clip_lookup_parts, video_forms, video_training_parts

name = session.workspace()
workspace = resources.workspace(name)
snapshot = resources.snapshot(name)
videos = video_meta.how_many(workspace)
facets = video_meta.facets(snapshot)
ready = bool(videos and facets)
view = "Label"
with st.container(horizontal=True, vertical_alignment="center", key="videosbar"):
    owner = session.may("start long work")
    if ready and owner:
        view = str(
            st.segmented_control(
                "View",
                ["Label", "Look up", "Train"],
                default="Label",
                required=True,
                key="view",
                bind="query-params",
                label_visibility="collapsed",
            )
        )
    st.space("stretch")
    if owner:
        video_forms.add(workspace, first=not videos)
        video_forms.classes(workspace, first=bool(videos) and not facets)
    if owner and ready:
        video_forms.propose(facets)
if view != "Look up":
    long_work.watch("add_videos")
if view == "Label":
    long_work.watch("propose_videos")
if not ready:
    layout.head("Videos", "What each whole video is about, by frames, sound and title")
    st.markdown(layout.plain(video_forms.next_step(videos)))
elif view == "Label":
    components.videos(name)
elif view == "Look up":
    layout.head("Videos", "What a new clip is about, and which video it is a piece of")
    clip_lookup_parts.page(workspace)
else:
    layout.head("Videos", "A head learns what a whole video is about")
    facet = facets[0]
    if len(facets) > 1:
        facet = st.selectbox("Question", facets, format_func=lambda each: each.name, key="train_question")
    board = video_board.read(snapshot, facet)
    video_training_parts.page(workspace, facet, sum(board.confirmed(row) for row in range(len(board))))
