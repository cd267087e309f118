"""The tree that the classes of a classifier stand in."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.snapshot.snapshot import Snapshot
from store.project import taxonomy
from video.segmenting.tree_labels import Tree


def tree_of(snapshot: Snapshot, classes: Sequence[int]) -> tuple[list[int], Tree | None]:
    """(the classes and then what is above them, their tree); None where there is nothing above them.

    A head that was trained before one of its classes moved below another one is read without the tree.
    """
    with snapshot.workspace.read() as connection:
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
    least = snapshot.prompts.version()[1].options.back_off if snapshot.has_text else 0.0
    return ids, Tree(snapshot.categories.path_names(ids), parents, least)
