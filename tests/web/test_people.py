"""What is a person's name, in every way in which one comes."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from cli import console
from errors import InputError
from store.database import schema
from store.team import actors, people
from store.workspace import Workspace

NAMES = {
    "Ann": "Ann",
    "  Ann   Lee ": "Ann Lee",
    "Zoe\u0308": "Zoë",
    "José": "José",
    "田中 さくら": "田中 さくら",
    "नेहा": "नेहा",
    "مریم\u200cسادات": "مریم\u200cسادات",
    "O'Brien-Smith, Jr.": "O'Brien-Smith, Jr.",
    "machinery": "machinery",
    "🙂": "🙂",
    "x" * 80: "x" * 80,
}
NO_NAMES = [
    "", " ", "\n", "x" * 81, "machine", "Machine", " MACHINE ", "ｍａｃｈｉｎｅ", "setup", "Setup", "ann\x00", "ann\x1b[31m", "a\nb", "a\tb",
    "a\x7f", "a\x85b", "ann\u202egnp.exe", "\u2066ann", "ann\u200b", "\ufeffann", "\u200d", "\u200b\u200b", "\u3164", "\u2800", "ann\u2028bob",
    "ann\ud800", "ann\ue000", "ann\U000e0041", "a" + "\u0301" * 20, "ma\u00adchine", "\ufffd",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), NAMES.items())
def test_names_of_many_scripts_are_kept(typed: str, kept: str) -> None:
    assert people.person(typed) == kept
    assert people.person(people.person(typed)) == kept


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="ype"):
        people.person(name)
    assert people.known(name) is None


def test_one_person_whichever_way_a_letter_is_made(empty: Workspace) -> None:
    with empty.engine.begin() as connection:
        one = actors.id_of(connection, "Zoë")
        assert actors.id_of(connection, unicodedata.normalize("NFD", "Zoë")) == one
        assert actors.id_of(connection, people.MACHINE) != one


@pytest.mark.parametrize("name", [name for name in NO_NAMES if name], ids=ascii)
def test_no_cookie_form_or_command_brings_one_in(
    client: TestClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.dumps({"name": name})
    assert client.post("/api/actor", content=body).status_code == 400
    cookie = quote(name, errors="surrogatepass")
    client.cookies.clear()
    client.cookies.set("sceneloop_actor", cookie)
    assert client.get("/api/demo/meta").status_code == 401
    assert client.get("/thumb/demo/1.webp").status_code == 401
    assert client.post("/api/demo/undo", json={}).status_code == 401
    if name.isspace() or "\x00" in name or "\ud800" in name:  # what an environment cannot hold, or holds as nothing
        return
    monkeypatch.setenv("SCENELOOP_ACTOR", name)
    with pytest.raises(InputError, match="SCENELOOP_ACTOR"):
        console.who()


def test_what_reads_never_makes_a_person(client: TestClient) -> None:
    from web import resources
    from web.api.routes import routes

    def count() -> int:
        with resources.workspace("demo").read() as connection:
            return int(connection.execute(select(func.count()).select_from(schema.actor)).scalar_one())

    before = count()
    reads = [r.path for r in routes() if "GET" in (getattr(r, "methods", None) or ()) and "{ws}" in r.path]  # type: ignore[attr-defined]
    for number, path in enumerate(reads):
        client.cookies.clear()
        client.cookies.set("sceneloop_actor", f"invented{number}")
        for part, value in (
            ("{ws}", "demo"),
            ("{id:int}", "1"),
            ("{run:int}", "1"),
            ("{index:int}", "0"),
            ("{job:int}", "1"),
        ):
            path = path.replace(part, value)
        client.get(path)
    assert len(reads) > 20
    assert count() == before
