"""The videos and runs of a workspace, for lists."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from store.items import items
from store.project import video_runs
from store.project.video_runs import RunSummary
from store.workspace import Workspace
from written.json_values import Json


class ListedRun(RunSummary):
    """A run of a list; `video` is the item, `at` an ISO time."""

    id: int
    video: int
    at: str
    state: str


class ListedVideo(TypedDict):
    """A video of a list. `duration_s`: None where it is not known."""

    id: int
    name: str
    path: str
    duration_s: Json


def longest(videos: Sequence[ListedVideo]) -> ListedVideo:
    """The longest of some videos, the first of which is taken where no length is known: a clip of seconds has hardly two segments to show."""
    return max(videos, key=lambda video: video["duration_s"] if isinstance(video["duration_s"], int | float) else 0.0)


def every(workspace: Workspace) -> list[ListedRun]:
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


def videos(workspace: Workspace) -> list[ListedVideo]:
    """All videos whose file the workspace knows, newest first; what came as features alone cannot be segmented."""
    with workspace.read() as connection:
        rows = items.videos(connection)
    return [
        {"id": row.id, "name": row.name, "path": row.path, "duration_s": row.meta.get("duration_s")}
        for row in rows
        if row.sha256 is not None
    ]
