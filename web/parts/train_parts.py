"""Parts of the Train page: options, the verdict, the models side by side, actions, confusion, fixes, versions."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal

import numpy as np
import streamlit as st

from labeling.snapshot.snapshot import Snapshot
from store.project.taxonomy import Facet
from store.team.job_rows import JobArguments, TrainArguments
from store.workspace import Workspace
from training.fitting.candidates import TrainOptions
from training.heads import facets, head_report, judgement, promotion
from training.heads.head_changes import Changes
from training.heads.head_details import ModelScores
from training.heads.head_report import CardScores, HeadReport, HeadSummary
from training.metrics.accuracy import METRICS, Metric
from video.runs import run_list
from web import session
from web.accounts import record
from web.language.words import many, noted, t, translated
from web.parts import drawing, figures, layout, long_work
from web.parts.drawing import Category

DEFAULTS = TrainOptions()
FEWEST_SEEN = 5  # changed images that people have to have looked at before it is told
BADGES = {"promoted": "ok", "new": "pr", "retired": ""}


def since_the_last_head(workspace: Workspace, facet: Facet) -> str:
    """How many labels a new head would have beyond the one before; of the first one, how many in all."""
    count = head_report.labels_since(workspace, facet.id)
    is_first = not head_report.heads(workspace, facet.id)
    if not facet.exclusive:
        labels = t("{images} answered", images=many(count, "image"))
    else:
        labels = many(count, "label") if is_first else many(count, "new label")
    return t("{labels} so far", labels=labels) if is_first else t("{labels} since the last head", labels=labels)


def without_head(snapshot: Snapshot) -> None:
    """What stands where no head is yet: what it takes, or that all is there."""
    board = snapshot.labels.board()
    classes = np.unique(board.category[board.person & board.labelled])
    if classes.size < 2:
        why = t("No head yet. Confirm or fix some labels of at least two classes in Review, then press Train head.")
        layout.empty(why, t("Review labels"), "review", ":material/grid_view:")
        return
    with st.container(horizontal_alignment="center", key="empty"):
        st.space("large")
        text = t("No head yet. Press Train head, above: it learns from the labels of people in some seconds.")
        st.markdown(layout.plain(text), text_alignment="center")


def table(report: HeadReport) -> str:
    """Zero-shot, the head before and the new head on the same items, each with its 95 % interval."""
    cells = "".join(
        f"<th class='r'>{name}</th>" for name in (t("Accuracy"), t("Precision"), t("Recall"), t("Macro F1"))
    )
    model = t("Model") if report["is_fair"] else t("On chosen labels")
    lines = []
    for row in report["rows"]:
        state = row["state"]
        badge = f" <span class='sl-badge {BADGES[state]}'>{escape(t(state))}</span>" if state else ""
        numbers = "".join(f"<td class='r'>{_measured(row, key, report['n'])}</td>" for key in METRICS)
        now = "now" if row is report["rows"][-1] else ""
        lines.append(f"<tr class='{now}'><td><b>{escape(translated(row['model']))}</b>{badge}</td>{numbers}</tr>")
    body = "".join(lines)
    return f"<table class='sl-df two'><thead><tr><th>{model}</th>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _measured(row: ModelScores, key: Metric, n: int) -> str:
    figure = row[key]
    if figure is None:
        return "none"
    low, high = row["intervals"][key]
    if key == "accuracy":
        value = figures.part(round(n * figure), n)
        if n < figures.LEAST:
            low, high = figures.wilson(round(n * figure), n)
        return f"{value}<span class='sl-iv'>{figures.span(100 * low, 100 * high, '.1f')}{' %' if n < figures.LEAST else ''}</span>"
    if n < figures.LEAST:
        return figures.score(figure, n)
    return f"{figure:.3f}<span class='sl-iv'>{figures.span(low, high, '.3f')}</span>"


def options() -> JobArguments:
    """The fold with what a person may set; returns the arguments of the training."""
    with st.popover(t("Options"), icon=":material/tune:"):
        st.caption(t("Weight of each label, relative to one that a person gave to that image alone."))
        given = st.slider(t("Imported labels"), 0.0, 1.0, DEFAULTS.given, 0.05, key="given")
        spread = st.slider(t("Labels through neighbours"), 0.05, 1.0, DEFAULTS.spread, 0.05, key="spread")
        soft = st.slider(t("Each label that the machine proposes"), 0.0, 0.5, DEFAULTS.soft, 0.02, key="soft")
        balance = st.toggle(t("Weight all classes equally"), DEFAULTS.balance, key="balance")
        alone = st.toggle(t("Promote it when its gain is certain"), True, key="auto")
        seed = st.number_input(t("Seed"), 0, 9999, DEFAULTS.seed, key="seed")
    chosen: TrainArguments = {
        "given": given, "spread": spread, "soft": soft, "balance": balance, "seed": int(seed),
    }  # fmt: skip
    return {"options": chosen, "promote": "auto" if alone else "never"}


def choose_facet(snapshot: Snapshot) -> Facet:
    """The facet whose head is on screen; a choice where there is more than one."""
    trainable = facets.trainable(snapshot)
    if len(trainable) == 1:
        return trainable[0]
    names = [facet.name for facet in trainable]
    chosen = st.selectbox(t("Facet"), names, key="facet", bind="query-params", label_visibility="collapsed", width=170)
    return next(facet for facet in trainable if facet.name == chosen)


def tag_options(facet: Facet) -> JobArguments:
    """The same fold for a facet that takes any number of labels."""
    with st.popover(t("Options"), icon=":material/tune:"):
        balance = st.toggle(t("Weight yes and no of a label equally"), key="balance_tags")
        alone = st.toggle(t("Promote it when its gain is certain"), True, key="auto_tags")
        seed = st.number_input(t("Seed"), 0, 9999, 0, key="seed_tags")
    options: TrainArguments = {"balance": balance, "seed": int(seed)}
    return {"facet": facet.name, "options": options, "promote": "auto" if alone else "never"}


def actions(report: HeadReport, workspace: Workspace) -> None:
    """Promote, let it propose, run it on a video."""
    head = report["head"]
    promoted = head["state"] == "promoted"
    videos = run_list.videos(workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not promoted:
            certain = judgement.is_certain(report["gain"], report["falls"])
            promotion_button(
                head["id"], workspace, t("Promote head {number}", number=head["number"]), certain=certain, main=True
            )
        st.button(
            t("Let it propose"), type="primary" if promoted else "secondary", icon=":material/auto_awesome:", key="propose",
            disabled=not promoted, help=None if promoted else t("Promote the head first"),
            on_click=long_work.begin, args=("propose", {"using": "head"}),
        )  # fmt: skip
        if st.button(t("Run on the test video"), icon=":material/movie:", disabled=not videos, key="run_video"):
            shown = run_list.longest(videos)
            long_work.start("segment", {"path": shown["path"], "title": shown["name"], "using": f"head:{head['id']}"})
            layout.go("segments")
        st.caption(t("Roll back any time"))


def promotion_button(head_id: int, workspace: Workspace, label: str, *, certain: bool, main: bool = False) -> None:
    """A button where the gain is certain; else a fold that asks for the reason, which is kept."""
    key = f"promote_{head_id}{'_main' if main else ''}"
    kind: Literal["primary", "tertiary"] = "primary" if main else "tertiary"
    icon = ":material/verified:" if main else None
    if certain:
        st.button(layout.plain(label), type=kind, icon=icon, on_click=promote, args=(workspace, head_id, ""), key=key)
        return
    with st.popover(layout.plain(label), type=kind, icon=icon, key=f"fold_{key}"):
        st.caption(t("Its gain is not certain. Give a reason for promoting it anyway: it is kept with the head."))
        reason = st.text_input(t("Reason"), key=f"why_{key}", placeholder=t("It reads slides better"))
        ready = bool(reason.strip())
        st.button(
            t("Put it in use"), type="primary", disabled=not ready, key=key, on_click=promote,
            args=(workspace, head_id, reason.strip()),
        )  # fmt: skip


def promote(workspace: Workspace, head_id: int, reason: str) -> None:
    """Put a head in use."""
    with layout.frame():
        session.must("change the head in use")
        promotion.promote(workspace, head_id, session.actor(), reason)
        record.note("head put in use", session.actor(), workspace.name, f"head {head_id}", reason=reason)
        st.toast(t("The head is in use. Let it propose for the next round."), icon=":material/verified:")


def roll_back(workspace: Workspace, facet_id: int) -> None:
    """Go back to a facet's head before."""
    with layout.frame():
        session.must("change the head in use")
        promotion.roll_back(workspace, session.actor(), facet_id)
        record.note("head rolled back", session.actor(), workspace.name)
        st.toast(t("Rolled back."), icon=":material/undo:")


