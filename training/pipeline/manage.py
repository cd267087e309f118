"""Putting a head in use, going back, and letting it propose."""

from __future__ import annotations

from typing import Any

from labeling import artifact
from labeling.pipeline import decide
from labeling.pipeline.scene import Scene
from store import heads as stored
from store import vectors
from store import workspace as workspaces
from store.workspace import MACHINE, Workspace


def promote(workspace: Workspace, head_id: int, actor: str, reason: str = "") -> None:
    """Put a head in use by hand; the reason is kept."""
    with workspace.engine.begin() as connection:
        workspaces.actor_id(connection, actor)
        row = stored.get(connection, head_id)
        artifact.read(workspace.folder("heads") / row.file, sha256=row.sha256)
        stored.promote(
            connection, head_id, reason=f"promoted by {actor}: {reason}" if reason else f"promoted by {actor}"
        )


def roll_back(workspace: Workspace, actor: str) -> int | None:
    """Go back to the head before; returns its id, or None where zero-shot is in use again."""
    with workspace.engine.begin() as connection:
        workspaces.actor_id(connection, actor)
        encoder = vectors.current_encoder(connection).id
        row = stored.roll_back(connection, encoder)
        return None if row is None else row.id


def propose(scene: Scene, actor: str = MACHINE, using: str = "head") -> dict[str, Any]:
    """Let the promoted head propose labels for what no person has labelled: the next round."""
    done = decide.pseudo_label(scene, using, actor)
    return {
        "labelled": done.labelled,
        "skipped_human": done.skipped_human,
        "per_class": done.per_class,
        "batch": done.batch,
    }
