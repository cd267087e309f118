"""The Train page of a facet that takes any number of labels: what a sigmoid head gained, label by label, and which one is in use."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from labeling import workspace_meta
from labeling.snapshot.snapshot import Snapshot
from store.project.taxonomy import Facet
from store.workspace import Workspace
from training.heads import head_report, judgement
from training.metrics.multilabel_metrics import MultilabelMetric
from training.tags import tag_report
from training.tags.tag_report import TagModelScores, TagReport
from web import session
from web.language.words import many, noted, t, translated
from web.parts import charts, drawing, figures, layout, long_work, train_parts
from web.parts.drawing import Category

COLUMNS: tuple[tuple[MultilabelMetric, str], ...] = (
    ("map", "mAP"),
    ("micro_f1", noted("Micro F1")),
    ("macro_f1", noted("Macro F1")),
    ("micro_f1_fixed", noted("Micro at 0.5")),
    ("macro_f1_fixed", noted("Macro at 0.5")),
    ("peak_f1", noted("Peak F1")),
    ("hit1", noted("Hit@1")),
    ("hit2", noted("Hit@2")),
)


def page(snapshot: Snapshot, workspace: Workspace, facet: Facet) -> None:
    """All below the page's head line."""
    report = tag_report.tag_report(snapshot, facet)
    if report is None:
        why = t(
            "No head of {name} yet. Say yes and no to some of its labels in Review (a key goes from yes to no), "
            "then press Train head.",
            name=facet.name,
        )
        layout.empty(why, t("Review labels"), "review", ":material/grid_view:")
        return
    categories = workspace_meta.meta(snapshot)["categories"]
    left, right = st.columns([5, 2], gap="small")
    with left.container(border=True, height="stretch"):
        verdict(report)
        st.html(table(report))
        actions(report, workspace, facet)
    with right.container(border=True, height="stretch"):
        layout.section(
            t("Micro F1 by round"), t("{set}, 95 % interval. Hollow: not promoted.", set=translated(report["set"]))
        )
        rounds = charts.rounds(tag_report.tag_rounds(snapshot, facet), height=215, key="value")
        st.plotly_chart(rounds, config=charts.CONFIG, theme=None, alt=t("Micro F1 by round"))
    with st.container(border=True):
        by_label(report, categories)
    train_parts.versions(head_report.heads(workspace, facet.id), workspace)


def verdict(report: TagReport) -> None:
    """Who beats whom by how much, and whether that is certain."""
    number, gain = report["head"]["number"], report["gain"]
    places = {
        "answers": many(report["labels"], "answer"),
        "images": many(report["images"], "image"),
        "seconds": f"{report['seconds']:.1f}",
    }
    trained = t("Trained on {answers} about {images} in {seconds} s.", **places)
    if report["leaks"] is not None:
        groups = many(report["leaks"], "group")
        trained = f"{trained} {t('Leakage check: {groups} on both sides.', groups=groups)}"
    if gain is None:
        title = t("Head {number} of {name} is trained", number=number, name=report["facet"]["name"])
        layout.section(title, f"{t('Nothing to compare it with.')} {trained}", statement=True)
        return
    points = 100 * gain["micro_f1"]
    if points <= 0:
        text = noted("Head {number} does not beat {before} ({points} points of F1)")
    elif "sure" not in gain:
        text = noted(
            "Head {number} leads {before} by {points} points of F1 on chosen images; on others it is not known"
        )
    elif gain["low"] <= 0:
        text = noted("Head {number} leads {before} by {points} points of F1, which may be chance")
    else:
        text = noted("Head {number} beats {before} by {points} points of F1")
    shown = f"{points:.1f}" if points > 0 else f"{points:+z.1f}"
    span = t(
        "Micro F1, 95 % interval {low} to {high}. All rows: {set}.",
        low=f"{100 * gain['low']:z.1f}",
        high=f"{100 * gain['high']:z.1f}",
        set=translated(report["set"]),
    )
    before = translated(report["previous"].lower())
    layout.section(t(text, number=number, before=before, points=shown), f"{span} {trained}", statement=True)


