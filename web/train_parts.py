"""Parts of the Train page: the verdict, the table of models, its actions, the confusion matrix, one version."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from store.workspace import Workspace
from training import pipeline as training
from video import pipeline as video
from web import drawing, layout, session, working
from web.drawing import Category

Found = dict[str, Any]
BADGES = {"promoted": "ok", "new": "pr", "retired": ""}


def verdict(report: Found) -> None:
    """Who beats whom by how much, and whether that is certain."""
    number, gain = report["head"]["number"], report["gain"]
    if gain is None:
        why = "Nothing could be held out yet to compare it on. Confirm more labels."
        layout.section(f"Head {number} is trained", why, statement=True)
        return
    points = 100 * gain["accuracy"]
    before = report["previous"][0].lower() + report["previous"][1:]
    relation = (
        f"beats {before} by {points:.1f} points" if points > 0 else f"does not beat {before} ({points:+.1f} points)"
    )
    if points > 0 and gain["low"] <= 0:
        relation = f"leads {before} by {points:.1f} points, which may be chance"
    interval = f"95 % interval {100 * gain['low']:.1f} to {100 * gain['high']:.1f}."
    trained = f"Trained on {report['labels']:,} labels in {report['seconds']:.1f} s. All rows: {report['set']}."
    layout.section(f"Head {number} {relation}", f"{interval} {trained}", statement=True)


def table(report: Found) -> str:
    """Zero-shot, the head before and the new head on the same items."""
    cells = "".join(f"<th class='r'>{name}</th>" for name in ("Accuracy", "Precision", "Recall", "Macro F1"))
    lines = []
    for row in report["rows"]:
        state = row["state"]
        badge = f" <span class='sl-badge {BADGES[state]}'>{escape(state)}</span>" if state else ""
        values = [f"{100 * row['accuracy']:.1f} %", *(f"{row[key]:.3f}" for key in ("precision", "recall", "macro_f1"))]
        numbers = "".join(f"<td class='r'>{value}</td>" for value in values)
        lines.append(f"<tr><td><b>{escape(row['model'])}</b>{badge}</td>{numbers}</tr>")
    return f"<table class='sl-df'><thead><tr><th>Model</th>{cells}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def actions(report: Found, workspace: Workspace) -> None:
    """Promote, let it propose, run it on a video."""
    head = report["head"]
    promoted = head["state"] == "promoted"
    videos = video.videos(workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not promoted:
            label = f"Promote head {head['number']}"
            st.button(
                label,
                type="primary",
                icon=":material/verified:",
                on_click=promote,
                args=(workspace, head["id"]),
                key="promote",
            )
        st.button(
            "Let it propose", type="primary" if promoted else "secondary", icon=":material/auto_awesome:", key="propose",
            disabled=not promoted, help=None if promoted else "Promote the head first",
            on_click=working.start, args=("propose", {"using": "head"}),
        )  # fmt: skip
        if st.button("Run on the test video", icon=":material/movie:", disabled=not videos, key="run_video"):
            working.start(
                "segment", {"path": videos[0]["path"], "title": videos[0]["name"], "using": f"head:{head['id']}"}
            )
            st.switch_page(layout.page("segments"))
        st.caption("Roll back any time")


def promote(workspace: Workspace, head_id: int) -> None:
    """Put a head in use."""
    with layout.frame():
        training.promote(workspace, head_id, session.actor())
        st.toast("The head is in use. Let it propose for the next round.", icon=":material/verified:")


def roll_back(workspace: Workspace) -> None:
    """Go back to the head before."""
    with layout.frame():
        training.roll_back(workspace, session.actor())
        st.toast("Rolled back.", icon=":material/undo:")


def confusion(report: Found, categories: Sequence[Category]) -> None:
    """The confusion matrix; a click on a cell opens its images in Review."""
    matrix = report["confusion"]
    with st.container(horizontal=True, vertical_alignment="center"):
        why = "Row: true class. Column: predicted. Click a cell to see its images."
        layout.section(f"Confusion of head {report['head']['number']}", why)
        share = (
            st.segmented_control("Cells", ["Count", "Share"], default="Count", label_visibility="collapsed") == "Share"
        )
    classes = [drawing.find(categories, number) for number in matrix["categories"]]
    st.html(drawing.confusion(session.workspace(), classes, matrix["counts"], matrix["items"], share=share))


def version(head: Found, workspace: Workspace) -> None:
    """One line of the list of heads."""
    name, facts, action = st.columns([1.2, 7, 0.8], vertical_alignment="center")
    badge = {"promoted": ":green-badge[promoted]", "new": ":violet-badge[new]", "retired": ":gray-badge[retired]"}[
        head["state"]
    ]
    name.markdown(f"**Head {head['number']}** {badge}")
    accuracy = head["metrics"].get("accuracy")
    measured = "" if accuracy is None else f"{100 * accuracy:.1f} % · "
    facts.caption(f"{head['labels']:,} labels · {measured}{drawing.ago(head['at'])} · {head['reason']}")
    if head["promoted"]:
        action.button("Roll back", type="tertiary", key=f"back_{head['id']}", on_click=roll_back, args=(workspace,))
    else:
        action.button(
            "Promote", type="tertiary", key=f"promote_{head['id']}", on_click=promote, args=(workspace, head["id"])
        )
