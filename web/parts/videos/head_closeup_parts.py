"""A head of whole videos closely: tags by modality, the learning curve, what is confused at each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.workspace import Workspace
from training.video_review.video_heads import VideoHeadSummary
from training.whole_videos.head_closeup import CurveStep, LevelCloseUp, TagCloseUp
from web.language.words import noted, t
from web.parts import charts, figures, layout

ALONE = (noted("Frames"), noted("Sound"), noted("Title"))


def show(workspace: Workspace, head: VideoHeadSummary) -> None:
    """The sections of one head; nothing of a head that an older version trained."""
    known = head["closely"]
    if known is None:
        return
    with workspace.read() as connection:
        tree = taxonomy.categories(connection, subject=VIDEO, retired=True)
    names = {one.id: one.path for one in tree}
    if known["by_tag"]:
        with st.container(border=True, key="by_tag"):
            layout.section(t("Each tag, by all modalities and by one alone"))
            st.html(_tags(known["by_tag"], names))
            st.caption(
                t(
                    "Average precision on videos that the fits did not see, with its 95 % interval; Frames, Sound and "
                    "Title: by that one alone."
                )
            )
    if any(step["map"] is not None for step in known["curve"]):
        with st.container(border=True, key="curve_of_videos"):
            layout.section(t("Learning curve"))
            st.plotly_chart(
                charts.by_positives(known["curve"]),
                config=charts.CONFIG,
                theme=None,
                alt=t("mAP by positives of a tag"),
            )
            st.caption(layout.plain(_curve_words(known["curve"])))
    if known["levels"]:
        with st.container(border=True, key="levels_of_videos"):
            layout.section(t("Confusion by level"))
            st.html(_levels(known["levels"], names))


def _tags(rows: Sequence[TagCloseUp], names: Mapping[int, str]) -> str:
    head = "".join(f"<th class='r'>{word}</th>" for word in (t("Yes"), t("No"), t("All"), *map(t, ALONE)))
    lines = [
        f"<tr><td><b>{escape(names.get(row['category'], '?'))}</b></td><td class='r'>{row['yes']:,}</td><td class='r'>{row['no']:,}</td>"
        f"<td class='r'>{_figure(row['precision'])}<span class='sl-iv'>{_span(row['low'], row['high'])}</span></td>"
        + "".join(f"<td class='r'>{_figure(value)}</td>" for value in (row["frames"], row["sound"], row["title"]))
        + "</tr>"
        for row in sorted(rows, key=lambda each: each["precision"] or 0.0)
    ]
    return (
        f"<div class='sl-scroll'><table class='sl-df two'><thead><tr><th>{escape(t('Tag'))}</th>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _levels(rows: Sequence[LevelCloseUp], names: Mapping[int, str]) -> str:
    lines = []
    for row in rows:
        pairs = [
            t(
                "{escape} as {escape2} ({count})",
                escape=escape(names.get(pair["truth"], "?")),
                escape2=escape(names.get(pair["said"], "?")),
                count=pair["count"],
            )
            for pair in row["confused"]
        ]
        lines.append(
            f"<tr><td class='n'><b>{escape(t('Level {level}', level=row['level']))}</b></td><td class='r n'>{100 * row['accuracy']:.1f} %"
            f"<span class='sl-iv'>{figures.span(100 * row['low'], 100 * row['high'], '.0f')}</span></td><td class='r'>{row['n']:,}</td>"
            f"<td>{'; '.join(pairs) or 'nothing'}</td></tr>"
        )
    return (
        f"<div class='sl-scroll'><table class='sl-df two'><thead><tr><th></th><th class='r'>{escape(t('Right'))}</th><th class='r'>{escape(t('Videos'))}</th>"
        f"<th>{escape(t('Taken for another'))}</th></tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _curve_words(steps: Sequence[CurveStep]) -> str:
    last = steps[-1]
    return t(
        "Macro mAP of late fusion on pooled features, with a quarter, half and all of the videos that a fit "
        "may see; bars are 95 % intervals, n = {n} videos. At the end {positives} positives a tag, {videos} "
        "videos.",
        n=last["n"],
        positives=f"{last['positives']:.0f}",
        videos=f"{last['videos']:.0f}",
    )


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else figures.span(low, high, ".2f")
