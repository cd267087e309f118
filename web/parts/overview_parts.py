"""Parts of the Overview page: the next step, the four figures, the loop, one line of activity."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from labeling.overview import NextStep, Summary
from labeling.review import decisions, history
from labeling.review.history import BatchJson
from labeling.snapshot.snapshot import Snapshot
from training.heads.head_report import HeadSummary, Round
from video.runs import run_view
from video.runs.run_list import ListedRun
from web import session
from web.parts import drawing, layout, long_work
from web.parts import figures as figures_of
from web.parts.drawing import Category

Found = dict[str, Any]
SOURCES = {
    "human": "Person",
    "neighbour": "Through neighbours",
    "import": "Import",
    "head": "Head",
    "zero_shot": "Zero-shot",
}
RECENT, HISTORY = 6, 100  # batches that are listed
ICONS = {"propose": "auto_awesome", "import": "upload_file", "undo": "undo", "segments": "movie"}


def _words(step: NextStep, stands: Summary, categories: Sequence[Category]) -> tuple[str, str]:
    """(statement, explanation) of the next step."""
    count = f"{step['count']:,}"
    if step["kind"] == "propose":
        return (
            f"Let the machine label {layout.many(step['count'], 'image')}",
            "The prompts propose a class for each. Nothing made by a person is ever changed.",
        )
    if step["kind"] == "cluster":
        own, other = (drawing.find(categories, number)["name"] for number in (step["category"], step["proposed"]))
        return (
            f"Fix {count} look-alikes that may be {other}",
            f"They are labelled {own} and share one suspected error. One decision, about 1 minute.",
        )
    if step["kind"] == "review":
        return (
            f"Review {layout.many(step['count'], 'suspected error')}",
            "The most suspicious come first, each with a proposal.",
        )
    return (
        f"Train a head on {layout.many(stands['reviewed'], 'human label')}",
        "No label is suspected any more. It takes about a second.",
    )


def next_step(name: str, stands: Summary, categories: Sequence[Category]) -> None:
    """The one thing to do next, with its button and some of the images that it is about."""
    step = stands["next"]
    statement, why = _words(step, stands, categories)
    with st.container(border=True, key="next"):
        left, right = st.columns([3, 2.4], vertical_alignment="center")
        with left:
            st.html("<span class='sl-next'>Next</span>")
            layout.section(statement, why, statement=True)
        with left.container(horizontal=True):
            _buttons(step)
        right.html(drawing.suspects(name, step.get("tiles") or stands["suspects"], categories))


def _buttons(step: NextStep) -> None:
    if step["kind"] == "propose":
        st.button(
            "Propose labels",
            type="primary",
            icon=":material/auto_awesome:",
            on_click=long_work.begin,
            args=("propose", {}),
        )
        long_work.watch("propose")
        return
    targets = {
        "cluster": ("Open the cluster", "neighbours", ":material/hub:"),
        "review": ("Review one by one", "review", ":material/grid_view:"),
        "train": ("Open Train", "train", ":material/model_training:"),
    }
    label, page, icon = targets[step["kind"]]
    if st.button(layout.plain(label), type="primary", icon=icon):
        layout.go(page)
    if step["kind"] == "cluster" and st.button("Review one by one", icon=":material/grid_view:"):
        layout.go("review")


def figures(stands: Summary, heads: Sequence[HeadSummary], rounds: Sequence[Round]) -> None:
    """Four figures: items, confirmed, suspected, accuracy of what is in use."""
    promoted = next((head for head in heads if head["promoted"]), None)
    used = f"head {promoted['number']}" if promoted else "zero-shot"
    wanted = f"Round {promoted['number']}" if promoted else "Zero-shot"
    row = next((entry for entry in rounds if entry["name"] == wanted), None)
    accuracy, note = (
        ("not measured", "Confirm labels to measure it")
        if row is None
        else figures_of.share(row["accuracy"], row["n"], row["low"], row["high"])
    )
    decided = stands["reviewed"] + stands["no_class"]
    share = 100 * decided / max(stands["items"], 1)
    unfit = f", {stands['no_class']:,} none of these" if stands["no_class"] else ""
    cells = [
        ("Items", f"{stands['items']:,}", f"{stands['labelled']:,} labelled"),
        ("Confirmed by a person", f"{decided:,}", f"{share:.1f} % of all items{unfit}"),
        ("Suspected errors", f"{stands['suspected']:,}", "of the machine's labels"),
        (f"Accuracy of {used}{'' if row is None else figures_of.over(row['is_fair'])}", accuracy, note),
    ]
    for column, (label, value, detail) in zip(st.columns(4, gap="small"), cells, strict=True):
        with column.container(border=True):
            st.html(drawing.figure(label, value, detail))


def loop(stands: Summary, heads: Sequence[HeadSummary], runs: Sequence[ListedRun]) -> list[tuple[str, str, str, str]]:
    """The five moves of the loop and where each stands."""
    promoted = next((head for head in heads if head["promoted"]), None)
    machine = stands["sources"]["zero_shot"] + stands["sources"]["head"]
    by = "head" if stands["sources"]["head"] else "prompts"
    return [
        ("edit_note", "Prompts", f"version {stands['prompt_version']}", f"{layout.many(stands['categories'], 'category', 'categories')}, {layout.many(stands['prompts'], 'prompt')}"),
        ("auto_awesome", "Proposed labels", layout.many(machine, "label"), f"by the {by}" if machine else "none yet"),
        ("grid_view", "Human fixes", f"{stands['reviewed']:,}", f"{stands['sources']['neighbour']:,} through neighbours"),
        ("model_training", "Head", f"head {promoted['number']} promoted" if promoted else f"{len(heads)} trained", layout.many(promoted["labels"], "label") if promoted else "none in use"),
        ("movie", "Video", layout.many(runs[0]["segments"], "segment") if runs else "none yet", f"{runs[0]['name']}, {runs[0]['duration_s']:.1f} s" if runs else "segment one on Segments"),
    ]  # fmt: skip


def sources(stands: Summary) -> str:
    """How many labels each source made."""
    order = ("human", "neighbour", "import", "head", "zero_shot")
    rows = [(SOURCES[key], stands["sources"].get(key, 0), key in ("head", "zero_shot")) for key in order]
    return drawing.source_bars([row for row in rows if row[1]])


def latest_video(snapshot: Snapshot, runs: Sequence[ListedRun], categories: Sequence[Category]) -> None:
    """The newest run in small, or where to make one."""
    if not runs:
        layout.section("Latest video", "No video has been segmented yet.")
        st.page_link(
            layout.page("segments"), label="Segment a video", icon=":material/movie:", query_params=session.here()
        )
        return
    shown = run_view.look(snapshot, runs[0]["id"])
    facts = (shown["name"], f"{shown['duration_s']:.1f} s", shown["model"], drawing.ago(runs[0]["at"]))
    layout.section("Latest video", " · ".join(facts))
    st.html(drawing.film(shown, categories))
    st.page_link(layout.page("segments"), label="Open segments", icon=":material/movie:", query_params=session.here())


def _sentence(batch: BatchJson, categories: Sequence[Category]) -> str:
    category = drawing.find(categories, batch["category"])["name"] if batch["category"] else "several classes"
    if batch["kind"] == "propose":
        return f"{SOURCES[batch['source']]} proposed labels, nothing made by a person was changed"
    if batch["kind"] == "undo":
        return f"{batch['actor']} took a batch back"
    if batch["source"] == "import":
        return f"{batch['actor']} imported labels"
    through = " through neighbours" if batch["source"] == "neighbour" else ""
    return f"{batch['actor']} decided on {category}{through}"


def activity(snapshot: Snapshot, categories: Sequence[Category]) -> None:
    """The newest batches of everybody; those before on demand."""
    whole = session.current().history
    shown = HISTORY if whole else RECENT
    batches = history.batches(snapshot.workspace, shown + 1)  # one more tells that there are older ones
    with st.container(horizontal=True, vertical_alignment="center"):
        layout.section("Recent activity")
        if len(batches) > RECENT:
            st.button("Show less" if whole else "Show history", type="tertiary", key="more", on_click=_turn_history)
    with st.container(gap=None):
        for batch in batches[:shown]:
            _batch(snapshot, batch, categories)
    if whole and len(batches) > HISTORY:
        st.caption(f"Those before the last {HISTORY:,}: `sceneloop history`, and `sceneloop undo` takes one back.")


def _turn_history() -> None:
    here = session.current()
    here.history = not here.history


def _batch(snapshot: Snapshot, batch: BatchJson, categories: Sequence[Category]) -> None:
    """One batch: what happened, how many labels, when, and its undo."""
    icon = ICONS.get(batch["kind"]) or ("hub" if batch["source"] == "neighbour" else "grid_view")
    line = f"<div class='sl-act'>{drawing.icon(icon)}<span>{escape(_sentence(batch, categories))}</span>"
    line += f"<span class='sl-sm'>{layout.many(batch['labels'], 'label')}</span><span class='sl-sm'>{drawing.ago(batch['at'])}</span></div>"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"activity_{batch['id']}"):
        st.html(line)
        if batch["reverted"] or batch["kind"] == "undo":
            st.caption("undone" if batch["reverted"] else "", width=70)
        else:
            st.button(
                "Undo",
                icon=":material/undo:",
                type="tertiary",
                key=f"undo_{batch['id']}",
                on_click=take_back,
                args=(snapshot, batch["id"]),
                width=70,
            )


def take_back(snapshot: Snapshot, batch: str) -> None:
    """Undo a batch in the person's name and say what came back."""
    with layout.frame():
        done = decisions.undo(snapshot, session.actor(), batch)
        st.toast(f"{layout.many(done['reverted'], 'label')} taken back.", icon=":material/undo:")
