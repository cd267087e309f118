"""How often a decision and an edit ask the store: once for each thing that they need."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.api import routes

BASE = "/api/demo"


@pytest.fixture
def client(root: object) -> TestClient:
    asker = TestClient(Starlette(routes=routes.routes()), base_url="http://127.0.0.1")
    asker.cookies.set("sceneloop_actor", "ann")
    asker.headers["X-Sceneloop"] = "1"
    return asker


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that run meanwhile; each transaction begins with a BEGIN of its own."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def test_an_edit_of_a_draft_takes_five_transactions_and_ten_statements(client: TestClient) -> None:
    rows = client.get(f"{BASE}/prompts").json()["categories"]

    def edit(text: str) -> None:
        rows[0]["prompts"][0]["text"] = text
        answer = client.post(f"{BASE}/draft", json={"categories": rows, "focus": rows[0]["id"], "save": True})
        assert answer.status_code == 200, answer.text
        assert answer.json()["kept"] is not None

    edit("a harbour at dusk")
    edit("a harbour at dawn")
    with statements() as heard:
        edit("a harbour at noon")
    begun = [statement for statement in heard if statement.startswith("BEGIN")]
    assert len(begun) <= 5, heard
    assert len(heard) - len(begun) <= 10, heard


def test_a_decision_reads_the_rows_of_its_image_once(client: TestClient) -> None:
    tile = client.get(f"{BASE}/tiles").json()["tiles"][0]
    category = client.get(f"{BASE}/prompts").json()["categories"][0]["id"]
    wish = {
        "id": str(uuid.uuid4()), "batch": str(uuid.uuid4()), "kind": "label", "category": category, "source": "human",
        "items": [{"id": tile["id"], "version": tile["version"]}], "reason": None,
    }  # fmt: skip
    with statements() as heard:
        answer = client.post(f"{BASE}/ops", json={"ops": [wish]})
    assert answer.status_code == 200, answer.text
    ack = answer.json()["acks"][0]
    assert (ack["status"], ack["items"][0]["category"]) == ("saved", category)
    reads = [statement for statement in heard if statement.startswith("SELECT") and "FROM label_state" in statement]
    assert len(reads) == 1, reads