def table(report: TagReport) -> str:
    """Zero-shot, the head before and the new head on the same images."""
    lines = []
    for row in report["rows"]:
        badge = ""
        if row["state"]:
            badge = f" <span class='sl-badge {train_parts.BADGES[row['state']]}'>{escape(t(row['state']))}</span>"
        numbers = "".join(f"<td class='r'>{_measured(row, key)}</td>" for key, _ in COLUMNS)
        now = "now" if row is report["rows"][-1] else ""
        lines.append(f"<tr class='{now}'><td><b>{escape(translated(row['model']))}</b>{badge}</td>{numbers}</tr>")
    head = "".join(f"<th class='r'>{t(title)}</th>" for _, title in COLUMNS)
    return f"<div class='sl-scroll'><table class='sl-df two'><thead><tr><th>{escape(t('Model'))}</th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"


def _measured(row: TagModelScores, key: MultilabelMetric) -> str:
    value = row["metrics"][key]
    if value is None:
        return "none"
    if key not in row["intervals"]:
        return f"{value:.3f}"
    low, high = row["intervals"][key]
    return f"{value:.3f}<span class='sl-iv'>{figures.span(low, high, '.2f')}</span>"


def actions(report: TagReport, workspace: Workspace, facet: Facet) -> None:
    """Promote, let it propose."""
    head = report["head"]
    promoted = head["state"] == "promoted"
    with st.container(horizontal=True, vertical_alignment="center"):
        if not promoted:
            certain = judgement.is_certain(report["gain"], ())
            train_parts.promotion_button(
                head["id"], workspace, t("Promote head {number}", number=head["number"]), certain=certain, main=True
            )
        st.button(
            t("Let it propose"), type="primary" if promoted else "secondary", icon=":material/auto_awesome:", key="propose",
            disabled=not promoted, help=None if promoted else t("Promote the head first"), on_click=long_work.begin,
            args=("propose", {"using": "head", "facet": facet.name}),
        )  # fmt: skip
        st.caption(t("Tuned: each label at its own threshold, from answers held out. Roll back any time"))


def by_label(report: TagReport, categories: Sequence[Category]) -> None:
    """Average precision and F1 of each model, precision and recall of the newest, its threshold, and its errors to open."""
    name, models = session.workspace(), [row["model"] for row in report["rows"]]
    why = t(
        "AP: average precision. F1, precision and recall at tuned thresholds. Threshold, missed and wrong: "
        "head {number}.",
        number=report["head"]["number"],
    )
    layout.section(t("By label"), f"{why} {translated(report['set'])}.")
    lines = []
    for row in report["labels_of"]:
        each = "".join(f"<td class='r'>{_or_none(one['average_precision'])}</td>" for one in row["models"])
        each += "".join(f"<td class='r'>{one['f1']:.3f}</td>" for one in row["models"])
        newest = row["models"][-1]
        each += f"<td class='r'>{newest['precision']:.3f}</td><td class='r'>{newest['recall']:.3f}</td>"
        opened = "".join(
            f"<td class='r'>{drawing.link(name, errors, f'{len(errors):,}') if errors else '0'}</td>"
            for errors in (row["missed"], row["wrong"])
        )
        lines.append(
            f"<tr><td>{drawing.named(drawing.find(categories, row['category']))}</td><td class='r'>{row['yes']:,}</td>"
            f"<td class='r'>{row['no']:,}</td>{each}<td class='r'>{row['threshold']:.2f}</td>{opened}</tr>"
        )
    score_titles = [f"{kind} {model.lower()}" for kind in ("AP", "F1") for model in models]
    titles = [t("Yes"), t("No"), *score_titles, t("Precision"), t("Recall"), t("Threshold"), t("Missed"), t("Wrong")]
    head = "<th>Label</th>" + "".join(f"<th class='r'>{escape(title)}</th>" for title in titles)
    body = "".join(lines)
    st.html(
        f"<div class='sl-scroll'><table class='sl-df'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _or_none(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
