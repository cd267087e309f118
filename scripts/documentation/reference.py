"""Pages of the reference that the program itself writes: `python -m scripts.documentation.reference`.

`docs/reference/commands.md` comes from the parsers of the command line, `docs/reference/settings.md` from the table in
`variables.py`, `docs/reference/python.md` from the docstrings of `sceneloop/`, and `docs/adr/index.md` from the titles of the decisions. A test fails where one of them is out of date.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import cli
import settings
import variables
from scripts.documentation import python_page

DOCS = settings.ROOT / "docs"
GENERATED = "<!-- Written by `python -m scripts.documentation.reference`; change its source, not this page. -->"
SHARED = ("help", "json")
"""Options that every command has; said once, at the top."""
LIBRARY_VARIABLES = (
    ("HF_ENDPOINT", "address of a mirror that models are downloaded from"),
    ("HF_TOKEN", "token for models that ask for one"),
    ("HF_HUB_OFFLINE", "`1` never asks the network for a model"),
)
"""Variables that huggingface_hub reads, and that people who install models need."""


def commands_page() -> str:
    """Every command with its arguments and options, in the order of `sceneloop --help`."""
    parts = [
        GENERATED,
        "# Commands",
        "Every command takes `--json`: one JSON object on stdout, and nothing else there. Messages and progress go to stderr. "
        "Exit status: 0 done, 1 an error that says what to do next, 2 wrong usage.",
        "`WORKSPACE` is the folder of a workspace. With `--server URL` it is the name of a workspace on that server; "
        "[API tokens](../how-to/administrator.md#api-tokens) says how.",
    ]
    top = cli.parser()
    parts.append(_table(_options(top)))
    for name, parser in _below(top, "sceneloop"):
        parts += _command(name, parser)
    return _joined(parts)


def settings_page() -> str:
    """Every variable with its meaning and default."""
    rows = [
        (f"`SCENELOOP_{variable.name}`", variable.meaning, _default(variable.default))
        for variable in variables.VARIABLES
    ]
    library = [(f"`{name}`", meaning) for name, meaning in LIBRARY_VARIABLES]
    return _joined(
        [
            GENERATED,
            "# Settings",
            "Settings are environment variables. All but `SCENELOOP_ACTOR` and `SCENELOOP_SETTINGS` can also stand in a TOML file: "
            "name it in `SCENELOOP_SETTINGS`, and write each variable in small letters without `SCENELOOP_`.",
            '```toml\nworkspace = "/srv/sceneloop"\nallowed_hosts = ["label.example"]\nopen = true\n```',
            "The environment takes precedence over the file.",
            _table([("Variable", "Meaning", "Default"), *rows]),
            "## Variables of libraries",
            _table([("Variable", "Meaning"), *library]),
        ]
    )


def _default(text: str) -> str:
    return text if not text or " " in text else f"`{text}`"


def decisions_page() -> str:
    """The decision records by number, with their titles."""
    files = sorted(path for path in (DOCS / "adr").glob("*.md") if path.name[0].isdigit())
    titles = [path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ") for path in files]
    links = "\n".join(f"- [{title}]({path.name})" for path, title in zip(files, titles, strict=True))
    text = "Each decision that was weighed has a page: what was chosen, why, and what was not."
    return _joined([GENERATED, "# Decisions", text, links])


def api_page() -> str:
    """The calls that a notebook needs."""
    return _joined([GENERATED, *python_page.page(settings.ROOT / "sceneloop")])


PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands_page,
    "reference/settings.md": settings_page,
    "reference/python.md": api_page,
    "adr/index.md": decisions_page,
}


def write(folder: Path) -> None:
    """Write every page below a folder of documentation."""
    for name, page in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")


def _below(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, child in action.choices.items():
                yield f"{name} {word}", child
                yield from _below(child, f"{name} {word}")


def _command(name: str, parser: argparse.ArgumentParser) -> list[str]:
    group = any(isinstance(action, argparse._SubParsersAction) for action in parser._actions)
    if group:
        return [f"## {name}", "A group of commands:"]
    level = "##" if name.count(" ") == 1 else "###"
    arguments = [_shown(a) for a in parser._actions if not a.option_strings]
    required = [_shown(a) for a in parser._actions if a.option_strings and a.required]
    usage = " ".join([name, *arguments, *required, "[options]"])
    text = (parser.description or "").strip()
    return [
        f"{level} {name}",
        f"{text[:1].upper()}{text[1:]}.",
        f"    {usage}",
        _table(_options(parser)),
    ]


def _options(parser: argparse.ArgumentParser) -> list[tuple[str, ...]]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or action.dest in SHARED or action.dest == "workspace":
            continue
        rows.append((f"`{_shown(action)}`", _meaning(action)))
    return [("Argument", "Meaning"), *rows] if rows else []


def _shown(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.option_strings:
        return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"
    name = action.metavar if isinstance(action.metavar, str) else action.dest
    shown = str(name).upper() if action.choices else str(name)
    return {"*": f"[{shown} ...]", "+": f"{shown} ...", "?": f"[{shown}]"}.get(str(action.nargs), shown)


def _meaning(action: argparse.Action) -> str:
    parts = [(action.help or "") % vars(action)]
    if action.choices is not None:
        parts.append("one of " + ", ".join(f"`{choice}`" for choice in action.choices))
    plain = isinstance(action.default, str | int | float) and not isinstance(action.default, bool)
    if plain and action.option_strings and "default" not in parts[0]:
        parts.append(f"default `{action.default}`")
    if action.option_strings and action.required:
        parts.append("required")
    return "; ".join(part for part in parts if part)


def _table(rows: list[tuple[str, ...]]) -> str:
    if len(rows) < 2:
        return ""
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    lines.insert(1, " | ".join("---" for _ in rows[0]))
    return "\n".join(f"| {line} |" for line in lines)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


if __name__ == "__main__":
    write(DOCS)
