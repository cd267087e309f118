"""Processing plans of a run: the rules of a workspace, and the ffmpeg commands."""

from __future__ import annotations

from pathlib import Path

from labeling.snapshot.snapshot import Snapshot
from store.blobs import blob
from store.workspace import Workspace
from video.results import plan
from video.results.plan import Rules
from video.runs.labelled_run import View, labelled


def rules(workspace: Workspace) -> Rules:
    """The rules of a workspace's processing plans: its `rules.yaml`, else the built-in ones.

    Raises:
        InputError: the file is not usable.
    """
    path = workspace.path / "rules.yaml"
    return plan.read_rules(path) if path.exists() else plan.built_in()


def plan_script(snapshot: Snapshot, run_id: int, view: View | None = None) -> str:
    """The processing plan of a run as a shell script of ffmpeg commands; it writes beside where it is run."""
    shown = labelled(snapshot, run_id, view)
    content = shown.document()
    steps = plan.plan(content, rules(snapshot.workspace))
    path = blob.named(shown.video.path)
    video = (
        path if isinstance(path, Path) else Path(path.name)
    )  # an object is to be fetched first, to where the script is run
    parts, out = Path(f"{video.stem}_parts"), Path(f"{video.stem}_planned.mkv")
    return plan.script(steps, video, parts, out, plan.timing(content))