def confusion(report: HeadReport, categories: Sequence[Category]) -> None:
    """The confusion matrix; a click on a cell opens its images in Review."""
    matrix = report["confusion"]
    left, right = st.columns([1.6, 1], vertical_alignment="top")
    with left:
        layout.section(
            t("Confusion of head {number}", number=report["head"]["number"]),
            t("Row: true. Column: predicted. A cell opens its images."),
        )
    with right.container(horizontal_alignment="right"):
        chosen = st.segmented_control(
            t("Cells"), [noted("Count"), noted("Share")], default="Count", format_func=t, label_visibility="collapsed"
        )
        share = chosen == "Share"
    classes = [drawing.find(categories, number) for number in matrix["categories"]]
    st.html(drawing.confusion(session.workspace(), classes, matrix["counts"], matrix["items"], share=share))


def changed(report: HeadReport, categories: Sequence[Category]) -> None:
    """What the fixes since the head before changed elsewhere, with images, and what people have said of those since."""
    changes, name = report["changed"], session.workspace()
    if not changes["groups"]:
        why = t("Fix some suspected labels in Review and train again: what changes elsewhere is shown here.")
        layout.section(t("Effect of your fixes"), why)
        return
    number = report["head"]["number"]
    why = t(
        "Left: an image you fixed. Right: images that head {number} now labels the same way. {seen}",
        number=number,
        seen=_seen(changes),
    )
    every = [item for group in changes["groups"] for item in group["items"]]
    with st.container(horizontal=True, vertical_alignment="top"):
        layout.section(
            t(
                "Your {fixes} changed {others}",
                fixes=many(changes["fixes"], "fix", "fixes"),
                others=many(changes["others"], "other"),
            ),
            why.strip(),
            statement=True,
        )
        st.html(drawing.link(name, every, t("Show all {others}", others=changes["others"])), width="content")
    st.html(drawing.fixes(name, changes["groups"][:3], categories))


