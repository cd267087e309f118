"""What watched folders brought, in one line of Overview."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from store.items.arrivals import Arrivals
from web.language.words import t
from web.parts import drawing, layout


def arrived(new: Arrivals | None) -> None:
    """One line about what watched folders brought since somebody last labelled."""
    if new is None:
        return
    folders = layout.Markdown(", ".join(layout.plain(Path(path).name) for path in new.folders))
    places = {"n": f"{new.images:,}", "folders": folders}
    text = (
        layout.md("**{n} new** from the watched folder {folders}.", **places)
        if new.since is None
        else layout.md(
            "**{n} new** from the watched folder {folders} since somebody last labelled, {ago}.",
            ago=drawing.ago(new.since.isoformat()),
            **places,
        )
    )
    with st.container(horizontal=True, vertical_alignment="center", key="arrived"):
        st.markdown(text, width="content")
        layout.link("review", t("Review"), ":material/grid_view:", order="newest")
