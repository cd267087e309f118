"""The `sceneloop` command. `--json` prints one JSON object on stdout and nothing else there; progress goes to stderr.

Exit status: 0 done, 1 an error that says in one line what to do next, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from errors import AppError, InputError
from settings import ROOT, current

Command = Callable[[argparse.Namespace], dict[str, Any] | None]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    given = parser().parse_args(arguments)
    try:
        result = given.run(given)
    except AppError as error:
        print(f"sceneloop: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("sceneloop: stopped. What was committed is kept; run it again to go on.", file=sys.stderr)
        return 1
    if result is not None:
        print(json.dumps(result, ensure_ascii=False, indent=None if given.json else 2))
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="sceneloop", description="Label images and videos with CLIP: prompts, fixes, a head, segments."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Command, text: str, *, workspace: bool = True, output: bool = True
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        if workspace:
            made.add_argument("workspace", type=Path, metavar="WORKSPACE")
        if output:
            made.add_argument("--json", action="store_true", help="one JSON object on stdout, nothing else there")
        made.set_defaults(run=run, json=not output)
        return made

    made = command("init", init, "make a workspace")
    made.add_argument("--model", default="built-in", help="built-in, NAME/TAG, a file or folder, or vectors:NAME")
    which = made.add_mutually_exclusive_group()
    which.add_argument("--classes", help="category names, separated by commas")
    which.add_argument("--taxonomy", type=Path, help="a YAML file with categories and prompts")

    made = command("add", add, "add images, folders, and videos' frames")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    made.add_argument("--labels", type=Path, help="CSV with columns file,class")
    made.add_argument("--meta", type=Path, help="CSV with a column file and any others")
    made.add_argument("--vectors", type=Path, help=".npz with path, vector and encoder instead of embedding")

    made = command("embed", embed, "change the encoder; every label stays")
    made.add_argument("--model", required=True)

    made = command("prompts", prompts, "show or set the prompts")
    which = made.add_mutually_exclusive_group()
    which.add_argument("--set", type=Path, metavar="FILE.yaml", dest="file")
    which.add_argument("--show", action="store_true")

    made = command("pseudo-label", pseudo_label, "let the machine propose a label for what nobody has labelled")
    made.add_argument("--with", choices=("zero-shot", "head"), dest="using")

    made = command("suspects", suspects, "the most suspicious labels first")
    made.add_argument("--limit", type=_count, default=100)
    made.add_argument("--humans", action="store_true", help="question people's labels too")

    made = command("label", label, "label items from a CSV")
    made.add_argument("file", type=Path, metavar="FILE.csv")
    made.add_argument("--source", choices=("human", "import"), default="human")

    made = command("train", train, "train a head on the labels")
    made.add_argument("--promote", choices=("auto", "always", "never"), default="auto")

    made = command("history", show_history, "batches, or the events of one item")
    made.add_argument("--item", metavar="FILE")

    made = command("undo", undo, "take a batch back")
    made.add_argument("batch", metavar="BATCH")

    made = command("search", search, "nearest images to a text or an image")
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--text")
    which.add_argument("--image", type=Path)
    made.add_argument("--limit", type=_count, default=20)

    made = command("evaluate", evaluate, "labels, zero-shot and head against a truth")
    made.add_argument("--truth", type=Path, required=True, metavar="FILE.csv")

    made = command("segment", segment, "a video as labelled segments")
    made.add_argument("video", type=Path)
    made.add_argument("--with", choices=("head", "zero-shot"), dest="using")
    made.add_argument("--out", type=Path, metavar="FILE.json")

    made = command("export", export, "write all labels")
    made.add_argument("--format", choices=("csv", "parquet", "folders"), required=True, dest="kind")
    made.add_argument("--out", type=Path, required=True, metavar="PATH")

    made = command("app", app, "serve the app", workspace=False, output=False)
    made.add_argument("workspace", type=Path, nargs="?", metavar="WORKSPACE")
    made.add_argument("--port", type=int, default=8501)
    made.add_argument("--address", default="127.0.0.1", help="who may connect; only this machine unless told otherwise")
    made.add_argument("--headless", action="store_true", help="do not open a browser")

    command("demo", demo, "build the demo workspace")
    made = command("doctor", doctor, "check the installation, or a workspace", workspace=False)
    made.add_argument("workspace", type=Path, nargs="?", metavar="WORKSPACE")
    return top


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def who() -> str:
    """The person at the command line: SCENELOOP_ACTOR, else the login name."""
    try:
        return os.environ.get("SCENELOOP_ACTOR") or getpass.getuser()
    except (KeyError, OSError):  # no login name, as in some containers
        return "command line"


class Progress:
    """A line on stderr, rewritten in place on a terminal and left out elsewhere until the end."""

    def __init__(self, unit: str) -> None:
        self._unit, self._begin, self._told = unit, time.monotonic(), 0.0

    def __call__(self, done: float, total: float, message: str = "") -> None:
        """Show how far the work is."""
        del message
        now = time.monotonic()
        if now - self._told < 0.5 and done < total:
            return
        self._told = now
        rate = done / max(now - self._begin, 1e-3)
        left = f", {(total - done) / rate:.0f} s left" if rate and total > done else ""
        end = "\n" if done >= total or not sys.stderr.isatty() else "\r"
        print(
            f"{self._unit}: {done:,.0f} of {total:,.0f}, {rate:,.0f}/s{left}   ",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def _open(given: argparse.Namespace) -> Any:
    from store import workspace

    return workspace.open_workspace(given.workspace, database_url=current().database_url)


def _scene(given: argparse.Namespace) -> Any:
    from labeling.pipeline import scene

    return scene.load(_open(given))


def init(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop init`: the encoder and the taxonomy are checked before anything is written."""
    from embedding import pipeline as embedding
    from labeling.pipeline import exchange
    from store import workspace as workspaces

    content = None
    if given.classes is not None:
        names = [name.strip() for name in given.classes.split(",") if name.strip()]
        if not names:
            raise InputError("--classes needs at least one name, for example --classes nature,document.")
        content = {"categories": [{"name": name} for name in names]}
    elif given.taxonomy is not None:
        content = exchange.read_taxonomy(given.taxonomy)
    embedding.load_once(given.model)
    workspace = workspaces.create(given.workspace, database_url=current().database_url)
    encoder = embedding.change_encoder(workspace, given.model).encoder
    version = exchange.set_taxonomy(workspace, content, actor=who(), note="first prompts") if content else None
    return {"workspace": str(workspace.path), "encoder": encoder.name, "prompt_version": version}


