"""Videos: what each whole video is about, told from its frames, its sound and its title."""

import streamlit as st

from training.video_review import video_board, video_meta
from web import resources, session
from web.language.words import noted, t
from web.parts import components, layout, long_work
from web.parts.videos import clip_lookup_parts, feature_import_parts, video_forms, video_start, video_training_parts

WORDS = {
    noted("Label"): t("What each whole video is about, by frames, sound and title"),
    noted("Look up"): t("What a new clip is about, and which video it is a piece of"),
    noted("Train"): t("A head learns what a whole video is about"),
}
name = session.workspace()
workspace = resources.workspace(name)
snapshot = resources.snapshot(name)
videos = video_meta.how_many(workspace)
facets = video_meta.facets(snapshot)
ready = bool(videos and facets)
view = "Label"
owner = session.may("start long work")
title = st.container()  # it stands above the bar, and says what the bar chooses
with st.container(horizontal=True, vertical_alignment="center", key="videosbar"):
    if owner:
        session.understand("view", WORDS)
        view = str(
            st.segmented_control(
                t("View"),
                list(WORDS),
                format_func=t,
                default="Label",
                required=True,
                key="view",
                bind="query-params",
                label_visibility="collapsed",
            )
        )
    st.space("stretch")
    if owner and (ready or view == "Look up"):
        video_forms.add(workspace, first=not videos)
        if view == "Train":
            feature_import_parts.offer(facets)
        video_forms.classes(workspace, first=bool(videos) and not facets)
    if owner and ready:
        video_forms.propose(facets)
if view != "Label" or not ready:
    with title:
        layout.head(t("Videos"), WORDS[view])
if view != "Look up":
    long_work.watch("add_videos")
if view == "Label":
    long_work.watch("propose_videos")
if owner and (view == "Train" or not ready):
    feature_import_parts.shown()
if view == "Look up":
    clip_lookup_parts.page(workspace)
elif not ready:
    video_start.start(workspace, videos, facets, may=owner)
elif view == "Label":
    components.videos(name)
else:
    facet = facets[0]
    if len(facets) > 1:
        facet = st.selectbox(t("Question"), facets, format_func=lambda each: each.name, key="train_question")
    board = video_board.read(snapshot, facet)
    video_training_parts.page(workspace, facet, sum(board.confirmed(row) for row in range(len(board))))
