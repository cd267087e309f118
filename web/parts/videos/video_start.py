"""The page of whole videos before there is anything to label: three steps, with the forms of those that come first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from store.project.taxonomy import Facet
from store.workspace import Workspace
from web.language.words import many, noted, t
from web.parts import drawing, layout
from web.parts.videos import feature_import_parts, video_forms

WHAT = noted(
    "A whole video gets its tags and categories from its frames, its sound and its title together. The "
    "machine proposes, you confirm or fix, and a head learns from that."
)


def start(workspace: Workspace, videos: int, facets: Sequence[Facet], *, may: bool) -> None:
    """Three steps with what is done of them; `may` says whether this person may add videos and classes."""
    steps = [
        (t("Add videos"), videos > 0, f"{many(videos, 'video')} here." if videos
         else t("A folder or files, with a table of their titles if you have one.")),
        (t("Name tags and classes"), bool(facets), f"{many(len(facets), 'question')}: {', '.join(one.name for one in facets)}." if facets
         else t("What you want to tell apart: any number of tags, or one class of a tree.")),
        (t("Label, train, look up"), False, t("Confirm what the machine proposes by keyboard. Look a clip up here to learn what it is about, and "
"which video it is a piece of.")),
    ]  # fmt: skip
    current = next(k for k, (_, done, _) in enumerate(steps) if not done)
    with st.container(border=True, key="start"):
        layout.section(t("Start in three steps"), t(WHAT))
        columns = st.columns(3, gap="medium")
        for k, (column, (title, done, detail)) in enumerate(zip(columns, steps, strict=True)):
            with column.container(key=f"step_{k + 1}{'_now' if k == current else ''}", gap="xxsmall"):
                st.html(drawing.step(k + 1, title, detail, done=done))
        if may:
            with columns[0].container(key="step_1_form"):
                video_forms.add(workspace, first=current == 0)
                feature_import_parts.offer(facets)
            with columns[1].container(key="step_2_form"):
                video_forms.classes(workspace, first=current == 1)
    if not may:
        st.caption(t("An owner of this workspace adds videos and names what is told apart."))
