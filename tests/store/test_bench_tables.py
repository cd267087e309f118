"""Leases, saved views, reference images, practice answers, and who agrees with whom, in the store."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import inspect, select, text, update

from errors import InputError
from store import workspace
from store.database import schema
from store.ledger import labels, opinion_reader, undo
from store.ledger.events import Batch, Change
from store.project import references, saved_views
from store.project.references import Reference
from store.team import leases


def write(small, actor, changes, source="human"):
    batch = Batch(actor, source)
    with small.workspace.engine.begin() as connection:
        labels.write(connection, batch, changes)
    return batch.id


def test_a_database_of_the_first_step_gets_the_new_tables(small) -> None:
    path, new = small.workspace.path, ("reference", "practice_answer", "lease", "saved_view")
    with small.workspace.engine.begin() as connection:
        for name in new:
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    small.workspace.engine.dispose()
    opened = workspace.open_workspace(path)
    with opened.read() as connection:
        assert set(new) <= set(inspect(connection).get_table_names())
    opened.engine.dispose()


def test_two_people_never_hold_the_same_items(small) -> None:
    with small.workspace.engine.begin() as connection:
        assert leases.claim(connection, small.ann, small.items[:6]) == small.items[:6]
        assert leases.claim(connection, small.bob, small.items[4:9]) == small.items[6:9]
        assert leases.held(connection, small.ann) == (small.items[:6], set(small.items[6:9]))
        assert leases.claim(connection, small.ann, [small.items[10], small.items[9]]) == [
            small.items[10],
            small.items[9],
        ]
        assert leases.held(connection, small.ann)[0] == [small.items[10], small.items[9]]
        leases.release(connection, small.ann)
        assert leases.held(connection, small.ann)[0] == []


def test_a_lease_runs_out(small) -> None:
    with small.workspace.engine.begin() as connection:
        leases.claim(connection, small.ann, small.items[:2])
        assert leases.of_item(connection, small.items[0])[0] == "Ann"
        assert leases.extend(connection, small.ann) > schema.now()
        connection.execute(update(schema.lease).values(until=schema.now() - dt.timedelta(seconds=1)))
        assert leases.of_item(connection, small.items[0]) is None
        assert leases.claim(connection, small.bob, small.items[:3]) == small.items[:3]


def test_views_are_kept_replaced_and_removed(small) -> None:
    with small.workspace.engine.begin() as connection:
        saved_views.save(connection, "  odd   documents ", {"class": "3", "order": "margin"}, small.ann)
        saved_views.save(connection, "odd documents", {"class": "3"}, small.bob)
        assert [(v.name, v.query, v.actor) for v in saved_views.listed(connection)] == [
            ("odd documents", {"class": "3"}, "Bob")
        ]
        saved_views.remove(connection, "odd documents")
        saved_views.remove(connection, "odd documents")
        assert saved_views.listed(connection) == []
        for name in ("", " ", "x" * 81):
            with pytest.raises(InputError, match="needs a name"):
                saved_views.save(connection, name, {}, small.ann)
        with pytest.raises(InputError, match="do not fit"):
            saved_views.save(connection, "all", {"ids": "1," * 20_000}, small.ann)


def test_an_example_is_no_counter_example(small) -> None:
    item, nature = small.items[0], small.classes[0]
    with small.workspace.engine.begin() as connection:
        references.add(connection, Reference(item, nature, "example"), small.ann)
        references.add(connection, Reference(item, nature, "practice"), small.ann)
        references.add(connection, Reference(item, nature, "counter"), small.ann)
        assert {each.kind for each in references.listed(connection)} == {
            "practice",
            "counter",
        }
        references.remove(connection, Reference(item, nature, "counter"))
        assert [each.kind for each in references.listed(connection)] == ["practice"]
        for bad in (
            Reference(item, nature, "pretty"),
            Reference(9999, nature, "example"),
            Reference(item, 99, "example"),
        ):
            with pytest.raises(InputError):
                references.add(connection, bad, small.ann)


def test_a_guideline_has_room_for_twelve_of_a_kind(small) -> None:
    with small.workspace.engine.begin() as connection:
        for item in small.items:
            references.add(connection, Reference(item, small.classes[0], "example"), small.ann)
        references.remove(connection, Reference(small.items[0], small.classes[0], "example"))
        references.add(connection, Reference(small.items[0], small.classes[0], "example"), small.ann)
        references.add(connection, Reference(small.items[0], small.classes[1], "example"), small.ann)
    assert len(small.items) == references.MOST


def test_the_first_answer_in_practice_counts(small) -> None:
    item, (a, b, _) = small.items[0], small.classes
    with small.workspace.engine.begin() as connection:
        references.answer(connection, small.ann, item, agreed=a, answered=b, is_right=False)
        references.answer(connection, small.ann, item, agreed=a, answered=a, is_right=True)
        result = references.answers(connection, small.ann)
        assert [(row.item_id, row.said, row.is_right) for row in result] == [(item, b, False)]
        assert references.answers(connection, small.bob) == []


def words(connection, among=None) -> list[tuple[int, int, int]]:
    return [word[:3] for word in opinion_reader.several(connection, among)]


def test_opinions_are_each_persons_last_standing_word(small) -> None:
    (one, two, three, four), (a, b, c) = small.items[:4], small.classes
    write(small, small.ann, [Change(one, a), Change(two, a), Change(three, a)])
    write(small, small.bob, [Change(one, b), Change(two, a)])
    again = write(small, small.bob, [Change(one, c)])
    write(small, small.bob, [Change(three, a, "no")])
    write(small, small.bob, [Change(four, a)], source="neighbour")
    write(small, small.machine, [Change(four, a)], source="head")
    with small.workspace.engine.begin() as connection:
        assert set(words(connection)) == {
            (one, small.ann, a),
            (one, small.bob, c),
            (two, small.ann, a),
            (two, small.bob, a),
            (three, small.ann, a),
        }
        back = undo.reverse_batch(connection, again, small.bob)
        assert (one, small.bob, b) in words(connection)
        undo.reverse_batch(connection, back.batch_id, small.bob)
        assert (one, small.bob, c) in words(connection)
        assert {item for item, _, _ in words(connection, [two])} == {two}
        assert connection.execute(
            select(schema.label_state.c.item_id).where(schema.label_state.c.category_id == c)
        ).scalars().all() == [one]
