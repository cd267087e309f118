"""Audit in groups that people name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from store.database import schema
from store.items import groups, items
from store.workspace import Workspace

SIZES = {"studio": 400, "archive": 220, "phone": 150, "web": 120, "trip": 60, "garden": 40, "kitchen": 30, "roof": 20}


def fill(workspace: Workspace, spelled: dict[str, str]) -> dict[str, list[int]]:
    count = sum(SIZES.values())
    with workspace.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(count)]
        ids = iter(items.add(connection, new))
        members = {f"meta:{spelled[name]}": [next(ids) for _ in range(size)] for name, size in SIZES.items()}
        groups.assign(connection, members)
    return members


def sides(workspace: Workspace) -> dict[str, set[bool]]:
    result: dict[str, set[bool]] = {}
    with workspace.read() as connection:
        for key, is_audit in connection.execute(select(schema.item.c.group_key, schema.item.c.audit)):
            result.setdefault(key, set()).add(bool(is_audit))
    return result


@pytest.mark.parametrize("spelling", [str, str.upper, str.title, lambda name: f"{name} ", lambda name: f"2024/{name}"])
def test_a_tenth_is_audit_however_the_groups_are_spelled(empty: Workspace, spelling) -> None:
    members = fill(empty, {name: spelling(name) for name in SIZES})
    result = sides(empty)
    assert all(len(side) == 1 for side in result.values()), "a group lies on one side"
    audit = sum(len(members[key]) for key, side in result.items() if True in side)
    assert 0.05 <= audit / sum(SIZES.values()) <= 0.125


def test_a_known_group_stays_on_its_side(empty: Workspace) -> None:
    members = fill(empty, {name: name for name in SIZES})
    before = sides(empty)
    with empty.engine.begin() as connection:
        more = [items.NewItem("image", f"/y/{k}.jpg", f"y{k}.jpg", sha256=f"{k + 5000:064d}") for k in range(200)]
        new = items.add(connection, more)
        groups.assign(connection, {**members, "meta:new": new})
    after = sides(empty)
    assert {key: after[key] for key in before} == before


def test_one_large_group_is_no_audit(empty: Workspace) -> None:
    with empty.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(50)]
        groups.assign(connection, {"meta:all": items.add(connection, new)})
    assert sides(empty) == {"meta:all": {False}}
