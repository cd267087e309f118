"""The encoder in use, honestly, and what the last change of it did."""

from __future__ import annotations

import streamlit as st

from labeling.overview import EncoderDetail
from web.parts import drawing, layout, long_work

VIEWS = ("Items", "Encoder")


def card(detail: EncoderDetail, *, linked: bool) -> None:
    """The encoder in use; `linked` adds the way to the models."""
    title = "**Encoder in use**"
    st.markdown(layout.md(f"{title} :orange-badge[Demonstration]" if detail["demonstration"] else title))
    rows = [
        ("Model", detail["name"]),
        ("Vectors", f"{detail['vectors']:,} × {detail['dimensions']}"),
        ("Size", f"{detail['bytes'] / 1e6:.1f} MB"),
        ("Fingerprint", detail["fingerprint"]),
    ]
    st.html(drawing.pairs(rows))
    if detail["demonstration"]:
        st.warning(
            "It has seen the rendered demo world only. On photographs its proposals are weak.", icon=":material/info:"
        )
    if linked:
        layout.link("data", "Other models", ":material/tune:", view="Encoder")


def compared() -> None:
    """Accuracy of both encoders after the last change."""
    job = long_work.latest("embed")
    if job is None or job["state"] != "done" or not job["result"]:
        return
    for model, figures in job["result"].get("compared", {}).items():
        parts = [
            f"{kind.replace('_', '-')} {100 * score['accuracy']:.1f} %" for kind, score in figures.items() if score
        ]
        if parts:
            st.caption(layout.plain(f"{model}: {', '.join(parts)} on your labels"))
