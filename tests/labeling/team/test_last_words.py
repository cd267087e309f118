"""Last words of people as arrays: the same as by one step after the other, on both kinds of database."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from errors import InputError
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import adjudication, last_words, workload
from labeling.team.last_words import LastWords
from store import workspace
from store.database.schema import label_event
from store.ledger import opinion_reader
from store.ledger.opinion_reader import NO_CLASS_FITS, NO_WORD, Decided

Word = tuple[int, int, int, int]  # event, item, actor, category


def one_by_one(events: list[tuple[int, int, int, int, int]]) -> list[Word]:
    """What `last_words.of` says, from (event, item, actor, word, reverts), in the order of items and of events."""
    void: set[int] = set()
    last: dict[tuple[int, int], Word] = {}
    for event, item, actor, word, reverts in reversed(events):
        if reverts and event not in void:
            void.add(reverts)
        elif not reverts and event not in void and (item, actor) not in last:
            last[item, actor] = event, item, actor, word
    return sorted((word for word in last.values() if word[3] != NO_WORD), key=lambda word: (word[1], word[0]))


def became(words: list[Word]) -> list[tuple[bool, bool, bool]]:
    """What `last_words.outcomes` says."""
    result = []
    for event, item, actor, category in words:
        others = [word for word in words if word[1] == item and word[2] != actor]
        alike = bool(others) and all(word[3] == category for word in others)
        later = any(word[0] > event and word[1] == item and word[3] != category for word in words)
        result.append((bool(others), alike, later))
    return result


def rows(words: LastWords) -> list[Word]:
    columns = (words.event, words.item, words.actor, words.category)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_arrays_say_what_steps_say(seed: int) -> None:
    chance = random.Random(seed)
    events = [
        (number, chance.randint(1, 6), chance.randint(1, 4), chance.choice([1, 2, 3, NO_CLASS_FITS, NO_WORD]),
         chance.randint(1, number - 1) if number > 1 and chance.random() < 0.3 else 0)
        for number in range(1, chance.randint(1, 60))
    ]  # fmt: skip
    words = last_words.of(Decided(*np.array(events, np.int64).reshape(-1, 5).T))
    assert rows(words) == one_by_one(events)
    outcomes = last_words.outcomes(words)
    flags = zip(outcomes.shared.tolist(), outcomes.alike.tolist(), outcomes.corrected.tolist(), strict=True)
    assert list(flags) == became(rows(words))
    half = np.isin(words.item, [2, 4, 5])
    assert rows(words.where(~half).followed_by(words.where(half))) == rows(words)


@pytest.fixture(params=["root", "root_on_postgresql"])
def snapshot(request: pytest.FixtureRequest) -> Iterator[Snapshot]:
    root: Path = request.getfixturevalue(request.param)
    opened = workspace.open_workspace(root / "demo")
    yield Snapshot(opened)
    opened.engine.dispose()


def test_what_follows_event_by_event_is_what_all_events_give(snapshot: Snapshot) -> None:
    chance = random.Random(0)
    people = ("Ann", "Bob", "Cleo")
    ids = snapshot.labels.board().ids[:8].tolist()
    kinds = [category.id for category in snapshot.categories.classes()]
    for _ in range(12):
        for _ in range(chance.randint(1, 6)):
            act(snapshot, chance, chance.choice(people), chance.sample(ids, chance.randint(1, 4)), kinds)
        newest, words = workload.words_of(snapshot, snapshot.categories.facet_id())
        with snapshot.workspace.read() as connection:
            events = everything(connection)
            opinions = opinion_reader.several(connection)
        assert rows(words) == one_by_one(events)
        assert newest == max(event for event, *_ in events)
        assert workload.of(snapshot) == workload.of(Snapshot(snapshot.workspace))
        by_item = defaultdict(list)
        for opinion in opinions:
            by_item[opinion.item_id].append(opinion)
        apart = {
            item
            for item, given in by_item.items()
            if len({word.category_id for word in given}) > 1 and given[-1].came != adjudication.ORDER
        }
        waiting = adjudication.waiting(Images(snapshot)).tolist()
        assert set(waiting) == apart
        assert len(waiting) == len(apart)
        for item in ids:
            assert [row["category"] for row in adjudication.answers(Images(snapshot), item)] == (
                [word.category_id or None for word in by_item[item]] if item in apart else []
            )


def act(snapshot: Snapshot, chance: random.Random, person: str, items: list[int], kinds: list[int]) -> None:
    """A label, "not this", none of the classes, not sure, a settlement, or what was done last taken back."""
    kind = chance.choice(["label"] * 5 + ["none", "reject", "unsure", "settle", "undo", "undo"])
    if kind == "undo":
        with suppress(InputError):  # there may be nothing left of it
            decisions.undo(snapshot, person)
        return
    wish = {
        "id": str(uuid.UUID(int=chance.getrandbits(128))),
        "items": [{"id": item, "version": None} for item in items],
    }
    if kind == "settle":
        wish |= {"order": adjudication.ORDER}
    if kind in ("label", "settle", "reject"):
        wish |= {"category": chance.choice(kinds)}
    answer = decisions.apply(snapshot, [{**wish, "kind": "label" if kind == "settle" else kind}], person)
    assert answer["acks"][0]["status"] in ("saved", "conflict"), answer


def everything(connection: object) -> list[tuple[int, int, int, int, int]]:
    """Every event by a person, or that takes one back, plainly read."""
    result = []
    for row in connection.execute(select(label_event).order_by(label_event.c.id)):  # type: ignore[attr-defined]
        if row.source == "human" or row.reverts is not None:
            none = row.value == "unsure" and (row.reason or "").strip().lower() == "no class fits"
            word = row.category_id if row.value == "yes" else NO_CLASS_FITS if none else NO_WORD
            result.append((row.id, row.item_id, row.actor_id, word, row.reverts or 0))
    return result


def test_only_one_facet_is_read(snapshot: Snapshot) -> None:
    ids = snapshot.labels.board().ids[:2].tolist()
    act_of = {"id": str(uuid.uuid4()), "kind": "label", "items": [{"id": ids[0], "version": None}]}
    kind = snapshot.categories.classes()[0].id
    decisions.apply(snapshot, [{**act_of, "category": kind}], "Ann")
    facet = snapshot.categories.facet_id()
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    with snapshot.workspace.read() as connection:
        read = [opinion_reader.decided(connection, number).item.tolist() for number in (facet, facet + 1)]
        times = [len(opinion_reader.recent(connection, number, since)[0]) for number in (facet, facet + 1)]
    assert read == [[ids[0]], []]
    assert times == [1, 0]
