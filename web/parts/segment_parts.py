"""Parts of the Segments page: which video is shown, how it can be looked at, what it can be exported as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from jobs.showing import JobView
from training.heads.head_report import HeadSummary
from video.results import export_formats
from video.runs.labelled_run import View
from video.runs.run_list import ListedRun
from video.segmenting.aggregation import AGGREGATORS
from video.segmenting.smoothing import AMOUNTS
from web import session
from web.language.words import noted, t
from web.parts import drawing, video_queue
from web.parts.components import Choice

Shown = dict[str, Any]
SCORES = {
    "log": noted("Mean log-probability"),
    "mean": noted("Mean probability"),
    "top": noted("Best of the shot"),
}
SMOOTHING = {
    "none": noted("No smoothing"),
    "light": noted("Light smoothing"),
    "normal": noted("Smoothing"),
    "strong": noted("Strong smoothing"),
}
TITLES = {
    "json": "JSON",
    "csv": noted("CSV with timecodes"),
    "vtt": noted("WebVTT"),
    "activitynet": noted("ActivityNet JSON"),
    "otio": noted("OpenTimelineIO (Resolve)"),
    "fcp7": noted("Final Cut Pro 7 XML (Premiere)"),
    "edl": "EDL",
    "youtube": noted("YouTube chapters"),
    "html": noted("HTML to mail"),
}


def choose_run(runs: Sequence[ListedRun], queue: Sequence[JobView]) -> int | None:
    """Which run is on screen, at first the one of the address; 0 is the video being read, shown as soon as a queue begins."""
    going = video_queue.now(queue) is not None
    titles = {0: t("Being read now")} if going else {}
    named = [(run["id"], f"{run['name']} · {drawing.moment(run['at'])}") for run in runs]
    often = Counter(title for _, title in named)  # Streamlit tells options apart by their titles
    titles |= {
        number: t("{title} · run {number}", title=title, number=number) if often[title] > 1 else title
        for number, title in named
    }
    if not titles:
        return None
    newest = queue[-1]["id"] if queue else 0
    asked = session.asked_run(session.workspace(), newest)
    chosen = st.selectbox(
        t("Video"), list(titles), index=list(titles).index(asked) if asked in titles else 0,
        format_func=titles.__getitem__, label_visibility="collapsed", key=f"run_{newest}", width=190,
    )  # fmt: skip
    return int(chosen) if chosen is not None else None


def choices(heads: Sequence[HeadSummary]) -> list[Choice]:
    """How a run can be looked at, as the head of the page shows it: `name` of the query, `label`, `value` at first, `options`."""
    models = [
        ("zero-shot", t("zero-shot")),
        *((f"head:{head['id']}", t("head {number}", number=head["number"])) for head in heads),
    ]
    using = [("auto", t("Model in use")), *((value, text.capitalize()) for value, text in models)]
    before = [("", t("Before: none")), *((value, t("Before: {text}", text=text)) for value, text in models)]
    smoothing = [(str(cost), t(SMOOTHING[name])) for name, cost in AMOUNTS.items()]
    scores = [(name, t(SCORES.get(name, name))) for name in AGGREGATORS]
    standard = View()
    return [
        {"name": "head", "label": t("Model"), "value": standard.using, "options": using},
        {"name": "compare", "label": t("Before"), "value": "", "options": before},
        {"name": "aggregator", "label": t("Score of a shot"), "value": standard.aggregator, "options": scores},
        {"name": "smoothing", "label": t("Smoothing"), "value": str(standard.switch_cost), "options": smoothing},
    ]


def exports() -> list[tuple[str, str]]:
    """What a run can be exported as: the format and its title."""
    return [(name, t(TITLES[name])) for name in export_formats.FORMATS]
