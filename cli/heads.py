"""Training and judging."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cli.console import Commands, command, load_scene, who


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    made = command(commands, "train", train, "train a head on the labels")
    made.add_argument("--promote", choices=("auto", "always", "never"), default="auto")
    made = command(commands, "evaluate", evaluate, "labels, zero-shot and head against a truth")
    made.add_argument("--truth", type=Path, required=True, metavar="FILE.csv")


def train(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop train`."""
    from training import pipeline

    return pipeline.train(load_scene(given), actor=who(), promote=given.promote)


def evaluate(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop evaluate`."""
    from training import pipeline

    return pipeline.evaluate(load_scene(given), given.truth)
