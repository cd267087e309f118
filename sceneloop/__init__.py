"""The loop from Python: what a notebook or a script needs, in ten calls. `import sceneloop`, then `sceneloop.open(FOLDER)`.

Each call does what the command of that name does, by the same code, and what it writes is there at once on the pages and in other
processes. Nothing here prints; long calls take a `progress`. An error that a person can mend is an `errors.AppError`, whose text says
what happened and what to do next.

The examples below run in the tests, in a folder with a workspace `demo` (thirty images, proposals by the prompts) and a clip.

>>> import sceneloop
>>> project = sceneloop.open("demo", actor="Ann")
>>> project
Project('demo')
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from labeling import new_workspace
from labeling.categories import taxonomy_text
from progress import Progress, silent
from sceneloop.project import Project
from settings import current
from store import workspace
from store.team import people

__all__ = ["Project", "open"]


def open(
    path: str | PathLike[str], *, classes: Iterable[str] | str | PathLike[str] | None = None, model: str = "built-in",
    actor: str | None = None, progress: Progress = silent,
) -> Project:  # fmt: skip
    """Open a workspace; with `classes`, make it first where there is none.

    Args:
        path: folder of the workspace.
        classes: names of categories, or a YAML file with categories and prompts, for a workspace that is to be made. A workspace that
            is there keeps its own.
        model: the encoder of a workspace that is to be made: `built-in`, NAME/TAG of open_clip, a folder or file, or `vectors:NAME`.
        actor: the name on labels; by default `SCENELOOP_ACTOR`, else the login name.
        progress: told of a model that is downloaded or loaded.

    Raises:
        InputError: there is no workspace and no `classes`, a class is refused, or `actor` is not a person's name.
        EncoderError: the model cannot be loaded.
        StoreError: the folder or its database cannot be used.

    >>> fresh = sceneloop.open("flowers", classes=["rose", "tulip"])
    >>> fresh.add(["pictures"]).files.added
    30
    >>> fresh.close()
    """
    folder = Path(path)
    who = people.person(actor) if actor is not None else people.of_this_account()
    url = current().database_url
    if classes is None or workspace.exists(folder):
        return Project(workspace.open_workspace(folder, database_url=url), who)
    if isinstance(classes, str | PathLike):
        content = taxonomy_text.read_taxonomy(Path(classes))
    else:
        content = taxonomy_text.of_names(classes)
    fresh = new_workspace.make(folder, model=model, content=content, database_url=url, actor=who, progress=progress)
    return Project(fresh, who)
