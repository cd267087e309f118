"""A new workspace with its encoder and its categories, or none: both are checked before anything is written."""

from __future__ import annotations

from pathlib import Path

from embedding.ingest import current_encoder, encoder_change
from labeling.categories import taxonomy_file
from labeling.categories.taxonomy_text import TaxonomyFile
from progress import Progress, silent
from store import workspace
from store.workspace import Workspace


def make(
    path: Path, *, model: str = "built-in", content: TaxonomyFile | None = None, database_url: str | None = None, actor: str,
    progress: Progress = silent,
) -> Workspace:  # fmt: skip
    """Make a workspace that images can be added to.

    Args:
        path: its folder.
        model: `built-in`, NAME/TAG of open_clip, a folder or file, or `vectors:NAME`.
        content: categories and prompts; none by default.
        database_url: an empty PostgreSQL database for it; a SQLite file in the folder by default.

    Raises:
        InputError: the folder holds a workspace or is a file, or a category is refused.
        EncoderError: the model cannot be loaded.
        StoreError: the folder or the database cannot be used.
    """
    current_encoder.load_once(model, progress)
    fresh = workspace.create(path, database_url=database_url)
    try:
        encoder_change.change_encoder(fresh, model)
        if content:
            taxonomy_file.set_taxonomy(fresh, content, actor=actor, note="first prompts")
    except BaseException:
        fresh.engine.dispose()
        raise
    return fresh
