"""Videos as labelled segments."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from cli.console import Commands, Progress, command, load_scene, who
from errors import InputError


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    made = command(commands, "segment", segment, "a video as labelled segments")
    made.add_argument("video", type=Path)
    made.add_argument("--with", choices=("head", "zero-shot"), dest="using")
    made.add_argument("--out", type=Path, metavar="FILE.json")


def segment(given: argparse.Namespace) -> dict[str, Any] | None:
    """`sceneloop segment`: JSON to `--out`, else to stdout."""
    from video import pipeline

    scene = load_scene(given)
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
