"""Suggestions: from an endpoint that speaks the protocol, from the cache, from the list that ships."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from errors import InputError
from labeling.prompts import suggestions
from settings import Settings


@dataclass
class Endpoint:
    """A server of our own on loopback: it keeps what it was asked and answers as it is told."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    answer: str = '["a rocky shore", "tall pines", "a forest"]'
    status: int = 200
    raw: bytes | None = None
    location: str | None = None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stand_in.asked.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
            content = {"choices": [{"index": 0, "message": {"role": "assistant", "content": stand_in.answer}}]}
            self.send_response(stand_in.status)
            if stand_in.location is not None:
                self.send_header("Location", stand_in.location)
            self.end_headers()
            self.wfile.write(stand_in.raw if stand_in.raw is not None else json.dumps(content).encode())

        def do_GET(self) -> None:
            stand_in.asked.append({"path": self.path, "key": self.headers.get("Authorization")})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in = Endpoint(f"http://127.0.0.1:{server.server_port}/v1/")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield stand_in
    server.shutdown()
    server.server_close()
    thread.join()


def message(endpoint: Endpoint, model: str = "small") -> Settings:
    return Settings(Path("unused"), suggest_url=endpoint.url, suggest_key="secret", suggest_model=model)


def test_an_endpoint_is_asked_once(demo_snapshot, endpoint: Endpoint) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    result = suggestions.suggest(demo_snapshot, nature, message(endpoint))
    assert (result["source"], result["from"]) == ("endpoint", "small")
    assert result["prompts"] == ["a rocky shore", "tall pines"], "a forest is a prompt already"
    asked = endpoint.asked[0]
    assert (asked["path"], asked["key"], asked["model"]) == ("/v1/chat/completions", "Bearer secret", "small")
    assert "'nature'" in asked["messages"][0]["content"]
    assert "animation_game, document" in asked["messages"][0]["content"]
    assert suggestions.suggest(demo_snapshot, nature, message(endpoint))["source"] == "cache"
    assert len(endpoint.asked) == 1
    suggestions.suggest(demo_snapshot, nature, message(endpoint, "large"))
    assert len(endpoint.asked) == 2, "another model is another question"
    assert "secret" not in (demo_snapshot.workspace.path / suggestions.CACHE).read_text()


@pytest.mark.parametrize(("status", "raw", "words"), [(401, b"no", "refuses .401"), (200, b"<html>", "protocol"), (200, b"{}", "protocol"), (200, b'{"choices": []}', "protocol")])  # fmt: skip
def test_what_goes_wrong_is_said(demo_snapshot, endpoint: Endpoint, status: int, raw: bytes, words: str) -> None:
    endpoint.status, endpoint.raw = status, raw
    with pytest.raises(InputError, match=words):
        suggestions.suggest(demo_snapshot, demo_snapshot.categories.classes()[0].id, message(endpoint))
    assert not (demo_snapshot.workspace.path / suggestions.CACHE).exists()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["http://localhost:{port}/steal", "/elsewhere", "http://[", "//localhost:{port}/"])
def test_the_key_follows_no_redirect(demo_snapshot, endpoint: Endpoint, status: int, where: str) -> None:
    port = endpoint.url.split(":")[2].split("/")[0]
    endpoint.status, endpoint.location = status, where.format(port=port)
    with pytest.raises(InputError, match="key would go along"):
        suggestions.suggest(demo_snapshot, demo_snapshot.categories.classes()[0].id, message(endpoint))
    assert [asked["path"] for asked in endpoint.asked] == ["/v1/chat/completions"]


def test_an_endpoint_that_is_not_there(demo_snapshot) -> None:
    nobody = Settings(Path("unused"), suggest_url="http://127.0.0.1:9/v1")
    with pytest.raises(InputError, match="does not answer"):
        suggestions.suggest(demo_snapshot, demo_snapshot.categories.classes()[0].id, nobody)
    with pytest.raises(InputError, match="must begin with http"):
        suggestions.suggest(
            demo_snapshot, demo_snapshot.categories.classes()[0].id, Settings(Path("x"), suggest_url="file:///etc")
        )


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        ('```json\n["a", "b", "A"]\n```', ["A", "b"]),
        ("1. a dog\n2) a cat\n- a bird", ["a dog", "a cat", "a bird"]),
        ("Here: [1, 2]", []),
        ("x" * 500, []),
    ],
)
def test_an_answer_is_read_as_phrases(answer: str, texts: list[str]) -> None:
    assert suggestions.clean(answer) == texts


def test_without_an_endpoint_the_list_answers(demo_snapshot) -> None:
    plain = Settings(Path("unused"))
    nature, game, _ = (c.id for c in demo_snapshot.categories.classes())
    result = suggestions.suggest(demo_snapshot, nature, plain)
    assert (result["source"], result["from"]) == ("list", "nature")
    has = {p.text for p in demo_snapshot.prompts.version()[1].categories[nature]}
    assert result["prompts"]
    assert not has & set(result["prompts"])
    assert suggestions.suggest(demo_snapshot, game, plain)["from"] == "animation game"
    with pytest.raises(InputError, match="no category"):
        suggestions.suggest(demo_snapshot, 999, plain)


def test_the_list_that_ships_is_sound() -> None:
    entries = suggestions.curated()
    assert len(entries) >= 30
    for name, entry in entries.items():
        assert len(entry["prompts"]) == len(set(entry["prompts"])) >= 3, name
        assert all(isinstance(text, str) and text.strip() for text in entry["prompts"]), name
