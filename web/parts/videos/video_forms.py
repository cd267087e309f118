"""Forms of the page of whole videos: add videos with titles, name classes, let the machine propose."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from embedding.pictures import file_walk
from errors import InputError
from jobs.showing import JobView
from labeling.exchange import facet_classes, video_labels
from store.blobs import buckets
from store.project.taxonomy import Facet
from store.workspace import Workspace
from web import server_paths, session
from web.language.words import many, noted, t
from web.parts import layout, long_work
from web.parts.videos import uploads

VIDEOS = sorted(suffix.removeprefix(".") for suffix in file_walk.VIDEO_SUFFIXES)
TITLES = ["csv", "txt", "tsv"]
KINDS = {noted("Any number of tags"): False, noted("One class"): True}
WORDS = noted(
    "Words behind a bar say more of a class: they are compared with frames and titles. `sound: Rain` names a sound of the audio model, `title: 下雨` stands in titles alone."
)


def add(workspace: Workspace, *, first: bool) -> None:
    """Add videos of a folder, or uploaded ones, with a file of their titles."""
    job = long_work.latest("add_videos")
    # A new job is a new popover: it closes.
    key = f"add_videos_{0 if job is None else job['id']}"
    news = _added(job)
    if job is not None and news and session.is_news(f"added {job['id']}"):
        st.toast(layout.plain(news), icon=":material/done:", duration="long")
    with (
        st.popover(t("Add videos"), icon=":material/add:", type="primary" if first else "secondary", key=key),
        layout.frame(),
        st.form("add_videos_form", border=False),
    ):
        if news:
            st.caption(layout.plain(news))
        typed = st.text_input(t("Folder or video on this computer"), placeholder="~/Videos/june", key="videos_folder")
        sent = st.file_uploader(t("Or upload"), type=VIDEOS, accept_multiple_files=True, key="videos_files")
        titles = st.file_uploader(
            t("Titles (optional)"), type=TITLES, key="videos_titles",
            help=t("CSV with the columns file and title, and where you have them programme, uploader and labels. "
"PaddleVideo's list works too."),
        )  # fmt: skip
        st.caption(
            t("One frame a second, the sound and the title of each video are read. A video added twice is kept once.")
        )
        if st.form_submit_button(t("Add"), type="primary", width="stretch", key="videos_add"):
            session.must("add videos")
            paths = [*typed_file(typed), *(str(uploads.kept(workspace, file)) for file in sent)]
            if not paths:
                raise InputError("Type the path of a folder or a video, or upload one.")
            about = Path(paths[0]).name if len(paths) == 1 else f"{len(paths):,} videos"
            long_work.start(
                "add_videos",
                {
                    "paths": paths,
                    "title": about,
                    "titles": None if titles is None else str(uploads.kept(workspace, titles)),
                },
            )
            st.rerun()


def typed_file(text: str) -> list[str]:
    """As `typed_path`, or the URI that was typed."""
    return [str(server_paths.named(text.strip()))] if buckets.is_uri(text.strip()) else typed_path(text)


def typed_path(text: str) -> list[str]:
    """The path that was typed, if one was.

    Raises:
        InputError: nothing is there.
    """
    if not text.strip():
        return []
    path = server_paths.allowed(Path(os.path.abspath(file_walk.expanded(text.strip()))))
    if not os.path.lexists(path):
        raise InputError(f"{path} does not exist on the computer that runs the app. Check the path and try again.")
    return [str(path)]


def classes(workspace: Workspace, *, first: bool) -> None:
    """Name the classes or tags of a new question, or more of one that is there."""
    with (
        st.popover(
            t("Tags and classes"),
            icon=":material/sell:",
            type="primary" if first else "secondary",
            key="classes_of_videos",
        ),
        layout.frame(),
        st.form("classes_form", border=False),
    ):
        name = st.text_input(
            t("Question"), value=facet_classes.NEW_FACET, key="classes_facet", help=t("An existing name adds to it.")
        )
        kind = st.radio(t("A video has"), list(KINDS), format_func=t, horizontal=True, key="classes_kind")
        listed = st.text_area(
            t("Names, one a line"), placeholder="sport\nsport/football\nrain | 下雨, wet street, sound: Rain", key="classes_names",
            height=140, help=f"{t('sport/football is football below sport.')} {t(WORDS)}",
        )  # fmt: skip
        if st.form_submit_button(t("Add"), type="primary", width="stretch", key="classes_add"):
            session.must("start long work")
            added = video_labels.add_named_classes(
                workspace, listed.splitlines(), name.strip() or None, exclusive=KINDS[str(kind)], actor=session.actor(),
            )  # fmt: skip
            session.current().news = f"{many(added, 'class', 'classes')} added."
            st.rerun()


def propose(facets: Sequence[Facet]) -> None:
    """Let the machine label what nobody has labelled; of several questions one is chosen."""
    hint = t("Labels videos that nobody has labelled, by the head in use, else by words. Undo takes it back.")
    if len(facets) == 1:
        _propose_button(facets[0], t("Propose"), hint)
        return
    with st.popover(t("Propose"), icon=":material/auto_awesome:", key="propose_popover"):
        st.caption(hint)
        for facet in facets:
            _propose_button(facet, layout.plain(facet.name), "")


def _propose_button(facet: Facet, label: str, hint: str) -> None:
    st.button(
        label, icon=":material/auto_awesome:", key=f"propose_videos_{facet.id}", on_click=long_work.begin,
        args=("propose_videos", {"facet": facet.name, "title": facet.name}), help=hint or None,
    )  # fmt: skip


def _added(job: JobView | None) -> str:
    """What the newest addition brought, and what was missing; nothing where that is not news."""
    if job is None or job["state"] != "done" or long_work.is_old(job) or not job["result"]:
        return ""
    result = job["result"]
    parts = [
        f"{count:,} {words}"
        for name, words in (
            ("added", "added"),
            ("duplicates", t("there already")),
            ("untitled", t("without a title")),
            ("silent", "silent"),
            ("without_sound", t("without a sound track")),
            ("quarantined", t("not usable (see Data, Quarantine)")),
        )  # fmt: skip
        if isinstance(count := result.get(name), int) and count
    ]
    return f"{job['title']}: {', '.join(parts) or t('nothing new')}."
