"""The category tree: what it is, and changing it."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from cli.console import Answer, Commands, command, load_snapshot, open_workspace, who
from errors import InputError

if TYPE_CHECKING:
    from store.workspace import Workspace

TOP = ("-", "top")
ID = re.compile(r"0|[1-9][0-9]{0,17}")  # 007 is a name
# What each action takes after WORKSPACE.
ACTIONS = {
    "show": (),
    "add": ("NAME", "PARENT"),
    "rename": ("ID", "NAME"),
    "recolour": ("ID", "#RRGGBB"),
    "key": ("ID", "NUMBER"),
    "describe": ("ID", "TEXT"),
    "move": ("ID", "PARENT"),
    "merge": ("ID", "INTO"),
    "split": ("ID", "FILE.yaml"),
    "retire": ("ID",),
}

COLUMNS = {"rename": "name", "recolour": "color", "key": "key", "describe": "description"}


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "taxonomy", taxonomy, "show or change the category tree; every change can be undone")
    parser.add_argument(
        "action",
        choices=tuple(ACTIONS),
        help="PARENT may be `top`; an ID may be a name or a path, and a name goes before an id",
    )
    parser.add_argument("rest", nargs="*", metavar="ARGUMENT")
    parser.add_argument(
        "--prompt", action="append", default=[], metavar="TEXT", help="a prompt of the category added; repeat it"
    )
    parser.add_argument("--id", action="store_true", dest="by_id", help="ID, PARENT and INTO are ids, never names")
    parser.add_argument("--preview", action="store_true", help="show the effect and change nothing")
    parser.set_defaults(parser=parser)


class Options(TypedDict):
    """What every change of the tree takes."""

    actor: str
    preview: bool


def taxonomy(given: argparse.Namespace) -> Answer:
    """`sceneloop taxonomy`."""
    from labeling.categories import tree_edits

    needed = ACTIONS[given.action]
    if len(given.rest) != len(needed):
        given.parser.error(f"taxonomy WORKSPACE {given.action} {' '.join(needed)}".strip())
    workspace = open_workspace(given)
    if given.action == "show":
        return {"categories": tree_edits.show(workspace)}
    options: Options = {"actor": who(), "preview": given.preview}
    if given.action == "add":
        name, parent = given.rest
        above = None if parent.lower() in TOP else _id(workspace, parent, given)
        return tree_edits.add(workspace, name, above, prompts=given.prompt, **options).as_json()
    number = _id(workspace, given.rest[0], given)
    if given.action == "retire":
        return tree_edits.retire(workspace, number, **options).as_json()
    second = given.rest[1]
    if given.action == "move":
        parent = None if second.lower() in TOP else _id(workspace, second, given)
        return tree_edits.move(workspace, number, parent, **options).as_json()
    if given.action == "merge":
        return tree_edits.merge(workspace, number, _id(workspace, second, given), **options).as_json()
    if given.action == "split":
        from labeling.categories import split, taxonomy_file

        entries = taxonomy_file.read_taxonomy(Path(second))["categories"]
        return split.split(load_snapshot(given), number, entries, **options).as_json()
    return tree_edits.edit(workspace, number, {COLUMNS[given.action]: second}, **options).as_json()


def _id(workspace: Workspace, text: str, given: argparse.Namespace) -> int:
    """The id that is meant: that of the category in use of that name or path, else the number; with `--id` the number alone."""
    from store.project.taxonomy import by_name, categories

    number = int(text) if ID.fullmatch(text) else None
    if given.by_id:
        if number is None:
            raise InputError(f"{text[:40]!r} is not an id. `sceneloop taxonomy W show` lists the ids.")
        return number
    with workspace.read() as connection:
        tree = categories(connection)
    if number is not None and not any(text in (c.path, c.name) for c in tree):
        return number
    try:
        return by_name(tree, text).id
    except InputError as error:
        raise InputError(f"{error} `sceneloop taxonomy W show` lists the ids.") from error
