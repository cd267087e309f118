"""Three ways through the code, counted at run time: `python scripts/three_ways.py FOLDER`, with a demo workspace in the folder.

A key press, an edit of a draft, a video to its JSON (`docs/architecture.md`). For each way: folders and modules that are entered, calls
from one module to another, the pairs of modules where a call climbs (its callee imports its caller), connections and statements.
The way is gone once before it is counted, so that what a server keeps in memory is there.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import threading
import uuid
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from starlette.applications import Starlette  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

import cli  # noqa: E402
import sample_data  # noqa: E402
import settings  # noqa: E402
from scripts import code_figures  # noqa: E402
from web.api import routes  # noqa: E402

OUTSIDE = ("bench", "pretraining", "scenery", "scripts")
MODULES = {
    str(path): ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in code_figures.sources()
    if path.relative_to(ROOT).parts[0] not in OUTSIDE
}


class Trace:
    """Calls between modules, connections and statements, while it listens.

    Attributes:
        calls: (caller, callee) by module, each time. connections, statements: of the database; BEGIN is none.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.connections = self.statements = 0

    def heed(self, frame: FrameType, event: str, _argument: object) -> None:
        """What the interpreter tells of each call."""
        if event != "call":
            return
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if "sqlalchemy/engine" in file:
            self._sql(file, name, frame)
        elif file in MODULES and name != "<module>":
            above = frame.f_back
            while above is not None and above.f_code.co_filename not in MODULES:
                above = above.f_back
            if above is not None and (caller := MODULES[above.f_code.co_filename]) != MODULES[file]:
                self.calls.append((caller, MODULES[file]))

    def _sql(self, file: str, name: str, frame: FrameType) -> None:
        if file.endswith("base.py") and name == "connect":
            self.connections += 1
        elif file.endswith("default.py") and name in ("do_execute", "do_executemany"):
            self.statements += not str(frame.f_locals.get("statement", "")).startswith("BEGIN")

    def __enter__(self) -> Trace:
        threading.setprofile(self.heed)
        sys.setprofile(self.heed)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]

    def line(self, way: str) -> str:
        """The figures of a way as a row of the table."""
        entered = {module for call in self.calls for module in call}
        files = {module: path for path, module in MODULES.items()}
        rooms = {Path(files[module]).parent for module in entered}
        climbs = [call for call in sorted(set(self.calls)) if call[0] in reach(call[1])]
        counts = (len(rooms), len(entered), len(self.calls), len(climbs), self.connections, self.statements)
        return "\n".join(
            [f"| {way} | {' | '.join(map(str, counts))} |", *(f"    {one} -> {two}" for one, two in climbs)]
        )


def imported(module: str) -> set[str]:
    """Modules of ours that a module imports."""

    files = {name: path for path, name in MODULES.items()}
    names: set[str] = set()
    for node in ast.walk(code_figures.parsed(Path(files[module]))):
        if isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= (full & set(files)) or {node.module}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & set(files)


def reach(module: str) -> set[str]:
    """All modules of ours that a module imports, by others too."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for name in imported(waiting.pop()) - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def main() -> None:
    """Go each way once, then count it."""
    root = Path(sys.argv[1]).resolve()
    os.environ["SCENELOOP_WORKSPACE"] = str(root)
    settings.current.cache_clear()
    name = next(path.name for path in sorted(root.iterdir()) if (path / "sceneloop.db").exists())
    client = TestClient(Starlette(routes=routes.routes()), base_url="http://127.0.0.1")
    client.cookies.set("sceneloop_actor", "ann")
    client.headers["X-Sceneloop"] = "1"
    rows = client.get(f"/api/{name}/prompts").raise_for_status().json()["categories"]

    def press(place: int) -> None:
        tile = client.get(f"/api/{name}/tiles").json()["tiles"][place]
        wish = {
            "id": str(uuid.uuid4()),
            "batch": str(uuid.uuid4()),
            "kind": "label",
            "category": rows[0]["id"],
            "source": "human",
        }
        items = [{"id": tile["id"], "version": tile["version"]}]
        with Trace() as trace:
            client.post(f"/api/{name}/ops", json={"ops": [{**wish, "items": items, "reason": None}]}).raise_for_status()
        if place:
            print(trace.line("key press"))

    def edit(text: str, *, counted: bool) -> None:
        rows[0]["prompts"][0]["text"] = text
        with Trace() as trace:
            wish = {"categories": rows, "focus": rows[0]["id"], "save": True}
            client.post(f"/api/{name}/draft", json=wish).raise_for_status()
        if counted:
            print(trace.line("prompt edit"))

    print("| way | rooms | modules | calls | climbs | connections | statements |\n|---|---|---|---|---|---|---|")
    press(0)
    press(1)
    edit("a harbour at dusk", counted=False)
    edit("a harbour at noon", counted=False)
    edit("a harbour at dawn", counted=True)
    with Trace() as trace, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        cli.main(["segment", str(root / name), str(sample_data.video_file()), "--json"])
    print(trace.line("video to JSON"))


if __name__ == "__main__":
    main()
