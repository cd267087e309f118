"""The demo workspace: the rendered world, its prompts, a first round of pseudo-labels, the test video and sixty clips.

It keeps a copy of its database as it was shipped, and can be put back to it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from pathlib import Path

import sample_data
from embedding.ingest import adding, encoder_change
from errors import InputError
from labeling.categories import taxonomy_file
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo_videos
from progress import Progress, silent
from store import restore
from store.project import prompts
from store.project.prompt_set import PromptSet
from store.restore import Since
from store.team import actors, job_rows, people
from store.workspace import DATABASE, Workspace, create
from video.runs import segmentation

SHIPPED = "shipped.db"


def build(path: Path, progress: Progress = silent) -> None:
    """Build the demo workspace in one go: a half-built one never stands at `path`.

    Raises:
        StoreError: the folder cannot be written.
    """
    building = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    try:
        workspace = create(building, name=path.name)
        encoder_change.change_encoder(workspace, "built-in")
        _name(workspace)
        adding.add(workspace, [sample_data.images_folder()], progress=progress)
        pseudo_labels.pseudo_label(Snapshot(workspace), "zero-shot")
        segmentation.register(workspace, sample_data.video_file())
        demo_videos.add(workspace, progress)
        workspace.engine.dispose()
        restore.copy_database(building / DATABASE, building / SHIPPED)
        building.rename(path)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _name(workspace: Workspace) -> None:
    """Categories of images and questions of videos, and one version of prompts for both."""
    content = taxonomy_file.read_taxonomy(sample_data.taxonomy_file())
    with workspace.engine.begin() as connection:
        own, _ = taxonomy_file.lay_out(connection, content, PromptSet())
    demo_videos.name_questions(workspace)
    with workspace.engine.begin() as connection:
        machine = actors.id_of(connection, people.MACHINE)
        prompts.publish(connection, demo_videos.with_prompts(connection, own), note="demo prompts", actor_id=machine)


def is_demo(workspace: Workspace) -> bool:
    """Whether a workspace is the demo, as `build` makes it, and can be reset."""
    return workspace.engine.dialect.name == "sqlite" and (workspace.path / SHIPPED).is_file()


def additions(workspace: Workspace) -> Since:
    """What a reset would take away."""
    return restore.since(workspace, workspace.path / SHIPPED)


def reset(workspace: Workspace, *, keep: bool = True) -> str | None:
    """Put the demo back to how it was shipped, in place: who has it open goes on with the new content.

    Args:
        keep: what is in it now becomes a workspace of its own beside it; otherwise it is lost.

    Returns:
        The name of that workspace, or None.

    Raises:
        InputError: it is not the demo, or work is going on in it.
        StoreError: the disk is full, or somebody else writes for too long; nothing was changed.
    """
    if not is_demo(workspace):
        raise InputError(
            f"{workspace.name} is not the demo workspace. Only that can be put back to how it was shipped."
        )
    with workspace.engine.begin() as connection:
        job_rows.mark_interrupted(connection)  # dead ones hold nobody up
        going = job_rows.unfinished(connection)
    if going:
        raise InputError(
            "Work is going on in this workspace. Nothing was changed. Wait for it or cancel it, then reset."
        )
    aside = None
    if keep:
        aside = workspace.path.with_name(f"{workspace.name}-until-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}Z")
        restore.set_aside(workspace, aside)
    # A workspace set aside names the uploads where they lie.
    uploads = workspace.folder("uploads")
    restore.restore(workspace, workspace.path / SHIPPED, spare=lambda path: keep and uploads in path.parents)
    return aside.name if aside is not None else None
