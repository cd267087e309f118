"""Training for a facet of videos: one click, the models side by side, which head is in use."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

import jobs
from store.project.taxonomy import Facet
from store.team.job_rows import JobArguments
from store.workspace import Workspace
from training.heads import promotion
from training.video_review import video_heads, video_meta
from training.video_review.video_heads import VideoHeadSummary
from training.videos.open_words.adapter_head import UnseenFigures
from training.videos.video_set import LEAST_TO_PRETRAIN
from training.whole_videos.comparison_table import TableRow
from web import session
from web.language.words import many, noted, t, translated
from web.parts import drawing, figures, layout, long_work
from web.parts.videos import head_closeup_parts

COLUMNS = (
    ("map", "mAP"), ("micro_f1", noted("Micro F1")), ("macro_f1", noted("Macro F1")), ("hit1", noted("Hit@1")), ("hit2", noted("Hit@2")), ("gap20", "GAP@20"),
    ("ece", "ECE"),
)  # fmt: skip
HINTS = noted(
    "V: frames, A: sound, T: title. mAP: mean over the tags of the average precision, with its 95 % "
    "interval. F1 at thresholds fitted on other folds. Hit@1, Hit@2: share of the videos for which one "
    "of the best one or two tags holds. ECE: calibration error, 0 is best."
)
PRETRAIN = noted(
    "Learn from all videos, labelled or not, to bring frames and sound to one vector. It is kept where "
    "it beats the mean vector on your labels; Train head then compares it. Needs some hundred videos; "
    "takes a minute or two."
)
FEW = noted(
    "Pretraining needs {least} videos with frames; here are {videos}. Add more to learn from them without labels."
)
BADGES = {
    "promoted": noted(":green-badge[in use]"),
    "new": noted(":violet-badge[new]"),
    "retired": noted(":gray-badge[retired]"),
}


def page(workspace: Workspace, facet: Facet, labelled: int) -> None:
    """All below the head line. labelled: videos that somebody has labelled in this facet."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("Train head"), type="primary", icon=":material/play_arrow:", key="train_videos",
            disabled=jobs.is_running(long_work.latest("train_videos")), on_click=long_work.begin,
            args=("train_videos", _options(facet)),
        )  # fmt: skip
        busy = jobs.is_running(long_work.latest("pretrain_videos"))
        counts = video_meta.counts(workspace)
        there = counts["videos"] - counts["not_computed"]
        few = there < LEAST_TO_PRETRAIN
        st.button(
            t("Pretrain"), key="pretrain_videos", disabled=busy or few or not labelled, on_click=long_work.begin,
            help=t(FEW, least=LEAST_TO_PRETRAIN, videos=many(there, "video")) if few else t(PRETRAIN),
            args=("pretrain_videos", {"facet": facet.name, "title": facet.name}),
        )  # fmt: skip
        st.caption(
            layout.plain(t("{videos} labelled for {name}", videos=many(labelled, "video"), name=facet.name)),
            width="content",
        )
    long_work.watch("train_videos", "pretrain_videos", "propose_videos")
    _pretrained(facet)
    known = video_heads.every(workspace, facet.id)
    if not known and jobs.is_running(long_work.latest("train_videos")):
        return
    if not known:
        st.info(
            t("No head yet. Label some videos, each class a few times, then press Train head."), icon=":material/info:"
        )
        return
    with st.container(border=True):
        _verdict(known[0])
        st.html(table(known[0]["table"], known[0]["model"]))
        st.caption(t(HINTS))
    head_closeup_parts.show(workspace, known[0])
    with st.container(border=True, gap=None):
        layout.section(t("Versions"))
        for head in known:
            st.html("<hr class='sl-hr'>")
            _version(workspace, facet, head)


def _pretrained(facet: Facet) -> None:
    """What the newest pretraining came to, while that is news."""
    job = long_work.latest("pretrain_videos")
    if job is None or jobs.is_running(job) or long_work.is_old(job) or not job["result"]:
        return
    if job["arguments"].get("facet") == facet.name and (reason := job["result"].get("reason")):
        st.info(layout.plain(t("Pretrained vector: {reason}.", reason=reason)), icon=":material/model_training:")


def _options(facet: Facet) -> JobArguments:
    """The fold with what a person may set; returns the arguments of the training."""
    with st.popover(t("Options"), icon=":material/tune:"):
        every = st.toggle(
            t("Compare the networks too"), value=False, key="videos_all",
            help=t("NeXtVLAD, recurrent networks with attention, a temporal transformer, and an adapter that scores any "
"class by its texts: minutes instead of seconds."),
        )  # fmt: skip
        alone = st.toggle(t("Promote it when its gain is certain"), value=True, key="videos_auto")
        seed = st.number_input(t("Seed"), 0, 9999, 0, key="videos_seed")
    return {
        "facet": facet.name, "title": facet.name, "candidates": "all" if every else "default",
        "promote": "auto" if alone else "never", "options": {"seed": int(seed)},
    }  # fmt: skip


