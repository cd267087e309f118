"""What labels a video: the promoted head, a head by its id, or the published prompts."""

from __future__ import annotations

from errors import InputError
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store import heads


def classifier(scene: Scene, using: str) -> tuple[str, Linear, int | None]:
    """(name, classifier, head id) of `auto`, `zero-shot`, `head` or `head:ID`.

    Raises:
        InputError: there is no such head.
    """
    if using.startswith("head:"):
        with scene.workspace.read() as connection:
            row = heads.get(connection, int(using[5:]))
        return f"head {row.number}", scene.head_linear(row), row.id
    found = scene.head() if using in ("head", "auto") else None
    if found is not None:
        return f"head {found[0].number}", found[1], found[0].id
    if using == "head":
        raise InputError("No head is promoted yet. Train one and promote it, or use --with zero-shot.")
    return f"zero-shot, prompts {scene.prompts()[0]}", scene.zero_shot(), None