def _seen(changes: Changes) -> str:
    """How many of the changed images people have confirmed and rejected; of a handful nothing is told."""
    looked = changes["confirmed"] + changes["rejected"]
    if looked < FEWEST_SEEN:
        return t("People's decisions will show whether they are right.")
    return t(
        "People have looked at {looked} of them: {confirmed} confirmed, {rejected} rejected.",
        looked=looked,
        confirmed=changes["confirmed"],
        rejected=changes["rejected"],
    )


def versions(heads: Sequence[HeadSummary], workspace: Workspace) -> None:
    """All heads, newest first: what each was worth, why it is in use or not, and how to change that."""
    with st.container(border=True, gap=None):
        layout.section(t("Versions"))
        for head in heads:
            st.html("<hr class='sl-hr'>")
            version(head, workspace)


def _was(measured: CardScores) -> str:
    """Figure of a head at its training; of few labels the count."""
    share, micro_f1 = measured.get("accuracy"), measured.get("micro_f1")
    if share is not None:
        return figures.part(round(measured["n"] * share), measured["n"])
    return t("not measured") if micro_f1 is None else f"{100 * micro_f1:.1f} %"


def version(head: HeadSummary, workspace: Workspace) -> None:
    """One line of the list of heads."""
    name, labels, accuracy, at, why, action = st.columns([1.5, 1, 1, 1, 5.6, 1], vertical_alignment="center")
    badge = {
        "promoted": t(":green-badge[promoted]"),
        "new": t(":violet-badge[new]"),
        "retired": t(":gray-badge[retired]"),
    }[head["state"]]
    name.markdown(layout.md("**Head {number}** {badge}", number=head["number"], badge=layout.Markdown(badge)))
    labels.caption(many(head["labels"], "label"))
    accuracy.caption(_was(head["metrics"]))
    at.caption(layout.plain(drawing.ago(head["at"])))
    why.html(
        f"<div class='sl-sm sl-cut' title='{escape(translated(head['reason']))}'>{escape(translated(head['reason']))}</div>"
    )
    with action:
        if head["promoted"]:
            st.button(
                t("Roll back"),
                type="tertiary",
                key=f"back_{head['id']}",
                on_click=roll_back,
                args=(workspace, head["facet"]),
            )
        else:
            promotion_button(head["id"], workspace, t("Promote"), certain=head["certain"])
