"""The encoder in use, honestly."""

from __future__ import annotations

import streamlit as st

from labeling.overview import EncoderDetail
from web.language.words import noted, t
from web.parts import drawing, layout

VIEWS = (noted("Items"), noted("Encoder"))


def card(detail: EncoderDetail, *, linked: bool) -> None:
    """The encoder in use; `linked` adds the way to the models."""
    title = t("**Encoder in use**")
    st.markdown(layout.Markdown(f"{title} {t(':orange-badge[Demonstration]')}" if detail["demonstration"] else title))
    rows = [
        (t("Model"), detail["name"]),
        (t("Vectors"), f"{detail['vectors']:,} × {detail['dimensions']}"),
        (t("Size"), _size(detail["bytes"])),
        (t("Fingerprint"), detail["fingerprint"]),
    ]
    st.html(drawing.pairs(rows))
    if detail["demonstration"]:
        st.warning(
            t("It has seen the rendered demo world only. On photographs its proposals are weak."),
            icon=":material/info:",
        )
    if linked:
        layout.link("data", t("Other models"), ":material/tune:", view=t("Encoder"))


def _size(count: int) -> str:
    """Bytes as a person reads them: 30 kB, 12.3 MB."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
