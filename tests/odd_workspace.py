"""A small workspace with all that formats trip over: a tree, an open facet, markup, emoji, commas, twins, frames, doubts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from embedding.ingest import adding, encoder_change
from store import workspace
from store.items import groups, items
from store.ledger import labels
from store.ledger.events import NO_CLASS, Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace

TREE = (  # name, parent
    ("nature", ""), ("forest, dark", "nature"), ('<b>sea</b> & "sky"', "nature"), ("and/or", ""), ("007", ""), ("=1+1", ""),
    ("森林 🌲", ""),
)  # fmt: skip
TAGS = ("people", "text; 'quoted'", "007")
FILES = (
    "one/a.jpg", "one/a.png", "one/b,c.jpg", "two/<i>.png", "two/😀.v1.2.jpg", "two/été.jpg", "three/'q' & 1.png",
    "three/=x.jpg", "three/A.JPG", "none.png", "doubt.png", "three/only tag.png",
)  # fmt: skip


def build(folder: Path) -> Path:
    """Make the images and the workspace below a folder; returns the workspace's place."""
    rng = np.random.default_rng(0)
    for name in FILES:
        path = folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (18, 24, 3), dtype=np.uint8)).save(
            path, format="PNG" if ".png" in name else "JPEG"
        )
    opened = workspace.create(folder / "odd")
    encoder_change.change_encoder(opened, "built-in")
    adding.add(opened, [folder / "images"])
    _label(opened)
    opened.engine.dispose()
    return opened.path


@contextmanager
def built(folder: Path) -> Iterator[Workspace]:
    """The workspace, open."""
    opened = workspace.open_workspace(build(folder))
    yield opened
    opened.engine.dispose()


def _label(opened: Workspace) -> None:
    with opened.engine.begin() as connection:
        ids: dict[str, int] = {}
        for name, parent in TREE:
            ids[name] = taxonomy.add(connection, name, parent_id=ids.get(parent))
        gone = taxonomy.add(connection, "retired")
        taxonomy.edit(connection, gone, retired_at=taxonomy.dt.datetime(2026, 1, 1, tzinfo=taxonomy.dt.UTC))
        for name in TAGS:
            ids[f"tags:{name}"] = taxonomy.add(connection, name, facet="tags", exclusive=False)
        rows = {row.name: row.id for row in items.labelable(connection)}
        ann, machine = actors.id_of(connection, "Ann <x>, 🙂"), actors.id_of(connection, "machine")
        people = [Change(rows[name], ids[TREE[k % len(TREE)][0]]) for k, name in enumerate(FILES[:6])]
        people += [Change(rows[name], ids[f"tags:{TAGS[0]}"]) for name in FILES[:4]]
        people += [Change(rows[name], ids[f"tags:{TAGS[1]}"]) for name in FILES[2:3]]
        people += [Change(rows[FILES[0]], ids[f"tags:{TAGS[2]}"], "no")]
        people += [Change(rows["none.png"], ids["nature"], "unsure", reason=NO_CLASS)]
        people += [
            Change(rows["doubt.png"], ids["nature"], "unsure"),
            Change(rows["doubt.png"], ids[f"tags:{TAGS[2]}"]),
        ]
        people += [Change(rows["three/only tag.png"], ids[f"tags:{TAGS[0]}"])]
        labels.write(connection, Batch(ann, "human"), people)
        guesses = [
            Change(rows[name], ids[TREE[6 - k][0]], confidence=0.25 + 0.25 * k) for k, name in enumerate(FILES[6:9])
        ]
        labels.write(connection, Batch(machine, "zero_shot", "propose", prompt_version=None), guesses)
        groups.assign(connection, {items.named_group("twins"): [rows["one/a.jpg"], rows["one/a.png"]]})
