"""Cleaning in bulk: the next batch, bulk accept, clusters, duplicates, the stop meter."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Answer, Commands, command, count, load_snapshot, who

if TYPE_CHECKING:
    from labeling.snapshot.snapshot import Snapshot


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "accept", accept, "accept a class above a score after a spot check")
    parser.add_argument("--category", required=True, metavar="C")
    parser.add_argument("--above", type=share, required=True, metavar="SCORE")
    parser.add_argument(
        "--spot-check", type=Path, metavar="FILE.csv", help="CSV with columns file,class for the listed items"
    )
    parser.add_argument(
        "--anyway", action="store_true", help="accept the rest although the spot check found many errors in it"
    )
    parser = command(
        commands, "clusters", clusters, "groups of look-alikes that share a suspected error, largest gain first"
    )
    parser.add_argument("--limit", type=count, default=20)
    command(commands, "duplicates", duplicates, "groups of near-duplicates")
    parser = command(
        commands,
        "next",
        next_batch,
        "the next batch: uncertain and diverse, a tenth of it audit items; or the next random images",
    )
    parser.add_argument("--size", type=count, default=60)
    parser.add_argument(
        "--order", choices=("next", "random"), default="next",
        help="random: the next images of the one random order, whose labels say honestly what a head gains",
    )  # fmt: skip
    command(commands, "remaining", remaining, "the stop meter: an estimate of the errors left")


def share(text: str) -> float:
    """A number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return number


def accept(given: argparse.Namespace) -> Answer:
    """`sceneloop accept`: without a spot check it lists what to look at and accepts nothing."""
    from labeling.exchange import label_import
    from labeling.review import bulk_accept
    from store.project import taxonomy

    snapshot = load_snapshot(given)
    lot = bulk_accept.lot(snapshot, taxonomy.by_name(snapshot.categories.tree, given.category).id, given.above)
    if given.spot_check is None:
        return bulk_accept.to_check(snapshot, lot)
    answers = label_import.read_answers(snapshot.workspace, given.spot_check)
    return bulk_accept.accept(snapshot, lot, answers, who(), anyway=given.anyway)


def clusters(given: argparse.Namespace) -> Answer:
    """`sceneloop clusters`."""
    from labeling.neighbours import suspect_clusters

    snapshot = load_snapshot(given)
    names = {category.id: category.path for category in snapshot.categories.tree}
    groups = suspect_clusters.clusters(snapshot, given.limit)["clusters"]
    files = _called(snapshot, [number for cluster in groups for number, _ in cluster["items"]])
    return {
        "clusters": [
            {
                "files": [files[number] for number, _ in cluster["items"]],
                "category": names[cluster["category"]],
                "proposed": names[cluster["proposed"]],
                "score": cluster["suspicion"],
            }
            for cluster in groups
        ]
    }


def duplicates(given: argparse.Namespace) -> Answer:
    """`sceneloop duplicates`."""
    from labeling.neighbours import near_duplicates

    snapshot = load_snapshot(given)
    groups = [snapshot.ids[rows].tolist() for rows in near_duplicates.groups(snapshot)]
    files = _called(snapshot, [number for group in groups for number in group])
    return {"groups": [[files[number] for number in group] for group in groups]}


def _called(snapshot: Snapshot, ids: list[int]) -> dict[int, str]:
    """A name for each item that means it alone."""
    from store.items.file_names import handles

    with snapshot.workspace.read() as connection:
        return handles(connection, ids)


def next_batch(given: argparse.Namespace) -> Answer:
    """`sceneloop next`."""
    from labeling.review import batch_choice

    return {"items": batch_choice.batch(load_snapshot(given), given.size, order=given.order)}


def remaining(given: argparse.Namespace) -> Answer:
    """`sceneloop remaining`."""
    from labeling.review import stop_meter
    from labeling.snapshot.subject import Images

    return stop_meter.remaining(Images(load_snapshot(given)))
