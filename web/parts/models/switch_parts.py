"""The last change of the encoder: what it did to labels and images, and for a day its undo."""

from __future__ import annotations

import streamlit as st

from labeling import workspace_meta
from labeling.review import decisions
from store.ledger import encoder_switches
from store.ledger.encoder_switches import Switch
from store.team.job_rows import EncoderChange, JobResult
from store.workspace import Workspace
from web import resources, session
from web.language.words import many, t
from web.parts import drawing, layout, long_work

SHOWN = 10  # images


def changed(workspace: Workspace) -> None:
    """What the last change did, while it can be taken back."""
    with workspace.read() as connection:
        switch = encoder_switches.newest(connection)
    if switch is None:
        return
    with st.container(border=True, key="encoder_switch"):
        with st.container(horizontal=True, vertical_alignment="top"):
            why = t(
                "{actor} changed it from {before} {ago}. Every label stayed.",
                actor=switch.actor,
                before=switch.before,
                ago=drawing.ago(switch.at.isoformat()),
            )
            layout.section(t("The encoder is {after} now", after=switch.after), why, statement=True)
            st.space("stretch")
            st.button(
                t("Use {before} again", before=switch.before), icon=":material/undo:", key="undo_encoder", on_click=_undo,
                args=(workspace, switch), help=t("Until {moment}", moment=drawing.moment(switch.ends.isoformat())),
            )  # fmt: skip
        result = _result(switch)
        if result is not None:
            _compared(result)
            _moved(result.get("change"))


def _result(switch: Switch) -> JobResult | None:
    """What the job of this switch measured; one made at the command line leaves none."""
    job = long_work.latest("embed")
    result = job["result"] if job is not None and job["state"] == "done" else None
    return result if result and result.get("encoder") == switch.after else None


def _compared(result: JobResult) -> None:
    """Both encoders on people's labels."""
    rows = []
    for model, figures in result.get("compared", {}).items():
        zero, head = figures.get("zero_shot"), figures.get("head")
        labels = (zero or head or {}).get("n")
        rows.append((model, _percent(zero), _percent(head), "" if labels is None else f"{labels:,.0f}"))
    heads = (t("Encoder"), t("By prompts"), t("By a head, out of fold"), t("Labels of people"))
    if any(row[1] or row[2] for row in rows):
        st.html(drawing.table(heads, rows, numbers=3))
    else:
        st.caption(t("Accuracy is not known yet: people have labelled too little."))


def _percent(scores: dict[str, float] | None) -> str:
    accuracy = (scores or {}).get("accuracy")
    return "" if accuracy is None else f"{100 * accuracy:.1f} %"


def _moved(change: EncoderChange | None) -> None:
    """Images that get another class by the prompts, the surest first."""
    if not change or not change["of"]:
        return
    name, moved, of = session.workspace(), change["moved"], change["of"]
    share = 100 * (of - moved) / of
    st.markdown(
        layout.plain(
            t(
                "By the prompts {share} % of {of} images keep their class; {images} another one.",
                share=f"{share:.1f}",
                of=of,
                images=many(moved, "image gets", "images get"),
            )
        )
    )
    if not moved:
        return
    categories = workspace_meta.meta(resources.snapshot(name))["categories"]
    pictures = []
    for item, before, after in change["items"][:SHOWN]:
        own = drawing.find(categories, after)
        caption = f"{drawing.mini(drawing.find(categories, before))} → {drawing.mini(own)}"
        pictures.append(drawing.picture(name, item, own, person=False, caption=caption))
    st.html(f'<div class="sl-tiles">{"".join(pictures)}</div>')
    st.html(drawing.link(name, [item for item, _, _ in change["items"]], t("Show in Review")))


@layout.framed
def _undo(workspace: Workspace, switch: Switch) -> None:
    """At once where the encoder before has a vector of everything, else behind those that it lacks."""
    session.must("start long work")
    if switch.missing:
        long_work.start("embed", {"model": switch.spec, "title": f"back to {switch.before}"})
        return
    decisions.undo_batch(workspace, session.actor(), switch.batch)
    st.toast(t("{before} is in use again.", before=switch.before), icon=":material/undo:")
