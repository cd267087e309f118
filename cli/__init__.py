"""The `sceneloop` command. `--json` prints one JSON object on stdout and nothing else there; progress goes to stderr.

Exit status: 0 done, 1 an error that says in one line what to do next, 2 wrong usage.
Heavy libraries are imported inside the commands, so that `--help` and a usage error answer at once.
"""

from __future__ import annotations

import argparse
import io
import json
import sys

from cli import (
    backups,
    cleaning,
    console,
    data,
    heads,
    labels,
    models,
    prompting,
    remote,
    taxonomy,
    users,
    videos,
    whole_videos,
)
from cli.services import server, serving_head, watching
from errors import AppError
from written import texts


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    given = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file name need not be text in this encoding, or in any
    try:
        _check(given)
        result = remote.run(given) if given.server else given.run(given)
    except AppError as error:
        print(f"sceneloop: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("sceneloop: stopped. What was committed is kept; run it again to go on.", file=sys.stderr)
        return 1
    finally:
        console.close()
    if result is not None:
        print(json.dumps(result, ensure_ascii=False, indent=None if given.json else 2))
    return 0


def _check(given: argparse.Namespace) -> None:
    """Names, prompts and notes are text that can be stored; bytes that are not UTF-8 come in as halves of surrogate pairs.

    Raises:
        InputError: an argument holds something else. Paths may.
    """
    for name, value in vars(given).items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                texts.check(text, f"The argument {name}")


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    text = "Label images and videos with CLIP: prompts, fixes, a head, segments."
    top = argparse.ArgumentParser(prog="sceneloop", description=text)
    remote.register(top)
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=console.Parser)
    for group in (
        data,
        models,
        backups,
        server,
        labels,
        cleaning,
        prompting,
        taxonomy,
        heads,
        videos,
        whole_videos,
        watching,
        serving_head,
        users,
    ):
        group.register(commands)
    return top
