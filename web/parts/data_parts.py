"""Parts of the Data page: the five ways to add, and the tables."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.typing import UploadedFile

from embedding.pictures import file_walk, image_formats
from errors import InputError
from labeling.exchange import label_import
from labeling.overview import Quarantined, Source
from settings import current
from store.workspace import Workspace
from web import server_paths
from web.language.words import many, noted, t, translated
from web.parts import drawing, layout, long_work
from web.parts.exchange import import_form
from web.parts.exchange.export_form import rest
from web.parts.videos import uploads

WAYS = {
    noted("Folder"): ":material/folder:",
    noted("Upload"): ":material/upload:",
    noted("Video"): ":material/movie:",
    noted("Labels"): ":material/label:",
    noted("Metadata"): ":material/table:",
}
IMAGES = sorted(suffix.removeprefix(".") for suffix in image_formats.SUFFIXES)
VIDEOS = sorted(suffix.removeprefix(".") for suffix in file_walk.VIDEO_SUFFIXES)


def add(workspace: Workspace) -> None:
    """What can be added, one form at a time."""
    with st.container(horizontal=True, vertical_alignment="center"):
        layout.section(t("Add to this workspace"))
        st.space("stretch")
        ways = list(WAYS)
        way = st.segmented_control(
            t("What"), ways, default="Folder", required=True, label_visibility="collapsed", key="way",
            format_func=lambda name: f"{WAYS[name]} {t(name)}",
        )  # fmt: skip
    forms = {"Folder": _folder, "Upload": _upload, "Video": _video, "Labels": _labels, "Metadata": _metadata}
    with layout.frame():
        forms[str(way)](workspace)


def _folder(_workspace: Workspace) -> None:
    left, middle, right = st.columns([3, 1.4, 1], vertical_alignment="bottom")
    typed = left.text_input(t("Folder on this computer"), placeholder="~/Pictures/uploads-june", key="folder")
    as_labels = middle.selectbox(
        t("Labels in folder names"), [noted("Ignore"), noted("Import")], format_func=t, key="folders_as"
    )
    pressed = right.button(t("Add folder"), type="primary", icon=":material/add:", width="stretch", key="add_folder")
    st.caption(
        t(
            "JPEG, PNG, WebP, AVIF, GIF, TIFF, JPEG 2000, BMP and videos. The same image twice stays one item. "
            "Originals are not moved or changed."
        )
    )
    if open_to := current().objects.object_buckets:
        st.caption(layout.md("Or in a bucket: {buckets}.", buckets=", ".join(open_to)))
    if pressed:
        if not typed.strip():
            raise InputError("Type the path of a folder on the computer that runs the app.")
        path = server_paths.named(typed.strip())
        if isinstance(path, Path) and not os.path.lexists(path):
            raise InputError(f"{path} does not exist on the computer that runs the app. Check the path and try again.")
        long_work.start("add", {"paths": [str(path)], "title": path.name, "folders_as": str(as_labels).lower()})
        st.rerun()


def added() -> None:
    """What the newest folder or upload brought, and what of it was passed over."""
    job = long_work.latest("add")
    if job is None or job["state"] != "done" or long_work.is_old(job) or not job["result"]:
        return
    report = job["result"]
    passed = Counter({str(ending): int(count) for ending, count in report.get("passed_over", {}).items()})
    counts = {
        "added": report.get("added"),
        "duplicates": report.get("duplicates"),
        "changed": report.get("changed"),
        "quarantined": report.get("quarantined"),
    }
    phrases = [f"{count:,} {name}" for name, count in counts.items() if count]
    text = f"**{layout.plain(job['title'])}**: {', '.join(phrases) or t('nothing new')}."
    if passed:
        text += t(
            " Skipped, neither images nor videos by extension: {plain}.", plain=layout.plain(file_walk.listed(passed))
        )
    if wanting := [ending for ending in passed if ending in image_formats.WANTING]:
        text += t(
            " {wanting} can be read with `pip install 'sceneloop[{extra}]'`.",
            wanting=", ".join(wanting),
            extra=image_formats.EXTRA,
        )
    st.info(layout.md("{text}", text=layout.Markdown(text)), icon=":material/done:")


def _upload(workspace: Workspace) -> None:
    files = st.file_uploader(t("Images"), type=IMAGES, accept_multiple_files=True, key="images")
    if st.button(
        t("Add {images}", images=many(len(files), "image")),
        type="primary",
        icon=":material/add:",
        disabled=not files,
        key="add_images",
    ):
        paths = [str(_keep(workspace, file)) for file in files]
        long_work.start(
            "add", {"paths": paths, "title": f"{len(paths):,} uploaded {'image' if len(paths) == 1 else 'images'}"}
        )
        st.rerun()


def _video(workspace: Workspace) -> None:
    file = st.file_uploader(t("One video"), type=VIDEOS, key="video")
    st.caption(t("Its stills become images to label. To segment a video, choose it on Segments."))
    if (
        st.button(t("Add video"), type="primary", icon=":material/add:", disabled=file is None, key="add_video")
        and file
    ):
        long_work.start("add", {"paths": [str(_keep(workspace, file))], "title": file.name})
        st.rerun()


def _labels(workspace: Workspace) -> None:
    import_form.labels(workspace, _keep)


def _metadata(workspace: Workspace) -> None:
    file = st.file_uploader(t("CSV with a column file"), type=["csv"], key="metadata")
    st.caption(t("Every other column is kept with the item. A column group keeps its items on one side of a split."))
    if (
        st.button(t("Add metadata"), type="primary", icon=":material/add:", disabled=file is None, key="add_meta")
        and file
    ):
        report = label_import.meta_csv(workspace, _keep(workspace, file))
        st.success(t("{items} metadata now.", items=many(report.items, "item has", "items have")))
        rest(t("Rows that match no item"), report.unmatched)
        rest(t("Rows that could mean several items"), report.ambiguous)
        rest(t("Rows that were refused"), report.conflicts)


def _keep(workspace: Workspace, file: UploadedFile) -> Path:
    return uploads.kept(workspace, file, "upload")


def sources(rows: Sequence[Source]) -> str:
    """Where the items came from."""
    heads = (t("Source"), t("Kind"), t("Found"), t("Added"), t("Duplicates"), t("Quarantined"))
    cells = [
        (
            _short(row["source"]),
            t(row["kind"]),
            *(f"{count:,}" for count in (row["found"], row["added"], row["duplicates"], row["quarantined"])),
        )
        for row in rows[:20]
    ]
    return drawing.table(heads, cells, numbers=4)


def _short(path: str) -> str:
    return str(Path(*Path(path).parts[-2:])) if path else ""


def quarantine(rows: Sequence[Quarantined]) -> str:
    """Files that could not be used, why, and the way out."""
    return drawing.table(
        (t("File"), t("Reason"), t("Remedy")),
        [(_short(row["path"]), translated(row["reason"]), translated(row["way_out"])) for row in rows[:200]],
    )
