"""Training and judging."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.console import Answer, Commands, ProgressLine, command, count, load_snapshot, who

FACET = "a facet that takes any number of labels; default: the one with a single class"


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "train", train, "train a head on the labels")
    parser.add_argument("--promote", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser = command(commands, "evaluate", evaluate, "labels, zero-shot and head against a truth")
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE.csv")
    parts = commands.add_parser("head", help="write a head to a file, or import one").add_subparsers(
        required=True, metavar="ACTION"
    )
    parser = command(parts, "export", export_head, "write a head as safetensors with its card, or as ONNX")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE")
    where.add_argument(
        "--hub", type=Path, metavar="FOLDER", help="head, encoder and head as ONNX, and a model card, for a model hub"
    )
    parser.add_argument("--head", type=count, metavar="N", help="number of the head; default: the one in use")
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser.add_argument(
        "--with-encoder", action="store_true", help="one ONNX file of image tower and head, which takes pixels"
    )
    parser.add_argument("--without-encoder", action="store_true", help="with --hub: no ONNX file")
    parser.add_argument("--licence", default="", metavar="ID", help="with --hub: of the head, for example apache-2.0")
    parser = command(parts, "import", import_head, "import a head of the same encoder; it is not promoted")
    parser.add_argument("file", type=Path, metavar="FILE.safetensors")
    command(
        parts, "check", check_head, "check the classifier in use for shortcuts, and estimate the gain from more labels"
    )
    parser = command(commands, "predict", predict, "predict classes of images outside the workspace")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=".csv, .json or .parquet")
    parser.add_argument("--with", choices=("auto", "head", "zero-shot"), default="auto", dest="using")
    parser.add_argument("--facet", metavar="NAME", help=FACET)


def train(given: argparse.Namespace) -> Answer:
    """`sceneloop train`."""
    from training import one_click

    return one_click.train_facet(load_snapshot(given), given.facet, actor=who(), promote=given.promote)


def evaluate(given: argparse.Namespace) -> Answer:
    """`sceneloop evaluate`."""
    from training.heads import evaluation

    return evaluation.evaluate(load_snapshot(given), given.truth)


def export_head(given: argparse.Namespace) -> Answer:
    """`sceneloop head export`."""
    from errors import InputError

    if given.hub is not None:
        from training.publishing import model_folder

        return model_folder.write(
            load_snapshot(given), given.hub, given.head, given.facet, licence=given.licence, with_encoder=not given.without_encoder
        )  # fmt: skip
    if given.without_encoder or given.licence:
        raise InputError("--without-encoder and --licence belong to --hub. Leave them out.")
    from training.heads import transfer

    return transfer.export_head(
        load_snapshot(given), given.out, given.head, given.facet, with_encoder=given.with_encoder
    )


def import_head(given: argparse.Namespace) -> Answer:
    """`sceneloop head import`."""
    from training.heads import transfer

    return transfer.import_head(load_snapshot(given), given.file, who())


def check_head(given: argparse.Namespace) -> Answer:
    """`sceneloop head check`."""
    from training.heads import head_checks

    snapshot = load_snapshot(given)
    return {"shortcut": head_checks.shortcut_check(snapshot), "learning_curve": head_checks.learning_curve(snapshot)}


def predict(given: argparse.Namespace) -> Answer:
    """`sceneloop predict`: a run that was killed goes on where it stopped."""
    from training.heads import prediction

    return prediction.predict(
        load_snapshot(given),
        given.paths,
        given.out,
        using=given.using,
        facet=given.facet,
        progress=ProgressLine("images"),
    )
