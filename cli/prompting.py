"""Prompts and categories."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cli.console import Commands, command, open_workspace, who


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    made = command(commands, "prompts", prompts, "show or set the prompts")
    which = made.add_mutually_exclusive_group()
    which.add_argument("--set", type=Path, metavar="FILE.yaml", dest="file")
    which.add_argument("--show", action="store_true")


def prompts(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop prompts`."""
    from labeling.pipeline import exchange

    workspace = open_workspace(given)
    if given.file is None:
        return exchange.show_prompts(workspace)
    content = exchange.read_taxonomy(given.file)
    return {"version": exchange.set_taxonomy(workspace, content, actor=who(), note=given.file.name)}
