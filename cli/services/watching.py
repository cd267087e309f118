"""The command that watches a folder."""

from __future__ import annotations

import argparse
import json
import signal
import types
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Answer, Commands, ProgressLine, command, open_workspace

if TYPE_CHECKING:
    from maintenance.watching import Round

EVERY_S = 2.0  # spelled out, so that `--help` loads no stage; a test compares it


def register(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "watch", watch, "add what comes into a folder, and propose a class for it, until stopped"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--once", action="store_true", help="take what stands still now, and end")
    parser.add_argument(
        "--every", type=_seconds, default=EVERY_S, metavar="SECONDS",
        help=f"time between two looks, for which a file has to stand still; default: {EVERY_S:g}",
    )  # fmt: skip


def _seconds(text: str) -> float:
    number = float(text)
    if not 0.1 <= number <= 3600:
        raise argparse.ArgumentTypeError("must lie between 0.1 and 3600")
    return number


def watch(given: argparse.Namespace) -> Answer | None:
    """`sceneloop watch`: a line for each look that brought something; Ctrl+C (or the end of a service) stops it."""
    from maintenance import watching

    workspace = open_workspace(given)
    if given.once:
        [done] = watching.watch(workspace, given.folder, once=True, every_s=given.every, progress=ProgressLine("files"))
        return done
    before = signal.signal(signal.SIGTERM, _stop)
    added = 0
    try:
        for done in watching.watch(workspace, given.folder, every_s=given.every):
            added += done["added"]
            print(json.dumps(done, ensure_ascii=False) if given.json else _line(done), flush=True)
    except KeyboardInterrupt:
        return {"stopped": True, "added": added}
    finally:
        signal.signal(signal.SIGTERM, before)
    return None


def _stop(number: int, frame: types.FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _line(done: Round) -> str:
    """A round in words."""
    parts = [
        f"{done['added']:,} added", f"{done['proposed']:,} proposed",
        *([f"{done['tagged']:,} labels of other facets"] if done["tagged"] else []),
        *([f"{done['duplicates']:,} here already"] if done["duplicates"] else []),
        *([f"{len(done['changed']):,} changed"] if done["changed"] else []),
        *([f"{len(done['growing']):,} still being written"] if done["growing"] else []),
        *([f"{len(done['gone']):,} removed (labels stay)"] if done["gone"] else []),
        *[f"refused {fault['path']}: {fault['reason']}" for fault in done["quarantined"]],
        *([done["note"]] if done["note"] else []),
    ]  # fmt: skip
    return f"{done['at']}  {', '.join(parts)}"
