"""Who has worked in a workspace."""

from __future__ import annotations

from store.team import actors, people
from store.workspace import Workspace


def test_several_people_are_more_than_one_and_the_program_is_none(empty: Workspace) -> None:
    names = (people.MACHINE, "setup", "Ann", "Bob", "Cleo")
    known = []
    for name in names:
        with empty.engine.begin() as connection:
            actors.id_of(connection, name)
        with empty.read() as connection:
            known.append(actors.several_people(connection))
    assert known == [False, False, False, True, True]
