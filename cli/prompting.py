"""Prompts and categories."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.console import Answer, Commands, command, load_snapshot, open_workspace, who


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "prompts", prompts, "show or set the prompts")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--set", type=Path, metavar="FILE.yaml", dest="file")
    which.add_argument("--show", action="store_true")
    parser = command(commands, "diff", diff, "effect of a draft of the prompts")
    parser.add_argument("draft", type=Path, metavar="DRAFT.yaml")
    parser = command(commands, "publish", publish, "publish a draft of the prompts as a version")
    parser.add_argument("draft", type=Path, metavar="DRAFT.yaml")
    parser.add_argument("--note", required=True, metavar="TEXT")
    parser.add_argument("--propose", action="store_true", help="propose labels again for unlabelled items")
    command(commands, "scorecard", scorecard, "contribution of each prompt, on people's labels")
    parser = command(commands, "categorize", categorize, "the categories that words mean, ranked")
    parser.add_argument("text", metavar="TEXT")


def prompts(given: argparse.Namespace) -> Answer:
    """`sceneloop prompts`."""
    from labeling.categories import taxonomy_file

    workspace = open_workspace(given)
    if given.file is None:
        return taxonomy_file.show_prompts(workspace)
    content = taxonomy_file.read_taxonomy(given.file)
    version = taxonomy_file.set_taxonomy(workspace, content, actor=who(), note=given.file.name)
    return {"version": version, "warnings": taxonomy_file.idle_background(workspace)}


def diff(given: argparse.Namespace) -> Answer:
    """`sceneloop diff`."""
    from labeling.categories import taxonomy_file
    from labeling.prompts import prompt_file

    content = taxonomy_file.read_taxonomy(given.draft)
    return prompt_file.diff(load_snapshot(given), content, who())


def publish(given: argparse.Namespace) -> Answer:
    """`sceneloop publish`."""
    from labeling.categories import taxonomy_file
    from labeling.prompts import prompt_file

    content = taxonomy_file.read_taxonomy(given.draft)
    snapshot = load_snapshot(given)
    published = prompt_file.publish(snapshot, content, note=given.note, actor=who(), propose=given.propose)
    return {**published, "warnings": taxonomy_file.idle_background(snapshot.workspace)}


def scorecard(given: argparse.Namespace) -> Answer:
    """`sceneloop scorecard`."""
    from labeling.prompts import contributions

    return contributions.measure_prompts(load_snapshot(given))


def categorize(given: argparse.Namespace) -> Answer:
    """`sceneloop categorize`."""
    from labeling.prompts import from_words

    ranking = from_words.categorize(load_snapshot(given), given.text)
    return {"categories": [{"name": row["name"], "score": row["score"]} for row in ranking]}
