"""Parts of the Overview page: the first steps, the next step, the four figures, the loop, one line of activity."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from labeling.activity import Happening, recent
from labeling.overview import NextStep, Start, Summary
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from training.heads.head_report import HeadSummary, Round
from video.runs import run_view
from video.runs.run_list import ListedRun
from web import session
from web.language.words import many, noted, t, translated
from web.parts import drawing, figures, layout, long_work
from web.parts.drawing import Category

Shown = dict[str, Any]
SOURCES = {
    "human": noted("Person"),
    "neighbour": noted("Through neighbours"),
    "import": noted("Import"),
    "head": noted("Head"),
    "zero_shot": noted("Zero-shot"),
}
RECENT, HISTORY = 6, 100  # rows that are listed
ICONS = {
    "propose": "auto_awesome", "import": "upload_file", "undo": "undo", "segments": "movie", "taxonomy": "account_tree", "encoder": "memory",
}  # fmt: skip
PRODUCT = noted("Describe each class in words, and every image and video gets a label at once. Fix the wrong ones, each fix with its look-alikes, and train on what you fixed.")  # fmt: skip


def _words(step: NextStep, stands: Summary, categories: Sequence[Category]) -> tuple[str, str]:
    """(statement, explanation) of the next step."""
    count = f"{step['count']:,}"
    if step["kind"] == "propose":
        return (
            t("Let the machine label {images}", images=many(step["count"], "image")),
            t("The prompts propose a class for each. Labels made by people are never changed."),
        )
    if step["kind"] == "cluster":
        own, other = (drawing.find(categories, number)["name"] for number in (step["category"], step["proposed"]))
        return (
            t("Fix {count} look-alikes that may be {other}", count=count, other=other),
            t("They are labelled {own} and share one suspected error. One decision, about 1 minute.", own=own),
        )
    if step["kind"] == "review":
        return (
            t("Review {errors}", errors=many(step["count"], "suspected error")),
            t("The most suspicious come first, each with a proposal."),
        )
    return (
        t("Train a head on {labels}", labels=many(stands["reviewed"], "human label")),
        t("No suspected label is left. Training takes about a second."),
    )


def start(stands: Start) -> None:
    """The first minute: what the product does, and its first three steps with what is done of them."""
    steps = [
        (t("Add images"), "data", ":material/create_new_folder:", stands["items"] > 0,
         t("{images} here.", images=many(stands['items'], 'image')) if stands["items"] else t("No images yet. Add a folder, files or a video.")),
        (t("Write categories and prompts"), "prompts", ":material/edit_note:", stands["categories"] > 0,
         t("{categories}, described in words.", categories=many(stands['categories'], 'category', 'categories')) if stands["categories"]
         else t("No categories yet. Name what you want to tell apart, or import a taxonomy file.")),
        (t("Review"), "review", ":material/grid_view:", stands["reviewed"] > 0,
         t("{images} confirmed by a person.", images=many(stands['reviewed'], 'image')) if stands["reviewed"]
         else t("Confirm or fix what the machine proposes, by keyboard or mouse.")),
    ]  # fmt: skip
    current = next((k for k, step in enumerate(steps) if not step[3]), None)
    with st.container(border=True, key="start"):
        layout.section(t("Start in three steps"), t(PRODUCT))
        for k, (column, (title, page, icon, done, detail)) in enumerate(
            zip(st.columns(3, gap="medium"), steps, strict=True)
        ):
            with column.container(key=f"step_{k + 1}{'_now' if k == current else ''}", gap="xxsmall"):
                st.html(drawing.step(k + 1, title, detail, done=done))
                layout.link(page, t("Open {page}", page=t(layout.TITLES[page][0])), icon)


def next_step(name: str, stands: Summary, categories: Sequence[Category]) -> None:
    """The one thing to do next, with its button and some of the images that it is about."""
    step = stands["next"]
    statement, why = _words(step, stands, categories)
    with st.container(border=True, key="next"):
        left, right = st.columns([3, 2.4], vertical_alignment="center")
        with left:
            st.html(f"<span class='sl-next'>{escape(t('Next'))}</span>")
            layout.section(statement, why, statement=True)
        with left.container(horizontal=True):
            _buttons(step)
        right.html(drawing.suspects(name, step.get("tiles") or stands["suspects"], categories))


def _buttons(step: NextStep) -> None:
    if step["kind"] == "propose":
        if not session.may("start long work"):
            st.caption(t("An owner of the workspace starts that."))
            return
        st.button(
            t("Propose labels"),
            type="primary",
            icon=":material/auto_awesome:",
            on_click=long_work.begin,
            args=("propose", {}),
        )
        long_work.watch("propose")
        return
    targets = {
        "cluster": (t("Open the cluster"), "neighbours", ":material/hub:"),
        "review": (t("Review one by one"), "review", ":material/grid_view:"),
        "train": (t("Open Train"), "train", ":material/model_training:"),
    }
    label, page, icon = targets[step["kind"]]
    if session.may_open(page) and st.button(layout.plain(label), type="primary", icon=icon):
        layout.go(page)
    if step["kind"] == "cluster" and st.button(t("Review one by one"), icon=":material/grid_view:"):
        layout.go("review")


def four_figures(stands: Summary, heads: Sequence[HeadSummary], rounds: Sequence[Round]) -> None:
    """Four figures: items, confirmed, suspected, accuracy of what is in use."""
    promoted = next((head for head in heads if head["promoted"]), None)
    used = t("head {number}", number=promoted["number"]) if promoted else t("zero-shot")
    wanted = f"Round {promoted['number']}" if promoted else "Zero-shot"
    row = next((entry for entry in rounds if entry["name"] == wanted), None)
    accuracy, note = (
        (t("not measured"), t("Confirm labels to measure it"))
        if row is None
        else figures.share(row["accuracy"], row["n"], row["low"], row["high"])
    )
    decided = stands["reviewed"] + stands["no_class"]
    share = 100 * decided / max(stands["items"], 1)
    confirmed = t("{n} % of all items", n=f"{share:.1f}")
    if stands["no_class"]:
        confirmed = t("{n} % of all items, {none} none of these", n=f"{share:.1f}", none=stands["no_class"])
    cells = [
        (t("Items"), f"{stands['items']:,}", t("{n} labelled", n=stands["labelled"])),
        (t("Confirmed by a person"), f"{decided:,}", confirmed),
        (t("Suspected errors"), f"{stands['suspected']:,}", t("of the machine's labels")),
        (
            t("Accuracy of {used}", used=used)
            if row is None or row["is_fair"]
            else t("Accuracy of {used} on chosen labels", used=used),
            accuracy,
            note,
        ),
    ]
    for column, (label, value, detail) in zip(st.columns(4, gap="small"), cells, strict=True):
        with column.container(border=True):
            st.html(drawing.figure(label, value, detail))


def loop(stands: Summary, heads: Sequence[HeadSummary], runs: Sequence[ListedRun]) -> list[tuple[str, str, str, str]]:
    """The five moves of the loop and where each stands."""
    promoted = next((head for head in heads if head["promoted"]), None)
    machine = stands["sources"]["zero_shot"] + stands["sources"]["head"]
    by = t("by the head") if stands["sources"]["head"] else t("by the prompts")
    return [
        ("edit_note", t("Prompts"), t("version {n}", n=stands['prompt_version']), f"{many(stands['categories'], 'category', 'categories')}, {many(stands['prompts'], 'prompt')}"),
        ("auto_awesome", t("Proposed labels"), many(machine, "label"), by if machine else t("none yet")),
        ("grid_view", t("Human fixes"), f"{stands['reviewed']:,}", t("{neighbour} through neighbours", neighbour=stands['sources']['neighbour'])),
        ("model_training", t("Head"), t("head {number} promoted", number=promoted['number']) if promoted else t("{n} trained", n=len(heads)), many(promoted["labels"], "label") if promoted else t("none in use")),
        ("movie", t("Video"), many(runs[0]["segments"], "segment") if runs else t("none yet"), f"{runs[0]['name']}, {runs[0]['duration_s']:.1f} s" if runs else t("segment one on Segments")),
    ]  # fmt: skip


def by_class(stands: Summary, categories: Sequence[Category]) -> None:
    """How many labels each class has, and how many each source gave."""
    if not stands["labelled"]:
        layout.section(
            t("Items by class"), t("No label yet. The number of images of each class, by source, will appear here.")
        )
        return
    layout.section(t("Items by class"), t("Solid: by a person. Hatched: by the machine."))
    bars = [
        (drawing.find(categories, row["category"]), row["person"], row["machine"] + row["import"])
        for row in stands["counts"]
    ]
    st.html(drawing.class_bars(bars) + "<hr class='sl-hr sl-apart'>" + _sources(stands))


def _sources(stands: Summary) -> str:
    order = ("human", "neighbour", "import", "head", "zero_shot")
    rows = [(t(SOURCES[key]), stands["sources"].get(key, 0), key in ("head", "zero_shot")) for key in order]
    return drawing.source_bars([row for row in rows if row[1]])


def latest_video(snapshot: Snapshot, runs: Sequence[ListedRun], categories: Sequence[Category]) -> None:
    """The newest run in small, or where to make one."""
    if not runs:
        layout.section(
            t("Latest video"),
            t("No video has been segmented yet. Its segments and the share of each class will appear here."),
        )
        layout.link("segments", t("Segment a video"), ":material/movie:")
        return
    shown = run_view.look(snapshot, runs[0]["id"])
    facts = (shown["name"], f"{shown['duration_s']:.1f} s", translated(shown["model"]), drawing.ago(runs[0]["at"]))
    layout.section(t("Latest video"), " · ".join(facts))
    st.html(drawing.film(shown, categories))
    layout.link("segments", t("Open segments"), ":material/movie:")


def activity(snapshot: Snapshot) -> None:
    """What everybody did last; older rows on demand."""
    whole = session.current().history
    rows, more = recent(snapshot.workspace, HISTORY if whole else RECENT)
    with st.container(horizontal=True, vertical_alignment="center"):
        layout.section(t("Recent activity"))
        if more or whole:
            st.button(
                t("Show less") if whole else t("Show history"), type="tertiary", key="more", on_click=_turn_history
            )
    if not rows:
        st.caption(t("Each decision, proposal and change of the categories is listed here, with its undo."))
    with st.container(gap=None):
        for row in rows:
            _happening(snapshot, row)
    if whole and more:
        st.caption(
            t(
                "Those before the last {history}: `sceneloop history`, and `sceneloop undo` takes one back.",
                history=HISTORY,
            )
        )


def _turn_history() -> None:
    here = session.current()
    here.history = not here.history


def _happening(snapshot: Snapshot, row: Happening) -> None:
    """One row: what happened, how many labels, when, and its undo; a run can be seen label by label."""
    opened = session.current().opened
    icon = ICONS.get(row.kind) or ("hub" if row.source == "neighbour" else "grid_view")
    words = "".join(f"<em>{escape(part)}</em>" if k % 2 else escape(part) for k, part in enumerate(row.words))
    if (other := translated(plain := "".join(row.words))) != plain:
        words = escape(other)
    first, last = row.first.isoformat(), row.last.isoformat()
    if row.parts:
        words += f", {escape(drawing.moment(first, last))}"
    number = many(row.labels, "label") if row.labels else ""  # a change of the categories labels nothing
    line = f"<div class='sl-act'>{drawing.icon(icon)}<span>{words}</span><span class='sl-sm'>{number}</span>"
    line += f"<span class='sl-sm' title='{escape(drawing.moment(last))}'>{drawing.ago(last)}</span></div>"
    key = f"{'run' if row.parts else 'one'}_{row.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"activity_{key}"):
        st.html(line)
        if row.parts:
            text = t("Show less") if key in opened else t("Show each")
            st.button(text, type="tertiary", key=key, on_click=_turn, args=(key,), width=70)
        elif row.reverted or row.kind == "undo":
            st.caption(t("undone") if row.reverted else "", width=70)
        else:
            st.button(
                t("Undo"),
                icon=":material/undo:",
                type="tertiary",
                key=f"undo_{row.id}",
                on_click=take_back,
                args=(snapshot, row.id),
                width=70,
            )
    if key in opened:
        for part in row.parts[:HISTORY]:
            _happening(snapshot, part)
        if len(row.parts) > HISTORY:
            st.caption(
                t(
                    "The last {history} of {n}. *Last decisions* in Review and `sceneloop history` have the others.",
                    history=HISTORY,
                    n=len(row.parts),
                )
            )


def _turn(key: str) -> None:
    session.current().opened ^= {key}


def take_back(snapshot: Snapshot, batch: str) -> None:
    """Undo a batch in the person's name and say what came back."""
    with layout.frame():
        done = decisions.undo(snapshot, session.actor(), batch, own=not session.may("take back others"))
        if done["undone"]["kind"] == "taxonomy" and not done["reverted"]:
            text = t("The categories are restored.")
        elif done["undone"]["kind"] == "encoder":
            text = t("The previous encoder is in use again.")
        else:
            text = t("{labels} taken back.", labels=many(done["reverted"], "label"))
        st.toast(text, icon=":material/undo:")
