"""What labels a video: the promoted head, a head by its id, or the published prompts; and the tree that its classes stand in."""

from __future__ import annotations

from collections.abc import Sequence

from errors import InputError
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Scene
from store.project import heads, taxonomy
from video.segmenting.tree_labels import Tree


def classifier(scene: Scene, using: str) -> tuple[str, Linear, int | None]:
    """(name, classifier, head id) of `auto`, `zero-shot`, `head` or `head:ID`.

    Raises:
        InputError: there is no such head, or it is one of another facet.
    """
    if using.startswith("head:"):
        with scene.workspace.read() as connection:
            row = heads.get(connection, int(using[5:]))
        if row.facet_id != scene.facet_id():
            raise InputError(
                f"Head {row.number} says any number of labels; a segment has one class. Choose another head."
            )
        return f"head {row.number}", scene.head_linear(row), row.id
    found = scene.head() if using in ("head", "auto") else None
    if found is not None:
        return f"head {found[0].number}", found[1], found[0].id
    if using == "head":
        raise InputError("No head is promoted yet. Train one and promote it, or use --with zero-shot.")
    return f"zero-shot, prompts {scene.prompts()[0]}", scene.prompted(), None


def tree_of(scene: Scene, classes: Sequence[int]) -> tuple[list[int], Tree | None]:
    """(the classes and then what is above them, their tree); None where there is nothing above them.

    A head that was trained before one of its classes moved below another one is read without the tree.
    """
    with scene.workspace.read() as connection:
        parent = {c.id: c.parent_id for c in taxonomy.categories(connection, retired=True)}
    above: list[int] = []
    for number in classes:
        node = parent.get(number)
        while node is not None:
            if node not in above:
                above.append(node)
            node = parent[node]
    if not above or set(above) & set(classes):
        return list(classes), None
    ids = [*classes, *above]
    place = {number: k for k, number in enumerate(ids)}
    parents = tuple(None if parent.get(number) is None else place[parent[number]] for number in ids)  # type: ignore[index]
    least = scene.prompts()[1].options.back_off if scene.has_text else 0.0
    return ids, Tree(scene.path_names(ids), parents, least)
