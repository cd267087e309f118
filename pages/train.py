"""Train: a head learns from the labels; what it gained, what it changed, which one is in use."""

import streamlit as st

import jobs
from labeling import overview, workspace_meta
from training.heads import head_report
from web import resources, session
from web.language.words import t
from web.parts import layout, long_work, train_claim, train_detail, train_parts, train_tags

name = session.workspace()
workspace = resources.workspace(name)
if not overview.has_categories(workspace):
    layout.head(t("Train"), t("A head learns from your labels in seconds"))
    layout.empty(
        t("No categories yet. Name what you want to tell apart."), t("Add categories"), "prompts", ":material/add:"
    )
    st.stop()
snapshot = resources.snapshot(name)
with st.container(horizontal=True, vertical_alignment="center"):
    layout.head(t("Train"), t("A head learns from your labels in seconds"))
    facet = train_parts.choose_facet(snapshot)
    st.caption(layout.plain(train_parts.since_the_last_head(workspace, facet)), width="content")
    wanted = train_parts.options() if facet.exclusive else train_parts.tag_options(facet)
    busy = jobs.is_running(long_work.latest("train"))
    st.button(
        t("Train head"),
        icon=":material/play_arrow:",
        disabled=busy,
        on_click=long_work.begin,
        args=("train", wanted),
        key="train",
    )
long_work.watch("train", "check")
long_work.watch("propose", "segment", given="using")  # by a head: what other pages started is told there
if not facet.exclusive:
    train_tags.page(snapshot, workspace, facet)
    st.stop()
report = head_report.report(snapshot)
if report is None:
    train_parts.without_head(snapshot)
    st.stop()
categories = workspace_meta.meta(snapshot)["categories"]
heads = head_report.heads(workspace)

left, right = st.columns([3, 2], gap="small")
with left.container(border=True, height="stretch"):
    train_claim.verdict(report)
    train_claim.more_random(report)
    train_claim.beside(report, categories)
    st.html(train_parts.table(report))
    train_parts.actions(report, workspace)
with right.container(border=True, height="stretch"):
    train_claim.by_round(head_report.rounds(snapshot), height=230)

left, right = st.columns([2, 3], gap="small")
with left.container(border=True, height="stretch"):
    train_parts.confusion(report, categories)
with right.container(border=True, height="stretch"):
    train_parts.changed(report, categories)

left, right = st.columns([2, 3], gap="small")
with left.container(border=True, height="stretch"):
    train_detail.sides(report, categories)
with right.container(border=True, height="stretch"):
    train_detail.winner(report)

if report["levels"] is not None:
    with st.container(border=True):
        train_detail.by_level(report["levels"])

left, right = st.columns(2, gap="small")
with left.container(border=True, height="stretch"):
    train_detail.by_class(report, categories)
with right.container(border=True, height="stretch"):
    train_detail.by_source(report)

left, right = st.columns([2, 1], gap="small")
with left.container(border=True, height="stretch"):
    train_detail.confidence(report)
with right.container(border=True, height="stretch"):
    train_detail.more_labels(report)

left, right = st.columns([3, 2], gap="small")
with left.container(border=True, height="stretch"):
    train_detail.shortcuts(report)
with right.container(border=True, height="stretch"):
    train_detail.loss(report)

train_parts.versions(heads, workspace)
