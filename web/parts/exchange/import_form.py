"""Labels in on the Data page: a CSV, or the files of another tool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.typing import UploadedFile

from errors import InputError
from labeling.exchange import label_import
from labeling.exchange.readers import format_import
from store.workspace import Workspace
from web import session
from web.language.words import many, noted, t
from web.parts.exchange.export_form import rest

TITLES = {"csv": "CSV", **format_import.TITLES}
SOURCES = {"import": noted("Another tool (import)"), "human": noted("A person")}


def labels(workspace: Workspace, keep: Callable[[Workspace, UploadedFile], Path]) -> None:
    """Choose a format, then a file or a folder of it.

    Args:
        keep: puts an upload into the workspace's own folder.
    """
    form = str(st.selectbox(t("Format"), list(TITLES), format_func=lambda name: t(TITLES[name]), key="labels_format"))
    if form == "csv":
        _csv(workspace, keep)
    else:
        _tool(workspace, form)


def _csv(workspace: Workspace, keep: Callable[[Workspace, UploadedFile], Path]) -> None:
    file = st.file_uploader(t("CSV with the columns file and class"), type=["csv"], key="labels")
    source = st.selectbox(t("Labelled by"), list(SOURCES), format_func=lambda name: t(SOURCES[name]))
    if (
        st.button(t("Add labels"), type="primary", icon=":material/add:", disabled=file is None, key="add_labels")
        and file
    ):
        done = label_import.label_csv(workspace, keep(workspace, file), source=str(source), actor=session.actor())
        st.success(t("{labels} added.", labels=many(done.labelled, "label was", "labels were")))
        _rows(done.unmatched, done.ambiguous, done.conflicts)


def _tool(workspace: Workspace, form: str) -> None:
    typed = st.text_input(t("File or folder on this computer"), placeholder="~/project/annotations", key="labels_path")
    st.caption(
        t("Images are matched by name, or by content where the file has digests. The file is read whole or not at all.")
    )
    if st.button(t("Add labels"), type="primary", icon=":material/add:", key="add_tool_labels"):
        if not typed.strip():
            raise InputError("Type a file or a folder on the computer that runs the app.")
        path = Path(typed.strip()).expanduser()
        done = format_import.import_labels(workspace, form, path, actor=session.actor())
        st.success(t("{labels} added. Undo is on Overview.", labels=many(done.labelled, "label was", "labels were")))
        _rows(done.unmatched, done.ambiguous, done.conflicts)
        rest(t("Proposals of a machine, left out"), done.proposals)


def _rows(unmatched: list[str], ambiguous: list[str], conflicts: list[str]) -> None:
    rest(t("Rows that match no item"), unmatched)
    rest(t("Rows that could mean several items"), ambiguous)
    rest(t("Rows that were refused"), conflicts)
