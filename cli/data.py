"""Workspaces and what is in them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.cleaning import share
from cli.console import Answer, Commands, ProgressLine, command, kept, open_workspace, who
from errors import InputError
from settings import current

if TYPE_CHECKING:
    from labeling.exchange.formats.label_set import Choice

# Spelled out, so that `--help` loads no stage; a test compares them.
TABLES = ("csv", "parquet", "folders")
TOOLS = (
    "imagefolder", "coco", "yolo", "labelstudio", "cvat", "datumaro", "fiftyone", "webdataset", "croissant", "lance",
)  # fmt: skip
IMAGES = ("copy", "link", "none")
IMPORTS = ("imagefolder", "coco", "labelstudio", "cvat", "datumaro", "lance", "tree")


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
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, or s3://BUCKET/PREFIX (gs://, az://)")
    parser.add_argument("--list", type=Path, metavar="FILE", help="a text or Parquet file of paths and URIs to add")
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
    parser = command(
        commands, "push", push, "push a folder of `export` or `head export --hub` to a model hub", workspace=False
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("repository", metavar="OWNER/NAME")
    parser.add_argument("--public", action="store_true", help="everybody sees a new repository; default: private")
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
    parser.add_argument("--view", metavar="NAME", default="", help="only what this saved view lets through now")
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
    from labeling import new_workspace
    from labeling.categories import taxonomy_file, taxonomy_text
    from labeling.categories.taxonomy_text import TaxonomyFile
    from store.items import vectors
    from store.project import prompts

    content: TaxonomyFile | None = None
    if given.classes is not None:
        content = taxonomy_text.of_names(given.classes.split(","))
        if not content["categories"]:
            raise InputError("--classes needs at least one name, for example --classes nature,document.")
    elif given.taxonomy is not None:
        content = taxonomy_file.read_taxonomy(given.taxonomy)
    url = given.database or current().database_url
    workspace = kept(
        new_workspace.make(
            given.workspace, model=given.model, content=content, database_url=url, actor=who(), progress=ProgressLine("items")
        )
    )  # fmt: skip
    with workspace.read() as connection:
        encoder = vectors.current_encoder(connection)
        version = prompts.newest(connection) if content else None
    warnings = taxonomy_file.idle_background(workspace) if content else []
    return {"workspace": str(workspace.path), "encoder": encoder.name, "prompt_version": version, "warnings": warnings}


def add(given: argparse.Namespace) -> Answer:
    """`sceneloop add`."""
    from maintenance import intake
    from store.blobs import blob

    tables = intake.Tables(given.labels, given.meta, given.vectors, given.images, given.list)
    paths = [blob.named(text) for text in given.paths]
    done = intake.take_in(open_workspace(given), paths, tables, actor=who(), progress=ProgressLine("files"))
    return done.as_json()


def embed(given: argparse.Namespace) -> Answer:
    """`sceneloop embed`."""
    from training import encoder_comparison
    from video.decoding.sampled_stills import stills

    return encoder_comparison.change_encoder(
        open_workspace(given), given.model, actor=who(), frames=stills, progress=ProgressLine("items")
    )


def export(given: argparse.Namespace) -> Answer:
    """`sceneloop export`: what is lost goes to stderr before anything is written."""
    from labeling.exchange import any_export

    return any_export.export(
        open_workspace(given), given.kind, given.out, negatives=given.negatives, choice=choice_of(given), view=given.view,
        dry_run=given.dry_run, losing=lambda notice: print(f"{notice.count:,}: {notice.text}", file=sys.stderr),
    )  # fmt: skip


def choice_of(given: argparse.Namespace) -> Choice:
    """What of a workspace the options say."""
    from labeling.exchange.formats.label_set import Choice, Images

    return Choice(given.people, given.confidence, given.facet, Images(given.images), given.splits)


def import_labels(given: argparse.Namespace) -> Answer:
    """`sceneloop import`: all or nothing; what does not match is listed by row."""
    from labeling.exchange.readers import format_import

    return vars(format_import.import_labels(open_workspace(given), given.kind, given.path, actor=who()))


def push(given: argparse.Namespace) -> Answer:
    """`sceneloop push`: by the token that `hf auth login` keeps, or HF_TOKEN."""
    from labeling.exchange import hub_push

    return hub_push.push(given.folder, given.repository, public=given.public, progress=ProgressLine("files"))


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
