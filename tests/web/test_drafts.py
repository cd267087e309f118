"""Publishing and drafts of several people, and of one person in two tabs: nobody's text is lost without a word."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.api import routes

BASE = "/api/demo"


@pytest.fixture(params=["root", "root_on_postgresql"])
def served(request: pytest.FixtureRequest) -> Starlette:
    """The routes on a workspace in SQLite and on a server."""
    request.getfixturevalue(request.param)
    return Starlette(routes=routes.routes())


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Starlette:
    """The routes on a workspace in SQLite."""
    request.getfixturevalue("root")
    return Starlette(routes=routes.routes())


class Person:
    """Somebody at a page of the app."""

    def __init__(self, app: Starlette, name: str, tab: str = "") -> None:
        self.name, self.tab, self.seq = name, tab or name, 0
        self.seen: str | None = None
        self.client = TestClient(app, base_url="http://127.0.0.1")
        self.client.cookies.set("sceneloop_actor", name)
        self.client.headers["X-Sceneloop"] = "1"
        self.open()

    def get(self, path: str) -> dict[str, Any]:
        answer = self.client.get(f"{BASE}/{path}")
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def open(self) -> dict[str, Any]:
        """Read the page, as a reload does."""
        result = self.get("prompts")
        self.base, self.first = result["version"], result["categories"][0]
        self.seen = result["draft"]["at"] if result["draft"] else None
        return result

    def wish(self, *texts: str, at: int = 0) -> dict[str, Any]:
        rows = [{"id": row["id"], "prompts": row["prompts"]} for row in self.get("prompts")["categories"]]
        rows[at]["prompts"] = [{"text": text, "on": True} for text in texts]
        return {"base": self.base, "tab": self.tab, "seq": self.seq, "seen": self.seen, "categories": rows}

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(f"{BASE}/{path}", json=body)
        return answer.status_code, answer.json()

    def save(self, *texts: str) -> tuple[int, dict[str, Any]]:
        self.seq += 1
        status, result = self.post("draft", {**self.wish(*texts), "save": True})
        if status == 200:
            self.seen = result["kept"]
        return status, result

    def draft(self) -> list[str] | None:
        result = self.get("prompts")["draft"]
        return None if result is None else [p["text"] for p in result["categories"][0]["prompts"]]


def test_of_eight_that_publish_on_one_base_one_wins_and_seven_keep_their_text(served: Starlette) -> None:
    people = [Person(served, f"person {k}") for k in range(8)]
    for person in people:
        assert person.save(f"a text of {person.name}")[0] == 200
    barrier = threading.Barrier(8)

    def publish(person: Person) -> tuple[int, dict[str, Any]]:
        wish = person.wish(f"a text of {person.name}")
        barrier.wait()
        return person.post("publish", {**wish, "note": f"by {person.name}"})

    with ThreadPoolExecutor(8) as pool:
        message = list(pool.map(publish, people))
    assert Counter(status for status, _ in message) == {200: 1, 409: 7}
    winner = next(person for person, (status, _) in zip(people, message, strict=True) if status == 200)
    now = people[0].get("prompts")
    assert (now["version"], now["versions"][0]["actor"]) == (2, winner.name)
    assert [p["text"] for p in now["categories"][0]["prompts"]] == [f"a text of {winner.name}"]
    for person, (status, answer) in zip(people, message, strict=True):
        if status == 409:
            assert winner.name in answer["error"]
            assert now["categories"][0]["name"] in answer["error"], "what differs is named"
            assert person.draft() == [f"a text of {person.name}"]
            person.open()
            assert person.post("publish", person.wish(f"a text of {person.name}"))[0] == 200
            assert person.draft() is None
            now = person.get("prompts")
    assert now["version"] == 9


@pytest.mark.parametrize("base", [None, "1", 1.5, True, 7, -1])
def test_publishing_needs_the_base(app: Starlette, base: Any) -> None:
    ann = Person(app, "ann")
    status, answer = ann.post("publish", {**ann.wish("a forest"), "base": base})
    assert status == (409 if base == 7 else 400)
    assert answer["error"]
    assert ann.get("prompts")["version"] == 1


def test_a_draft_belongs_to_its_person(app: Starlette) -> None:
    ann, bob = Person(app, "ann"), Person(app, "bob")
    ann.save("of ann")
    assert bob.draft() is None
    bob.save("of bob")
    assert (ann.draft(), bob.draft()) == (["of ann"], ["of bob"])
    bob.post("discard", {"tab": bob.tab, "seen": bob.seen})
    assert (ann.draft(), bob.draft()) == (["of ann"], None)
    bob.post("publish", bob.wish("by bob"))
    assert ann.draft() == ["of ann"], "another's version takes no draft away"
    assert ann.get("prompts")["draft"]["base"] == 1, "it says what it was begun on"


def test_the_later_of_two_tabs_is_told_and_the_first_is_kept(app: Starlette) -> None:
    one, other = Person(app, "ann", "one"), Person(app, "ann", "other")
    assert one.save("first")[0] == 200
    status, answer = other.save("second")
    assert status == 409
    assert "another tab" in answer["error"]
    assert one.draft() == ["first"]
    assert other.post("discard", {"tab": "other", "seen": None})[0] == 409
    assert one.save("first", "more")[0] == 200, "the tab that kept it goes on"
    other.open()  # it has seen the other now, and keeps its own
    assert other.save("second")[0] == 200
    assert one.save("third")[0] == 409
    assert other.draft() == ["second"]


def test_an_older_save_that_arrives_late_takes_nothing_back(app: Starlette) -> None:
    ann = Person(app, "ann")
    late = {**ann.wish("old"), "seq": 1, "save": True}
    ann.seq = 1
    assert ann.save("new")[0] == 200
    assert ann.post("draft", late)[0] == 200
    assert ann.draft() == ["new"]


@pytest.mark.parametrize("end", ["discard", "publish", "revert"])
def test_a_save_that_arrives_after_the_end_of_its_draft_brings_nothing_back(served: Starlette, end: str) -> None:
    ann = Person(served, "ann")
    published = [p["text"] for p in ann.first["prompts"]]
    assert ann.save("first")[0] == 200
    late = {**ann.wish("second"), "seq": 2, "save": True}
    ann.seq = 2
    if end == "revert":
        assert ann.save(*published)[0] == 200
    else:
        ann.seq = 3
        assert (
            ann.post(end, ann.wish("third") if end == "publish" else {"tab": "ann", "seq": 3, "seen": ann.seen})[0]
            == 200
        )
    assert ann.draft() is None
    status, answer = ann.post("draft", late)
    assert (status, answer["kept"]) == (200, None)
    assert ann.draft() is None
    ann.open()
    assert ann.save("fourth")[0] == 200, "an edit made after it is kept"
    assert ann.draft() == ["fourth"]


def test_a_draft_ended_on_one_page_does_not_keep_another_page_from_saving(app: Starlette) -> None:
    one, other = Person(app, "ann", "one"), Person(app, "ann", "other")
    one.seq = 5
    assert one.save("first")[0] == 200
    assert one.post("discard", {"tab": "one", "seq": 7, "seen": one.seen})[0] == 200
    assert other.save("second")[0] == 200
    assert other.draft() == ["second"]


def test_an_ended_draft_is_carried_over_no_change_of_the_tree(app: Starlette) -> None:
    ann = Person(app, "ann")
    ann.save("of ann")
    ann.post("discard", {"tab": "ann", "seq": 2, "seen": ann.seen})
    merged, into = (ann.get("prompts")["categories"][k]["id"] for k in (1, 2))
    assert ann.post("taxonomy", {"action": "merge", "id": merged, "into": into})[0] == 200
    assert ann.draft() is None


def test_a_draft_that_says_what_is_published_is_none(app: Starlette) -> None:
    ann = Person(app, "ann")
    texts = [p["text"] for p in ann.first["prompts"]]
    ann.save("something else")
    assert ann.save(*texts)[1]["kept"] is None
    assert ann.draft() is None


def test_a_guideline_that_somebody_else_wrote_is_not_overwritten(app: Starlette) -> None:
    ann, bob = Person(app, "ann"), Person(app, "bob")
    number = ann.first["id"]
    assert ann.post("guidelines", {"category": number, "text": "Land.", "was": ""})[0] == 200
    status, answer = bob.post("guidelines", {"category": number, "text": "Water.", "was": ""})
    assert status == 409
    assert "Land." in answer["error"]
    assert bob.post("guidelines", {"category": number, "text": "Land and water.", "was": "Land."})[0] == 200


def test_a_category_that_somebody_else_renamed_is_not_renamed_back(app: Starlette) -> None:
    ann, bob = Person(app, "ann"), Person(app, "bob")
    number, name = ann.first["id"], ann.first["name"]
    edit = {"action": "edit", "id": number, "was": {"name": name, "description": ""}}
    assert ann.post("taxonomy", {**edit, "changes": {"name": "outside"}})[0] == 200
    status, answer = bob.post("taxonomy", {**edit, "changes": {"name": "outdoors"}})
    assert status == 409
    assert "outside" in answer["error"]
    assert bob.post("taxonomy", {**edit, "changes": {"description": "Land."}})[0] == 200, "that was as it was seen"


def test_drafts_of_all_are_carried_over_a_change_of_the_tree(app: Starlette) -> None:
    ann, bob = Person(app, "ann"), Person(app, "bob")
    ann.save("of ann")
    bob.save("of bob")
    merged, into = (ann.get("prompts")["categories"][k]["id"] for k in (1, 2))
    assert ann.post("taxonomy", {"action": "merge", "id": merged, "into": into})[0] == 200
    for person in (ann, bob):
        draft = person.get("prompts")["draft"]
        assert draft["base"] == person.get("prompts")["version"]
        assert [p["text"] for p in draft["categories"][0]["prompts"]] == [f"of {person.name}"]
