"""The working set of a large workspace: which images are linked and ranked, and another choice. Elsewhere nothing is shown."""

from __future__ import annotations

import streamlit as st

from labeling.neighbours import working_choice
from labeling.neighbours.working_choice import WorkingSetView
from labeling.snapshot import linked_images
from labeling.snapshot.snapshot import Snapshot
from store.items import vectors
from web import resources, session
from web.language.words import noted, t
from web.parts import layout

WAYS = {"sample": noted("A random sample"), "class": noted("A class"), "words": noted("What looks like words")}


def note(name: str) -> None:
    """One line on a page that ranks, links or maps the images of a workspace."""
    if is_needed(name):
        kept = working_choice.view(resources.snapshot(name))
        if kept is not None:
            st.caption(layout.plain(f"{_sentence(kept)} {t('Data chooses others.')}"))


def panel(name: str) -> None:
    """The box on Data: what the working set is, and the form for another."""
    if not is_needed(name):
        return
    snapshot = resources.snapshot(name)
    kept = working_choice.view(snapshot)
    if kept is None:
        return
    with st.container(border=True, key="working_set"):
        layout.section(t("Working set"))
        st.caption(layout.plain(_sentence(kept)))
        if session.may("start long work"):
            with layout.frame():
                _form(snapshot)


def is_needed(name: str) -> bool:
    """Whether a workspace has more images than can be linked; the answer loads none of them."""
    encoder = resources.encoder(name)
    if encoder is None:
        return False
    shards, _ = vectors.shards(resources.workspace(name), encoder.id)
    return sum(shard.rows for shard in shards) > linked_images.FROM


def _sentence(kept: WorkingSetView) -> str:
    chosen = {
        "sample": t("a random sample, people's labels in it"),
        "class": t("images of {name}", name=kept["of"]),
        "words": t("what looks most like “{words}”", words=kept["of"]),
    }
    return t(
        "Suspicion, clusters, near-duplicates and the map are of {images} of {of_all} images: {chosen}.",
        images=f"{kept['images']:,}", of_all=f"{kept['of_all']:,}", chosen=chosen[kept["kind"]],
    )  # fmt: skip


def _form(snapshot: Snapshot) -> None:
    ways = [way for way in WAYS if way != "words" or snapshot.has_text]
    way = st.segmented_control(
        t("Work on"), ways, default="sample", required=True, format_func=lambda name: t(WAYS[name]), key="working_way"
    )
    category, text = None, ""
    if way == "class":
        nodes = snapshot.categories.nodes()
        chosen = st.selectbox(t("Class"), nodes, format_func=lambda node: layout.plain(node.path), key="working_class")
        category = chosen.id if chosen is not None else None
    elif way == "words":
        text = st.text_input(t("Words"), key="working_words", max_chars=200)
    label = t("Draw another sample") if way == "sample" else t("Work on these")
    ready = way == "sample" or category is not None or bool(text.strip())
    if st.button(label, icon=":material/dataset:", disabled=not ready, key="working_choose"):
        session.must("start long work")
        with st.spinner(t("Choosing the images")):
            working_choice.choose(snapshot, str(way), category=category, text=text)
        st.rerun()
