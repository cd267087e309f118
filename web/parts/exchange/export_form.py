"""The export on the Data page: a format, what it cannot carry, and where it goes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from errors import InputError
from labeling.exchange import label_export, view_filter
from labeling.exchange.formats import format_export
from labeling.exchange.formats.format_export import FORMATS
from labeling.exchange.formats.label_set import Choice, Images
from labeling.exchange.formats.notices import Notice
from store.workspace import Workspace
from web import resources, server_paths, session
from web.accounts import record
from web.language.words import many, noted, t, translated
from web.parts import layout
from web.parts.exchange import hub_form

KINDS = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
TITLES = {"csv": "CSV", "parquet": noted("Parquet"), "folders": noted("Folders")} | {
    name: form.title for name, form in FORMATS.items()
}
IMAGES = {
    Images.COPY: noted("Copy the images"),
    Images.LINK: noted("Link the images"),
    Images.NONE: noted("Labels alone"),
}
SHOWN = 5


def export(workspace: Workspace) -> None:
    """Labels as a file, the images in a folder a class, or both as another tool reads them."""
    layout.section(t("Export"))
    kind = str(st.selectbox(t("Format"), list(TITLES), format_func=lambda name: t(TITLES[name]), key="format"))
    items = _viewed(workspace)
    if kind in KINDS:
        st.download_button(
            t("Export labels"),
            lambda: _exported(workspace, kind, items),
            f"{workspace.name}-labels.{kind}",
            KINDS[kind],
            icon=":material/download:",
            width="stretch",
        )
        st.caption(t("Each row carries source, person, time and confidence."))
        return
    with layout.frame():
        if kind == "folders":
            _folders(workspace, items)
        else:
            _tool(workspace, kind, items)
            hub_form.panel()


def _viewed(workspace: Workspace) -> frozenset[int] | None:
    """Ids of what a saved view lets through; None where all is wanted, or no view was saved."""
    names = view_filter.names(workspace)
    if not names:
        return None
    chosen = st.selectbox(t("Images of"), ["", *names], format_func=lambda name: name or t("All"), key="export_view")
    if not chosen:
        return None
    items = view_filter.items_of(resources.snapshot(workspace.name), chosen)
    st.caption(t("{images} in this view now.", images=many(len(items), "image")))
    return items


def _folders(workspace: Workspace, items: frozenset[int] | None) -> None:
    out = _out(t("Export images"))
    if out is not None:
        done = label_export.export(workspace, "folders", out, items=items)
        record.note("labels exported", session.actor(), workspace.name, "folders", out=str(out))
        st.success(t("{images} copied.", images=many(done.labels, "image was", "images were")))
        rest(t("Without an image: the file is missing"), done.missing)
        rest(t("Without an image: the file has changed since it was added"), done.changed)
        rest(t("Frames of videos, which have no file of their own"), done.frames)


def _tool(workspace: Workspace, kind: str, items: frozenset[int] | None) -> None:
    people = st.checkbox(t("Only people's labels"), key="export_people")
    splits = st.checkbox(
        t("Part into train, val and test"),
        key="export_splits",
        help=t("Groups stay whole. The audit tenth, which no head learns from, is test."),
    )
    images = st.selectbox(
        t("Images"),
        [way for way in IMAGES if format_export.fault(kind, way) is None],
        format_func=lambda way: t(IMAGES[way]),
        key=f"images_{kind}",
        help=t("A link takes no space: the same file has a second name on the same disk."),
    )
    choice = Choice(people=people, splits=splits, images=Images(images), items=items)
    planned = format_export.plan(workspace, kind, choice)
    _lost(planned.lost)
    out = _out(t("Export {labels}", labels=many(planned.labels, "label")), disabled=not planned.labels)
    if out is not None:
        format_export.write(planned, out)
        record.note("labels exported", session.actor(), workspace.name, kind, out=str(out))
        pictures = many(len(planned.given.pictures), "image")
        st.success(
            layout.plain(
                t(
                    "{labels} of {pictures} written to {out}.",
                    labels=many(planned.labels, "label"),
                    pictures=pictures,
                    out=out,
                )
            )
        )


def _lost(lost: Sequence[Notice]) -> None:
    """What the format cannot carry, before the button."""
    if lost:
        rows = "\n".join(f"- {notice.count:,}: {layout.plain(translated(notice.text))}" for notice in lost)
        st.warning(layout.md("**Not carried**\n\n{rows}", rows=layout.Markdown(rows)), icon=":material/info:")
    else:
        st.caption(t("This format carries everything."))


def _out(button: str, *, disabled: bool = False) -> Path | None:
    """The folder, once the button is pressed.

    Raises:
        InputError: no folder was typed, or one that the server does not take. RoleError: the person may name none.
    """
    folder = st.text_input(t("Folder on this computer"), placeholder="~/labelled", key="out")
    if not st.button(button, icon=":material/download:", width="stretch", key="export_folders", disabled=disabled):
        return None
    if not folder.strip():
        raise InputError("Type a folder on the computer that runs the app.")
    return server_paths.written(Path(folder.strip()).expanduser())


def rest(which: str, rows: Sequence[str]) -> None:
    """Some of the rows that something did not work for."""
    if rows:
        more = " …" if len(rows) > SHOWN else ""
        st.warning(layout.plain(f"{which} ({len(rows):,}): {'; '.join(rows[:SHOWN])}{more}"))


def _exported(workspace: Workspace, kind: str, items: frozenset[int] | None) -> bytes:
    """The file's bytes, made when the button is pressed, in a place of this press alone."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"labels.{kind}"
        label_export.export(workspace, kind, out, items=items)
        record.note("labels exported", session.actor(), workspace.name, kind)
        return out.read_bytes()
