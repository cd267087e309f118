"""Whole videos on Data and Overview: what there is of them, what is missing, what is labelled."""

from __future__ import annotations

import streamlit as st

from store.workspace import Workspace
from training.video_review import video_overview
from training.video_review.video_overview import VideoOverview
from web import session
from web.language.words import many, t
from web.parts import drawing, layout


def panel(workspace: Workspace) -> None:
    """Counts and facets; nothing where there are none."""
    with layout.frame():
        known = video_overview.read(workspace)
        if known is None:
            return
        with st.container(border=True, key="whole_videos"):
            layout.section(t("Whole videos"))
            rows = [(t("Videos"), f"{known['counts']['videos']:,}")]
            rows += [
                (t(words)[0].upper() + t(words)[1:], f"{count:,}") for words, count in video_overview.missing(known)
            ]
            if known["reads"] is not None:
                rows.append((t("Features of others"), known["reads"]))
            rows += [
                (
                    facet["name"],
                    t(
                        "{classes}, {videos} labelled",
                        classes=many(facet["classes"], "class", "classes"),
                        videos=many(facet["labelled"], "video"),
                    ),
                )
                for facet in known["facets"]
            ]
            st.html(drawing.pairs(rows))
            _link()


def line(workspace: Workspace) -> None:
    """The same in a line; nothing where there are none."""
    with layout.frame():
        known = video_overview.read(workspace)
        if known is not None and known["counts"]["videos"]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(layout.plain(sentence(known)))
                _link()


def sentence(known: VideoOverview) -> str:
    """Whole videos in a sentence."""
    parts = [f"{count:,} {t(words)}" for words, count in video_overview.missing(known)]
    labelled = [
        t("{labelled} labelled in {name}", labelled=facet["labelled"], name=facet["name"]) for facet in known["facets"]
    ]
    videos = many(known["counts"]["videos"], "whole video")
    return f"{': '.join([videos, ', '.join(parts)] if parts else [videos])}. {'; '.join(labelled)}".strip()


def _link() -> None:
    st.page_link(
        layout.page("videos"), label=t("Open Videos"), icon=":material/video_library:", query_params=session.here()
    )