def add(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop add`."""
    from embedding import pipeline as embedding
    from labeling.pipeline import exchange
    from video.stills import stills

    if not given.paths and not given.vectors and not given.labels and not given.meta:
        raise InputError("Nothing to add. Name a folder, an image or a video.")
    workspace = _open(given)
    added, duplicates = 0, 0
    quarantined: list[dict[str, str]] = []
    reports = []
    if given.vectors:
        reports.append(embedding.add_vectors(workspace, given.vectors))
    if given.paths:
        reports.append(embedding.add(workspace, given.paths, frames=stills, progress=Progress("files")))
    for report in reports:
        added, duplicates = added + report.added, duplicates + report.duplicates
        quarantined += report.as_json()["quarantined"]
    result: dict[str, Any] = {"added": added, "duplicates": duplicates, "quarantined": quarantined}
    if given.labels:
        done = exchange.label_csv(workspace, given.labels, source="import", actor=who())
        result["labels"] = {"labelled": done.labelled, "unmatched": done.unmatched, "conflicts": done.conflicts}
    if given.meta:
        count, unmatched = exchange.meta_csv(workspace, given.meta)
        result["meta"] = {"items": count, "unmatched": unmatched}
    return result


def embed(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop embed`."""
    from training import pipeline as training
    from video.stills import stills

    return training.change_encoder(_open(given), given.model, frames=stills, progress=Progress("items"))


def prompts(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop prompts`."""
    from labeling.pipeline import exchange

    workspace = _open(given)
    if given.file is None:
        return exchange.show_prompts(workspace)
    content = exchange.read_taxonomy(given.file)
    return {"version": exchange.set_taxonomy(workspace, content, actor=who(), note=given.file.name)}


def pseudo_label(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop pseudo-label`: the promoted head where there is one, else zero-shot."""
    from labeling.pipeline import decide

    done = decide.pseudo_label(_scene(given), given.using or "auto")
    return {
        "labelled": done.labelled,
        "skipped_human": done.skipped_human,
        "per_class": done.per_class,
        "batch": done.batch,
    }


def suspects(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop suspects`."""
    from labeling.pipeline import decide

    return {"suspects": decide.suspects(_scene(given), limit=given.limit, humans=given.humans)}


def label(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop label`."""
    from labeling.pipeline import exchange

    done = exchange.label_csv(_open(given), given.file, source=given.source, actor=who())
    return {"labelled": done.labelled, "unmatched": done.unmatched, "conflicts": done.conflicts, "batch": done.batch}


def train(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop train`."""
    from training import pipeline

    return pipeline.train(_scene(given), actor=who(), promote=given.promote)


def show_history(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop history`."""
    from labeling.pipeline import decide

    workspace = _open(given)
    return decide.history_of(workspace, given.item) if given.item else {"batches": decide.batches(workspace)}


def undo(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop undo`."""
    from labeling.pipeline import decide

    done = decide.undo_batch(_open(given), who(), given.batch)
    return {"reverted": done.reverted, "kept": done.kept, "batch": done.batch_id}


def search(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop search`."""
    from labeling.pipeline import inspect

    scene = _scene(given)
    names = {category.id: category.path for category in scene.tree}
    found = inspect.neighbours(scene, text=given.text, path=given.image, limit=given.limit)
    return {
        "results": [
            {
                "file": tile["name"],
                "category": names.get(tile["category"]),
                "source": tile["source"],
                "similarity": tile["similarity"],
            }
            for tile in found["tiles"]
        ]
    }


def evaluate(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop evaluate`."""
    from training import pipeline

    return pipeline.evaluate(_scene(given), given.truth)


def segment(given: argparse.Namespace) -> dict[str, Any] | None:
    """`sceneloop segment`: JSON to `--out`, else to stdout."""
    from video import pipeline

    scene = _scene(given)
    using = given.using or "auto"
    run_id = pipeline.run(scene, given.video, using=using, actor=who(), progress=Progress("seconds of video"))
    result = pipeline.contract(scene, run_id, pipeline.View(using=using))
    if given.out is None:
        given.json = True
        return result
    try:
        given.out.write_text(json.dumps(result, ensure_ascii=False, indent=2), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{given.out} cannot be written ({error.strerror}). Choose another place.") from error
    return {
        "out": str(given.out),
        "segments": len(result["segments"]),
        "shots": len(result["shots"]),
        "model": result["model"],
    }


def export(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop export`."""
    from labeling.pipeline import exchange

    return {"out": str(given.out), "labels": exchange.export(_open(given), given.kind, given.out)}


def demo(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop demo`: the demo workspace, built when it is missing."""
    from store import workspace as workspaces

    if workspaces.exists(given.workspace):
        return {"workspace": str(given.workspace.resolve()), "built": False}
    from video import demo as building

    building.build(given.workspace, progress=Progress("added"))
    return {"workspace": str(given.workspace.resolve()), "built": True}


def app(given: argparse.Namespace) -> None:
    """`sceneloop app`: Streamlit in a process of its own; this one never imports it."""
    root = (given.workspace or current().workspace).expanduser()
    environment = {**os.environ, "SCENELOOP_WORKSPACE": str(root.resolve()), "PYTHONPATH": str(ROOT)}
    options = {
        "server.address": given.address,
        "server.port": str(given.port),
        "server.headless": "true" if given.headless or not sys.stdout.isatty() else "false",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": "2048",
    }
    flags = [f"--{key}={value}" for key, value in options.items()]
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(ROOT / "app.py"), *flags]
    raise SystemExit(subprocess.call(command, env=environment, cwd=ROOT))


def doctor(given: argparse.Namespace) -> dict[str, Any]:
    """`sceneloop doctor`."""
    from video import health

    found = health.installation() if given.workspace is None else health.workspace(_open(given))
    if found["problems"]:
        print(json.dumps(found, ensure_ascii=False, indent=None if given.json else 2))
        raise InputError(f"{len(found['problems'])} problem(s): {'; '.join(found['problems'])}")
    return found


if __name__ == "__main__":
    sys.exit(main())
