"""The page of people as a browser gets it: agreement of the share that is labelled twice, and API tokens of others."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_steps import go, text
from streamlit.testing.v1 import AppTest

import settings
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from labeling.team import double_labels
from store import workspace
from store.accounts import account_rows, accounts_database, api_tokens, sessions, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Role
from store.database.column_types import now
from store.team import actors
from web import session
from web.accounts import identity
from web.parts import drawing


@pytest.mark.parametrize(("images", "words"), [(3, "agreement is shown from 5 on"), (8, "100 % alike, kappa 1.00")])
def test_agreement_of_the_share_is_shown_with_its_number(
    app: AppTest, root: Path, images: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.parts.team.sharing.LEAST", 5)
    opened = workspace.open_workspace(root / "demo")
    snapshot = Snapshot(opened)
    double_labels.change(opened, 50)
    ids = snapshot.labels.board().ids
    among = ids[double_labels.chosen(ids, 50)][:images].tolist()
    kinds = [category.id for category in snapshot.categories.classes()]
    for person in ("ann", "bob"):
        for place, item in enumerate(among):
            one = {
                "id": str(uuid.uuid4()),
                "kind": "label",
                "items": [{"id": item, "version": None}],
                "category": kinds[place % 2],
            }
            assert decisions.apply(snapshot, [one], person)["acks"][0]["status"] == "saved"
    opened.engine.dispose()
    shown_page = go(app, "people")
    assert not shown_page.exception
    shown = [text.value for text in shown_page.markdown if "Of the share" in text.value]
    assert len(shown) == 1
    assert words in shown[0].replace("\\", "")
    assert f"{len(among)} images" in shown[0]


def test_the_page_is_listed_as_soon_as_a_second_person_has_worked(root: Path) -> None:
    identity.close()
    opened = workspace.open_workspace(root / "demo")
    listed = []
    for name in ("ann", "bob"):
        with opened.engine.begin() as connection:
            actors.id_of(connection, name)
        listed.append(session.is_listed("people", "demo"))
    opened.engine.dispose()
    assert listed == [False, True]


@pytest.fixture
def accounts(root: Path) -> Iterator[Accounts]:
    """An owner and two annotators of the workspace, and an admin."""
    one = accounts_database.open_accounts(root)
    with one.write() as connection:
        account_rows.add(connection, "root", Role.ADMIN, None)
        for name, role in (("olga", Role.OWNER), ("ann", Role.ANNOTATOR), ("bob", Role.ANNOTATOR)):
            account_rows.add(connection, name, role, "demo")
    identity.close()
    yield one
    one.close()
    identity.close()


def come_in(accounts: Accounts, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the page's connection carries a session of that person."""
    with accounts.write() as connection:
        token = sessions.begin(connection, account_rows.require(connection, name).id, "192.0.2.7", "a browser")
    monkeypatch.setattr("web.session._cookies", lambda: {identity.COOKIE: token})


def new_token(accounts: Accounts, name: str, purpose: str, workspace: str | None) -> str:
    with accounts.write() as connection:
        number = account_rows.require(connection, name).id
        return api_tokens.make(connection, number, purpose, Role.REVIEWER, workspace=workspace, days=30)


def rows(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.markdown if "until 2" in one.value]


def test_an_owner_reads_and_ends_tokens_of_others(
    app: AppTest, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_day = f"{now() + dt.timedelta(days=30):%Y-%m-%d}"
    used = new_token(accounts, "ann", "nightly *run*", "demo")
    new_token(accounts, "bob", "all of it", None)
    new_token(accounts, "root", "of an admin", "demo")
    with accounts.write() as connection:
        known = api_tokens.person(connection, tokens.hash_of(used))
        assert known is not None
        api_tokens.seen(connection, known[1])
    come_in(accounts, "olga", monkeypatch)
    shown = go(app, "people")
    assert not shown.exception
    just_now = drawing.ago(now().isoformat())
    assert rows(shown) == [
        f"**bob** all of it: reviewer in all of their workspaces, until {last_day}, never used",
        f"**ann** nightly *run*: reviewer in demo, until {last_day}, used {just_now}",
    ]
    assert "API tokens (2)" in text(shown)
    assert "opens other workspaces too" in [text.value for text in shown.caption]
    ends = [button for button in shown.button if str(button.key).startswith("end_token_")]
    assert len(ends) == 1
    shown = ends[0].click().run()
    assert not shown.exception
    assert [row.split()[0] for row in rows(shown)] == ["**bob**"]
    with accounts.read() as connection:
        assert api_tokens.person(connection, tokens.hash_of(used)) is None
        assert {one.account for one in api_tokens.standing(connection)} == {"bob", "root"}


def test_an_admin_has_every_token_and_an_annotator_no_page(
    app: AppTest, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "root"):
        new_token(accounts, name, "a script", None)
    come_in(accounts, "root", monkeypatch)
    shown = go(app, "people")
    assert len(rows(shown)) == 2
    assert len([button for button in shown.button if str(button.key).startswith("end_token_")]) == 2
    come_in(accounts, "ann", monkeypatch)
    shown = shown.run()
    assert rows(shown) == []


def test_an_admin_is_warned_of_accounts_in_a_file_that_counts_for_nothing(
    app: AppTest, accounts: Accounts, root: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCENELOOP_ACCOUNTS_URL", postgresql)
    settings.current.cache_clear()
    identity.close()
    served = accounts_database.open_accounts(root, postgresql)
    with served.write() as connection:
        for name, role in (("ada", Role.ADMIN), ("olga", Role.OWNER)):
            account_rows.add(connection, name, role, None if role == Role.ADMIN else "demo")
    try:
        come_in(served, "olga", monkeypatch)
        assert len(go(app, "people").warning) == 0
        come_in(served, "ada", monkeypatch)
        (warning,) = app.run().warning
        assert "4 people have accounts there" in warning.value
    finally:
        served.close()
        identity.close()
        settings.current.cache_clear()