def _verdict(head: VideoHeadSummary) -> None:
    """What the newest head gains, and whether that is certain."""
    gain, n = head["gain"], head["videos"]
    parts = [_sentence(head["reason"])]
    if gain is None or n < figures.LEAST:
        text = noted("Head {number}, {model}, learned from {videos}: too few to measure its gain")
        points = 0.0
    else:
        points = 100 * gain["map"]
        text = (
            noted("Head {number}, {model} beats {before} by {points} points of mAP")
            if gain["low"] > 0
            else noted("Head {number}, {model} does not beat {before} for certain ({points} points of mAP)")
        )
        span = t(
            "95 % interval {low} to {high}, on {n} videos that its fits did not see.",
            low=f"{100 * gain['low']:z.1f}",
            high=f"{100 * gain['high']:z.1f}",
            n=n,
        )
        parts.insert(0, span)
    if head["assumed"]:
        parts.append(
            t(
                "{assumed} missing answers count as no, since these classes have no negative answers.",
                assumed=head["assumed"],
            )
        )
    title = t(
        text,
        number=head["number"],
        model=translated(head["model"]),
        videos=many(n, "video"),
        before=translated(head["before"]),
        points=f"{points:.1f}" if gain is not None and gain["low"] > 0 else f"{points:+z.1f}",
    )
    layout.section(title, " ".join([*parts, later(head["unseen"])]).rstrip(), statement=True)


def _sentence(reason: str) -> str:
    """Why a head is in use or not, as a sentence of its own."""
    words = translated(reason)
    return f"{words[:1].upper()}{words[1:]}."


def later(unseen: UnseenFigures | None) -> str:
    """What a head that scores any class by its texts is worth on classes that nobody labelled; nothing for another head."""
    if unseen is None:
        return ""
    return t(
        "It also scores classes that nobody labelled, by their texts: mAP {adapter} on {classes} that were "
        "left out in turn, zero-shot {zero_shot}.",
        adapter=f"{unseen['adapter']:.3f}",
        classes=many(unseen["tags"], "class", "classes"),
        zero_shot=f"{unseen['zero_shot']:.3f}",
    )


def table(rows: Sequence[TableRow], chosen: str) -> str:
    """Models side by side; the chosen one on all modalities stands out."""
    head = "".join(f"<th class='r'>{t(title)}</th>" for _, title in COLUMNS)
    whole = max((row["modalities"] for row in rows if "tested" not in row["modalities"]), key=len, default="")
    lines = []
    for row in rows:
        now = "now" if row["model"] == chosen and row["modalities"] == whole else ""
        cells = "".join(f"<td class='r'>{_cell(row, name)}</td>" for name, _ in COLUMNS)
        lines.append(
            f"<tr class='{now}'><td><b>{escape(translated(row['model']))}</b></td><td>{escape(translated(row['modalities']))}</td>{cells}"
            f"<td class='r'>{row['n']:,}</td><td class='r'>{row['parameters']:,}</td><td class='r'>{row['seconds']:.1f}</td></tr>"
        )
    return (
        f"<div class='sl-scroll'><table class='sl-df two'><thead><tr><th>{escape(t('Model'))}</th><th>{escape(t('Reads'))}</th>{head}<th class='r'>{escape(t('Videos'))}</th>"
        f"<th class='r'>{escape(t('Parameters'))}</th><th class='r'>{escape(t('Seconds'))}</th></tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(row: TableRow, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, int | float):
        return "none"
    if name == "map" and row["low"] is not None and row["high"] is not None:
        return f"{value:.3f}<span class='sl-iv'>{figures.span(row['low'], row['high'], '.2f')}</span>"
    return f"{value:.3f}"


def _version(workspace: Workspace, facet: Facet, head: VideoHeadSummary) -> None:
    name, labels, at, why, action = st.columns([1.6, 1.4, 1, 5.6, 1.2], vertical_alignment="center")
    badge = layout.Markdown(t(BADGES[head["state"]]))
    name.markdown(layout.md("**Head {number}** {badge}", number=head["number"], badge=badge))
    labels.caption(many(head["videos"], "video"))
    at.caption(layout.plain(drawing.ago(head["at"])))
    why.html(
        f"<div class='sl-sm sl-cut' title='{escape(translated(head['reason']))}'>{escape(translated(head['reason']))}</div>"
    )
    with action:
        if head["state"] == "promoted":
            st.button(
                t("Roll back"),
                type="tertiary",
                key=f"vback_{head['id']}",
                on_click=_roll_back,
                args=(workspace, facet.id),
            )
        else:
            _promotion(workspace, head)


def _promotion(workspace: Workspace, head: VideoHeadSummary) -> None:
    """A fold that asks for the reason, which is kept."""
    with st.popover(t("Promote"), type="tertiary", key=f"vfold_{head['id']}"):
        st.caption(t("Give a reason for using it: it is kept with the head."))
        reason = st.text_input(t("Reason"), key=f"vwhy_{head['id']}", placeholder=t("It hears music better"))
        st.button(
            t("Put it in use"), type="primary", disabled=not reason.strip(), key=f"vpromote_{head['id']}", on_click=_promote,
            args=(workspace, head["id"], reason.strip()),
        )  # fmt: skip


@layout.framed
def _promote(workspace: Workspace, head_id: int, reason: str) -> None:
    session.must("change the head in use")
    video_heads.promote(workspace, head_id, session.actor(), reason)
    st.toast(t("The head is in use."), icon=":material/verified:")


@layout.framed
def _roll_back(workspace: Workspace, facet_id: int) -> None:
    session.must("change the head in use")
    promotion.roll_back(workspace, session.actor(), facet_id)
    st.toast(t("Rolled back."), icon=":material/undo:")
