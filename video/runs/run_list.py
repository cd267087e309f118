"""The videos and runs of a workspace, for lists."""

from __future__ import annotations

from typing import Any

from store.items import items
from store.project import video_runs
from store.workspace import Workspace


def every(workspace: Workspace) -> list[dict[str, Any]]:
    """All runs, newest first."""
    with workspace.read() as connection:
        rows = video_runs.every(connection)
    return [
        {
            **row.summary,
            "id": row.id,
            "video": row.item_id,
            "name": row.video_name,
            "at": row.at.isoformat(),
            "state": "done",
        }
        for row in rows
    ]


def videos(workspace: Workspace) -> list[dict[str, Any]]:
    """All videos that the workspace knows, newest first."""
    with workspace.read() as connection:
        rows = items.videos(connection)
    return [
        {"id": row.id, "name": row.name, "path": row.path, "duration_s": row.meta.get("duration_s")} for row in rows
    ]
