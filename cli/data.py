"""Workspaces and what is in them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cli.cleaning import share
from cli.console import Answer, Commands, ProgressLine, command, kept, open_workspace, who
from errors import InputError
from settings import current

# Spelled out, so that `--help` loads no stage; a test compares them.
TABLES = ("csv", "parquet", "folders")
TOOLS = ("imagefolder", "coco", "yolo", "labelstudio", "cvat", "datumaro", "fiftyone", "webdataset", "croissant")
IMAGES = ("copy", "link", "none")
IMPORTS = ("imagefolder", "coco", "labelstudio", "cvat", "datumaro", "tree")


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "init", init, "make a workspace")
    parser.add_argument("--model", default="built-in", help="built-in, NAME/TAG, a file or folder, or vectors:NAME")
    parser.add_argument(
        "--database", metavar="URL", help="an empty PostgreSQL database instead of a file in the folder"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--classes", help="category names, separated by commas")
    which.add_argument("--taxonomy", type=Path, help="a YAML file with categories and prompts")
    parser = command(commands, "add", add, "add images, folders, and videos' frames")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--labels", type=Path, help="CSV with columns file,class")
    parser.add_argument("--meta", type=Path, help="CSV with a column file and any others")
    parser.add_argument("--vectors", type=Path, help=".npz with path, vector and encoder instead of embedding")
    parser.add_argument(
        "--images",
        type=Path,
        metavar="FOLDER",
        help="where the paths of --vectors start; default: the folder of that file",
    )
    parser = command(commands, "embed", embed, "change the encoder; every label stays")
    parser.add_argument("--model", required=True)
    _register_export(commands)
    parser = command(commands, "import", import_labels, "read labels out of another tool's files, as one batch")
    parser.add_argument("path", type=Path, metavar="PATH", help="a file, or a folder as the tool writes it")
    parser.add_argument("--format", choices=IMPORTS, required=True, dest="kind")
    parser = command(commands, "demo", demo, "build the demo workspace")
    parser.add_argument("--reset", action="store_true", help="reset it; the current contents are set aside")
    parser.add_argument(
        "--example-work", action="store_true", help="build it with labels, a trained head and a segmented video"
    )
    parser = command(commands, "doctor", doctor, "check the installation, or a workspace", workspace=False)
    parser.add_argument("workspace", type=Path, nargs="?", metavar="WORKSPACE")


def _register_export(commands: Commands) -> None:
    parser = command(commands, "export", export, "write all labels")
    parser.add_argument("--format", choices=(*TABLES, *TOOLS), required=True, dest="kind")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PATH", help="a file for csv and parquet, else a folder"
    )
    parser.add_argument(
        "--negatives", action="store_true", help="csv, parquet: include negatives, with a column value (yes or no)"
    )
    tools = parser.add_argument_group("formats of other tools")
    tools.add_argument("--people", action="store_true", help="only people's decisions")
    tools.add_argument(
        "--confidence", type=share, metavar="MIN", default=0.0, help="leave out labels with lower confidence, 0 to 1"
    )
    tools.add_argument("--facet", default="", help="only this facet")
    tools.add_argument(
        "--splits", action="store_true", help="train, val and test, groups whole; test is the audit tenth"
    )
    tools.add_argument(
        "--images", choices=IMAGES, default="copy", help="copy them, link them (hard), or write labels alone"
    )
    tools.add_argument("--dry-run", action="store_true", help="list what would be lost and write nothing")


def init(given: argparse.Namespace) -> Answer:
    """`sceneloop init`: the encoder and the taxonomy are checked before anything is written."""
    from embedding.ingest import current_encoder, encoder_change
    from labeling.categories import taxonomy_file
    from labeling.categories.taxonomy_text import TaxonomyFile
    from store.workspace import create

    content: TaxonomyFile | None = None
    if given.classes is not None:
        names = [name.strip() for name in given.classes.split(",") if name.strip()]
        if not names:
            raise InputError("--classes needs at least one name, for example --classes nature,document.")
        content = {"categories": [{"name": name} for name in names]}
    elif given.taxonomy is not None:
        content = taxonomy_file.read_taxonomy(given.taxonomy)
    current_encoder.load_once(given.model, ProgressLine("items"))
    workspace = kept(create(given.workspace, database_url=given.database or current().database_url))
    encoder = encoder_change.change_encoder(workspace, given.model).encoder
    version = taxonomy_file.set_taxonomy(workspace, content, actor=who(), note="first prompts") if content else None
    warnings = taxonomy_file.idle_background(workspace) if content else []
    return {"workspace": str(workspace.path), "encoder": encoder.name, "prompt_version": version, "warnings": warnings}


def add(given: argparse.Namespace) -> Answer:
    """`sceneloop add`."""
    from embedding.ingest import adding, vectors_file
    from labeling.exchange import label_import
    from video.decoding.sampled_stills import stills

    if not given.paths and not given.vectors and not given.labels and not given.meta:
        raise InputError("Nothing to add. Name a folder, an image or a video.")
    workspace = open_workspace(given)
    added, duplicates = 0, 0
    quarantined: list[dict[str, str]] = []
    changed: list[str] = []
    reports = []
    if given.vectors:
        reports.append(vectors_file.add_vectors(workspace, given.vectors, folder=given.images))
    if given.paths:
        reports.append(adding.add(workspace, given.paths, frames=stills, progress=ProgressLine("files")))
    passed_over: dict[str, int] = {}
    for report in reports:
        added, duplicates = added + report.added, duplicates + report.duplicates
        quarantined += report.refused()
        changed += report.changed
        passed_over.update(report.passed_over)
    result: dict[str, object] = {
        "added": added, "duplicates": duplicates, "changed": changed, "quarantined": quarantined,
        "passed_over": passed_over,
    }  # fmt: skip
    if given.labels:
        done = label_import.label_csv(workspace, given.labels, source="import", actor=who())
        result["labels"] = {
            "labelled": done.labelled, "unmatched": done.unmatched, "ambiguous": done.ambiguous, "conflicts": done.conflicts,
        }  # fmt: skip
    if given.meta:
        result["meta"] = vars(label_import.meta_csv(workspace, given.meta))
    return result


def embed(given: argparse.Namespace) -> Answer:
    """`sceneloop embed`."""
    from training import encoder_comparison
    from video.decoding.sampled_stills import stills

    return encoder_comparison.change_encoder(
        open_workspace(given), given.model, actor=who(), frames=stills, progress=ProgressLine("items")
    )


def export(given: argparse.Namespace) -> Answer:
    """`sceneloop export`."""
    from labeling.exchange import label_export

    if given.kind in TOOLS:
        return _export_for_tool(given)
    check_options(given)
    done = label_export.export(open_workspace(given), given.kind, given.out, negatives=given.negatives)
    if given.kind != "folders":
        return {"out": str(given.out), "labels": done.labels}
    return {"out": str(given.out), **vars(done)}


def check_options(given: argparse.Namespace) -> None:
    """A table takes none of the options of other tools' formats.

    Raises:
        InputError: one was given.
    """
    if given.people or given.confidence or given.facet or given.splits or given.images != "copy" or given.dry_run:
        raise InputError(
            "--people, --confidence, --facet, --splits, --images and --dry-run belong to the formats of other tools. Leave them "
            f"out, or use one of {', '.join(TOOLS)}."
        )


def _export_for_tool(given: argparse.Namespace) -> Answer:
    """What is lost goes to stderr before anything is written."""
    from labeling.exchange.formats import format_export
    from labeling.exchange.formats.label_set import Choice, Images

    if given.negatives:
        raise InputError("--negatives belongs to csv and parquet. Leave it out.")
    choice = Choice(given.people, given.confidence, given.facet, Images(given.images), given.splits)
    planned = format_export.plan(open_workspace(given), given.kind, choice)
    for notice in planned.lost:
        print(f"{notice.count:,}: {notice.text}", file=sys.stderr)
    if not given.dry_run:
        format_export.write(planned, given.out)
    return {
        "out": str(given.out), "written": not given.dry_run, "labels": planned.labels,
        "pictures": len(planned.given.pictures),
        "not_carried": [{"what": notice.text, "count": notice.count} for notice in planned.lost],
        **vars(planned.given.left_out),
    }  # fmt: skip


def import_labels(given: argparse.Namespace) -> Answer:
    """`sceneloop import`: all or nothing; what does not match is listed by row."""
    from labeling.exchange.readers import format_import

    return vars(format_import.import_labels(open_workspace(given), given.kind, given.path, actor=who()))


def demo(given: argparse.Namespace) -> Answer:
    """`sceneloop demo`: the demo workspace, built when it is missing."""
    from maintenance import example_work
    from maintenance.demo import build, reset
    from store.workspace import exists

    answer: dict[str, object] = {"workspace": str(given.workspace.resolve()), "built": False}
    if not exists(given.workspace):
        build(given.workspace, progress=ProgressLine("added"))
        if given.example_work:
            answer["example_labels"] = example_work.add(open_workspace(given), progress=ProgressLine("labelled"))
        return {**answer, "built": True}
    if given.reset:
        aside = reset(open_workspace(given))
        return {**answer, "set_aside": str(given.workspace.resolve().with_name(str(aside)))}
    return answer


def doctor(given: argparse.Namespace) -> Answer:
    """`sceneloop doctor`."""
    from maintenance.doctor import installation, workspace

    report = installation() if given.workspace is None else workspace(open_workspace(given))
    if report["problems"]:
        print(json.dumps(report, ensure_ascii=False, indent=None if given.json else 2))
        raise InputError(f"{len(report['problems'])} problem(s): {'; '.join(report['problems'])}")
    return report
