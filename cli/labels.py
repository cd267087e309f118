"""Labels: rounds, suspects, fixes, history, search."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.console import Answer, Commands, ProgressLine, command, count, load_snapshot, open_workspace, who


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "pseudo-label", pseudo_label, "propose labels for unlabelled items")
    parser.add_argument("--with", choices=("zero-shot", "head", "neighbours"), dest="using")
    parser.add_argument("--facet", metavar="NAME", help="a facet that takes any number of labels")
    parser = command(commands, "suspects", suspects, "the most suspicious labels first")
    parser.add_argument("--limit", type=count, default=100)
    parser.add_argument("--humans", action="store_true", help="include labels made by people")
    parser = command(
        commands, "label", label, "label items from a CSV with columns file, class and perhaps value (yes or no)"
    )
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--source", choices=("human", "import"), default="human")
    parser.add_argument(
        "--order", choices=("random", "next"), help="the files are those listed by `sceneloop next`, in that order"
    )
    parser = command(commands, "history", show_history, "batches, or the events of one item")
    parser.add_argument("--item", metavar="FILE")
    parser = command(commands, "undo", undo, "take a batch back")
    parser.add_argument("batch", metavar="BATCH")
    parser = command(commands, "search", search, "nearest images to a text or an image")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--text")
    which.add_argument("--image", type=Path)
    parser.add_argument("--limit", type=count, default=20)


def pseudo_label(given: argparse.Namespace) -> Answer:
    """`sceneloop pseudo-label`: the promoted head where there is one, else zero-shot; or what the neighbours favour."""
    from training.heads import promotion

    return promotion.propose(
        load_snapshot(given), using=given.using or "auto", facet=given.facet, progress=ProgressLine("prompts")
    )


def suspects(given: argparse.Namespace) -> Answer:
    """`sceneloop suspects`."""
    from labeling.proposals import pseudo_labels

    return {"suspects": pseudo_labels.suspects(load_snapshot(given), limit=given.limit, humans=given.humans)}


def label(given: argparse.Namespace) -> Answer:
    """`sceneloop label`."""
    from labeling.exchange import label_import

    done = label_import.label_csv(
        open_workspace(given), given.file, source=given.source, actor=who(), order=given.order
    )
    return vars(done)


def show_history(given: argparse.Namespace) -> Answer:
    """`sceneloop history`."""
    from labeling.review import history

    workspace = open_workspace(given)
    return history.history_of(workspace, given.item) if given.item else {"batches": history.batches(workspace)}


def undo(given: argparse.Namespace) -> Answer:
    """`sceneloop undo`."""
    from labeling.review import decisions

    done = decisions.undo_batch(open_workspace(given), who(), given.batch)
    return {"reverted": done.reverted, "kept": done.kept, "categories": done.categories, "batch": done.batch_id}


def search(given: argparse.Namespace) -> Answer:
    """`sceneloop search`."""
    from labeling.neighbours import nearest
    from store.items.file_names import handles

    snapshot = load_snapshot(given)
    names = {category.id: category.path for category in snapshot.categories.tree}
    neighbours = nearest.neighbours(snapshot, text=given.text, path=given.image, limit=given.limit)
    with snapshot.workspace.read() as connection:
        called = handles(connection, [tile["id"] for tile in neighbours["tiles"]])
    return {
        "results": [
            {
                "file": called[tile["id"]],
                "category": None if tile["category"] is None else names.get(tile["category"]),
                "source": tile["source"],
                "similarity": tile["similarity"],
            }
            for tile in neighbours["tiles"]
        ]
    }
