"""Data: images, videos, labels and the encoder."""

import streamlit as st

from labeling import overview
from web import resources, session
from web.language.words import t
from web.parts import data_parts, drawing, layout, long_work
from web.parts.exchange import export_form
from web.parts.models import encoder_card, model_list, switch_parts
from web.parts.videos import video_parts
from web.parts.workspaces import watched_folders, working_set_parts

name = session.workspace()
workspace = resources.workspace(name)
with st.container(horizontal=True, vertical_alignment="center"):
    layout.head(t("Data"), t("Images, videos, labels and the encoder"))
    session.understand("view", encoder_card.VIEWS)
    view = st.segmented_control(
        t("View"), encoder_card.VIEWS, format_func=t, default="Items", required=True, label_visibility="collapsed", key="view",
        bind="query-params",
    )  # fmt: skip
left, right = st.columns([2.45, 1], gap="medium")
if view == "Encoder":
    data = overview.data(workspace)
    with left:
        long_work.watch("fetch", "trial", "embed")
        switch_parts.changed(workspace)
        model_list.entries(workspace, data["encoder"]["spec"], data["items"]["images"] + data["items"]["frames"])
    with right.container(border=True):
        encoder_card.card(data["encoder"], linked=False)
    st.stop()
with left:
    with st.container(border=True):
        data_parts.add(workspace)
    long_work.watch("add")
    data_parts.added()
    with st.container(border=True):
        watched_folders.panel(workspace)
data = overview.data(workspace)
with left:
    layout.section(t("Sources"))
    if data["sources"]:
        st.html(data_parts.sources(data["sources"]))
    else:
        st.caption(t("Nothing was added yet. Add a folder to start."))
    bad = data["quarantine"]
    layout.section(t("Quarantine ({n})", n=len(bad)))
    if bad:
        st.html(data_parts.quarantine(bad))
    else:
        st.caption(t("Files that cannot be used are listed here with the reason and a remedy."))
with right:
    with st.container(border=True):
        encoder_card.card(data["encoder"], linked=True)
    long_work.watch("embed")
    with st.container(border=True):
        export_form.export(workspace)
    with st.container(border=True):
        items = data["items"]
        layout.section(t("Items"))
        rows = {
            t("Images"): items["images"],
            t("Video frames"): items["frames"],
            t("Videos"): items["videos"],
            t("With metadata"): items["with_metadata"],
            t("Without a label"): items["without_label"],
        }
        st.html(drawing.pairs([(title, f"{count:,}") for title, count in rows.items()]))
    working_set_parts.panel(name)
    video_parts.panel(workspace)
