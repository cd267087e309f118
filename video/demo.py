"""The demo workspace: the rendered world, its prompts, a first round of pseudo-labels and the test video."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import sample_data
from embedding import pipeline as embedding
from embedding.pipeline.current import silent
from labeling.pipeline import decide, exchange, scene
from store import workspace as workspaces
from video import pipeline


def build(path: Path, progress: Callable[[int, int, str], None] = silent) -> None:
    """Build the demo workspace in one go: a half-built one never stands at `path`.

    Raises:
        StoreError: the folder cannot be written.
    """
    building = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    try:
        workspace = workspaces.create(building, name=path.name)
        embedding.change_encoder(workspace, "built-in")
        exchange.set_taxonomy(
            workspace,
            exchange.read_taxonomy(sample_data.taxonomy_file()),
            actor=workspaces.MACHINE,
            note="demo prompts",
        )
        embedding.add(workspace, [sample_data.images_folder()], progress=progress)
        decide.pseudo_label(scene.load(workspace), "zero-shot")
        pipeline.register(workspace, sample_data.video_file())
        workspace.engine.dispose()
        building.rename(path)
    finally:
        shutil.rmtree(building, ignore_errors=True)
