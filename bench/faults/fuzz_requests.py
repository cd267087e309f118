"""Random bodies and queries on every route: no traceback, no 5xx, and every refusal says why.

Each request is a sound one with some of its parts damaged, so that it comes past the first check; some are noise from the first byte.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import tempfile
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import numpy as np
from starlette.testclient import TestClient

import sample_data
from bench.harness import Figures, Options
from bench.speed import app_routes
from embedding.ingest import adding, encoder_change
from labeling.categories import taxonomy_file
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from video.runs import segmentation
from web.api import contract

Rng = np.random.Generator
IMAGES = 30
ROUND = 250  # requests on one copy of the workspace: they may well have retired all of its categories by then
BASE = "/api/demo"
PICTURE = (  # a PNG of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4wcAAAAJcAMlDyBJGAAAAAElFTkSuQmCC"
)
RARE = {"map"}  # starts a process
NOISE = [b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b"[" * 5000, b'{"ops":' + b"[" * 5000, b'{"a":' * 5000, b'{"a":1' + b"0" * 6000 + b"}",
         b'{"category": NaN}', b'{"\\ud800": 1}', b"\0"]  # fmt: skip


def hostile(rng: Rng) -> object:
    """A value that somebody might send in any place."""
    deep: list[object] = []
    for _ in range(60):
        deep = [deep]
    pool: list[object] = [
        None, True, False, 0, 1, 2, 3, -1, 7, 10**6, 2**31, 2**53, 2**63 - 1, 2**63, 2**70, -(2**70), 0.5, 1.0, -0.0, 1e308,
        float("nan"), float("inf"), -float("inf"), "", " ", "0", "1", "²", "--5", "+1", "1_0", "9" * 20, "1e999", "NaN", "\ud800", "a\udfffb",
        "\0", "\x1b[31m", "\u202e", "\ufeff", "x" * 5000, "<script>", "../../etc/passwd", "{name}", "{}", "%s", "head:", "head:²",
        "head:999", f"head:{'9' * 30}", "zero-shot", "t-sne", "pca", "nature", "nature/x", "a/b/c/d", str(uuid.uuid4()), [], {}, [[]], [None],
        [1, 2], ["a"], {"a": 1}, {"id": 1}, {"": ""}, [{}], deep, {"1": "x"}, {"x": None},
    ]  # fmt: skip
    return pool[int(rng.integers(len(pool)))]


def damaged(rng: Rng, whole: object, times: int) -> object:
    """A copy of a body with some places changed: a hostile value, a part left out, a part twice, a part wrapped."""
    body: Any = copy.deepcopy(whole)
    for _ in range(times):
        holders = [body]
        places: list[tuple[Any, Any]] = []
        while holders:
            one = holders.pop()
            keys = list(one) if isinstance(one, dict) else list(range(len(one)))
            places += [(one, key) for key in keys]
            holders += [one[key] for key in keys if isinstance(one[key], dict | list)]
        if not places:
            return hostile(rng)
        holder, key = places[int(rng.integers(len(places)))]
        way = int(rng.integers(10))
        if way < 7:
            holder[key] = hostile(rng)
        elif way == 7:
            del holder[key]
        elif way == 8 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = [holder[key]]
    return body


class Requests:
    """Random requests to one server."""

    def __init__(self, client: TestClient, rng: Rng, run: int | None) -> None:
        self.client, self.rng, self.run = client, rng, run
        meta = client.get(f"{BASE}/meta").json()
        self.classes = [row["id"] for row in meta["categories"]] or [1]
        self.tiles = client.get(f"{BASE}/tiles").json().get("tiles") or [{"id": 1, "version": 0}]

    def one(self) -> tuple[str, int, str]:
        """Send one: (method and address, status, answer)."""
        return self._get() if self.rng.random() < 0.4 else self._post()

    def _any(self, values: list[Any]) -> Any:
        return values[int(self.rng.integers(len(values)))]

    def _get(self) -> tuple[str, int, str]:
        path = self._any(list(contract.GET))
        query = contract.GET[path].query
        number = str(
            self._any(
                [self.tiles[0]["id"], self.run or 1, 0, 1, 999, 2**63 - 1, 2**63, 2**70, "9" * 5000, "²", "-1", "x"]
            )
        )
        for name in ("{id}", "{job}"):
            path = path.replace(name, number)
        names = [field.alias or name for name, field in query.model_fields.items()]
        words = [f"{name}={self._word(name)}" for name in names if self.rng.random() < min(0.9, 2 / len(names))]
        return self._send("GET", f"{BASE}/{path}?{'&'.join(words)}", None)

    def _word(self, name: str) -> str:
        sound = {"order": "suspicion", "class": self.classes[0], "item": self.tiles[0]["id"], "state": "machine", "limit": 5, "version": 1,
                 "text": "a page", "category": self.classes[0], "one": 1, "other": 1, "frames": "0,1", "format": "csv", "tag": "1:yes",
                 "named": "00 jpg", "ids": str(self.tiles[0]["id"])}  # fmt: skip
        if self.rng.random() < 0.4:
            return quote(str(sound.get(name, self._any(["next", "1", "1,2"]))))
        value = hostile(self.rng)
        return quote_from_bytes(str(value)[:2000].encode("utf-8", "surrogatepass"))

    def _post(self) -> tuple[str, int, str]:
        path = self._any([name for name in contract.POST if name not in RARE or self.rng.random() < 0.02])
        address = f"{BASE}/{path}" + (f"?order=next&limit={self._word('limit')}" if path == "next" else "")
        if self.rng.random() < 0.08:
            return self._send("POST", address, self._any(NOISE))
        body = damaged(self.rng, self._sound(path), int(self.rng.integers(0, 4)))
        return self._send("POST", address, json.dumps(body).encode())

    def _sound(self, path: str) -> Any:
        """A body that the route takes."""
        tile, category = self._any(self.tiles), self._any(self.classes)
        items = [{"id": tile["id"], "version": None}, {"id": self._any(self.tiles)["id"], "version": 0}]
        kind = self._any(["label", "reject", "unsure", "none", "clear", "practice"])
        op = {
            "id": str(uuid.uuid4()),
            "batch": str(uuid.uuid4()),
            "kind": kind,
            "items": items,
            "category": category,
            "source": "human",
            "reason": None,
        }
        lines = [{"text": self._any(["a forest", "a page of text", "a game", "odd"]), "on": True}]
        rows = [{"id": number, "name": "x", "prompts": lines} for number in self.classes]
        options = {"centred": False, "temperature": 1.0, "prior": {str(category): 0.5}, "reject": None, "back_off": 0.2}
        wish = {
            "base": None,
            "categories": rows,
            "templates": ["{name}"],
            "background": [],
            "options": options,
            "focus": category,
            "save": True,
        }
        bodies: dict[str, Callable[[], Any]] = {
            "ops": lambda: {"ops": [op, {**op, "id": str(uuid.uuid4())}]},
            "undo": lambda: {"batch": self._any([None, str(uuid.uuid4())])},
            "accept": lambda: {"category": category, "above": 0.3, "answers": self._any([None, {str(t["id"]): category for t in self.tiles}])},
            "next": lambda: {"fresh": True},
            "neighbours": lambda: {"image": self._any([PICTURE, PICTURE[:40], "=="]), "name": "mine.png", "limit": 5},
            "guidelines": lambda: {"category": category, **self._any([{"text": "words"}, {"item": tile["id"], "kind": "example", "on": True}])},
            "views": lambda: {"name": "mine", "query": {"order": "margin"}, "remove": False},
            "publish": lambda: {**wish, "note": "n", "propose": bool(self.rng.integers(2))},
            "prompt": lambda: {**wish, "text": "a forest", "category": category},
            "yaml": lambda: {"text": "categories:\n- {name: nature, prompts: [a, b]}"},
            "tags": lambda: {"facet": "tags"},
            "segments": lambda: {"run": self.run or 1, "segments": [{"start_s": 0.0, "end_s": 1.0, "category": category}]},
            "taxonomy": lambda: self._tree_change(tile["id"], category),
        }  # fmt: skip
        return bodies[path]() if path in bodies else wish if path in ("draft", "lane", "options", "levels") else {}

    def _tree_change(self, tile: int, category: int) -> dict[str, Any]:
        """A change of the category tree, most of the time as a preview alone."""
        changes = {
            "add": {"name": str(uuid.uuid4())[:8], "parent": self._any([None, category]), "facet": "scene", "exclusive": True, "prompts": ["a thing"]},
            "edit": {"id": category, "changes": {"name": str(uuid.uuid4())[:8], "color": "#112233", "icon": "star", "key": 4, "description": "d"}},
            "move": {"id": category, "parent": self._any([None, *self.classes])},
            "merge": {"id": category, "into": self._any(self.classes)},
            "retire": {"id": category},
            "split": {"id": category, "children": [{"name": "one", "prompts": ["a"]}, {"name": "two", "prompts": ["b"]}], "chosen": {str(tile): "one"}},
        }  # fmt: skip
        action = self._any(list(changes))
        return {"action": action, "preview": bool(self.rng.random() < 0.7), **changes[action]}

    def _send(self, method: str, address: str, content: bytes | None) -> tuple[str, int, str]:
        answer = self.client.request(method, address, content=content)
        return f"{method} {address[:300]} {(content or b'')[:600]!r}", answer.status_code, answer.text


def fault(status: int, answer: str) -> str | None:
    """What is wrong with an answer, or None."""
    if status >= 500:
        return f"{status}: {answer[:200]}"
    if status < 400:
        return None
    try:
        reason = json.loads(answer)["error"]
    except (ValueError, KeyError, TypeError):
        return f"{status} without a reason: {answer[:200]}"
    return None if isinstance(reason, str) and reason else f"{status} without a reason"


def tried(client: TestClient, count: int, seed: int, run: int | None = None) -> tuple[Counter[int], list[str]]:
    """Statuses of so many random requests, and what went wrong."""
    asked, statuses, faults = Requests(client, np.random.default_rng(seed), run), Counter[int](), []
    for _ in range(count):
        try:
            what, status, answer = asked.one()
        except Exception:  # noqa: BLE001 - whatever comes out of the server is what is looked for
            faults.append(traceback.format_exc())
            continue
        statuses[status] += 1
        wrong = fault(status, answer)
        if wrong is not None:
            faults.append(f"{what}\n{wrong}")
    return statuses, faults


def run(count: int, seed: int, options: Options) -> Figures:
    """So many random requests; a fresh copy of a small workspace with a segmented video for each few hundred."""
    del options
    statuses, faults = Counter[int](), list[str]()
    before = os.environ.get("SCENELOOP_WORKSPACE")
    with tempfile.TemporaryDirectory() as folder:
        number = _built(Path(folder) / "built" / "demo")
        for start in range(0, count, ROUND):
            root = Path(folder) / f"round{start}"
            shutil.copytree(Path(folder) / "built", root)
            with app_routes.client(root) as client:
                status_counts, wrong = tried(client, min(ROUND, count - start), seed + start, number)
            statuses, faults = statuses + status_counts, faults + wrong
            shutil.rmtree(root, ignore_errors=True)
    if before is not None:
        os.environ["SCENELOOP_WORKSPACE"] = before
    for text in faults[:20]:
        print(text)
    answered = {f"answered_{status}": many for status, many in sorted(statuses.items())}
    return {"sent": count, "tracebacks": len(faults), "lost": 0, **answered}


def _built(path: Path) -> int:
    """Thirty images with the built-in model, and the demo video as a run; its id."""
    target = workspace.create(path)
    encoder_change.change_encoder(target, "built-in")
    taxonomy_file.set_taxonomy(target, taxonomy_file.read_taxonomy(sample_data.taxonomy_file()), actor="setup")
    pictures = path.parent.parent / "pictures"
    pictures.mkdir()
    for image in sorted(sample_data.images_folder().iterdir())[:IMAGES]:
        shutil.copy(image, pictures / image.name)
    adding.add(target, [pictures])
    snapshot = Snapshot(target)
    pseudo_labels.pseudo_label(snapshot, "zero-shot")
    number = segmentation.run(snapshot, sample_data.video_file(), actor="setup")
    target.engine.dispose()
    return number
