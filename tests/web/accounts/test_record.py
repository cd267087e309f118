"""What people take out and change for everybody is in the audit log, with who did it."""

from __future__ import annotations

from pathlib import Path

import pytest
from people_served import SignedIn

from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from store.accounts import audit_log
from store.accounts.accounts_database import Accounts
from store.project import heads
from training import one_click
from web import resources, session
from web.accounts import identity
from web.parts import train_parts
from web.parts.exchange import export_form


def kept(accounts: Accounts) -> list[tuple[str, str, str, str]]:
    with accounts.read() as connection:
        return [(each.kind, each.actor, each.workspace, each.subject) for each in audit_log.entries(connection)]


def test_publishing_and_categories(signed_in: SignedIn, accounts: Accounts) -> None:
    client = signed_in("owner")
    add = {"action": "add", "name": "winter", "prompts": ["a photo of winter"]}
    looked = client.post("/api/demo/taxonomy", json={**add, "preview": True})
    assert looked.status_code == 200, looked.text
    assert kept(accounts) == [], "a preview changes nothing"
    assert client.post("/api/demo/taxonomy", json={**add, "preview": False}).status_code == 200
    page = client.get("/api/demo/prompts").json()
    wish = {"tab": "x", "base": page["version"], "templates": ["a picture of {name}"], "note": "others"}
    done = client.post("/api/demo/publish", json=wish)
    assert done.status_code == 200, done.text
    assert kept(accounts) == [
        ("categories changed", "owner", "demo", "add"),
        ("prompts published", "owner", "demo", f"version {done.json()['version']}"),
    ]
    refused = signed_in("annotator").post("/api/demo/publish", json=wish)
    assert (refused.status_code, len(kept(accounts))) == (403, 2)


def test_an_export(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "current", lambda: session.Session(actor="owner", workspace="demo"))
    assert export_form._exported(resources.workspace("demo"), "csv", None).startswith(b"file,")
    assert kept(accounts) == [("labels exported", "owner", "demo", "csv")]


def test_a_server_without_users_keeps_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identity.close()
    monkeypatch.setattr(session, "current", lambda: session.Session(actor="ann", workspace="demo"))
    assert export_form._exported(resources.workspace("demo"), "csv", None)
    assert not (root / "accounts.db").exists()


def test_a_head_put_in_use_and_taken_out_of_it(root: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = resources.workspace("demo")
    loaded = Snapshot(opened)
    for category in loaded.categories.classes()[:3]:
        query = TileQuery(order="newest", classes=(category.id,), limit=4)
        ops = [
            {"id": f"{category.id}-{tile['id']}", "kind": "label", "source": "human", "category": category.id,
             "items": [{"id": tile["id"], "version": tile["version"]}]}
            for tile in grid.tiles(loaded, query)["tiles"]
        ]  # fmt: skip
        decisions.apply(loaded, ops, "owner")
    number = one_click.train_facet(Snapshot(opened), None, actor="owner", promote="never")["head"]
    monkeypatch.setattr(session, "current", lambda: session.Session(actor="owner", workspace="demo"))
    monkeypatch.setattr(session, "must", lambda act: None)
    with opened.read() as connection:
        row = heads.every(connection)[-1]
    assert number in (row.id, row.number)
    train_parts.promote(opened, row.id, "It reads slides better")
    train_parts.roll_back(opened, row.facet_id)
    assert kept(accounts) == [
        ("head put in use", "owner", "demo", f"head {row.id}"),
        ("head rolled back", "owner", "demo", ""),
    ]
