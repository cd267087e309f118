"""The demo workspace in the sidebar: what its model can do, and its reset; both only where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from maintenance import demo
from store import restore
from store.accounts import account_rows, accounts_database, audit_log, sessions
from store.accounts.roles import Role
from store.workspace import DATABASE
from web.accounts import identity
from web.parts import sidebar


def test_only_the_demo_can_be_reset(app: AppTest, root: Path) -> None:
    shown = app.run()
    assert "knows the demo world only" in "\n".join(caption.value for caption in shown.sidebar.caption)
    with pytest.raises(KeyError):
        shown.button(key="reset")
    restore.copy_database(root / "demo" / DATABASE, root / "demo" / demo.SHIPPED)
    shown = app.run()
    assert shown.button(key="reset").label == "Reset the demo"


def test_the_upload_limit_stands_before_the_upload(app: AppTest) -> None:
    app.run()
    shown = app.switch_page("../pages/segments.py").run()
    assert not shown.exception
    (uploader,) = [result for result in shown.get("file_uploader") if "at most" in result.proto.label]
    assert "GB a file" in uploader.proto.label


def test_a_reset_is_in_the_audit_log_and_only_an_owner_is_offered_it(
    app: AppTest, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore.copy_database(root / "demo" / DATABASE, root / "demo" / demo.SHIPPED)
    accounts = accounts_database.open_accounts(root)
    with accounts.write() as connection:
        for name, role in (("olga", Role.OWNER), ("rita", Role.REVIEWER), ("ann", Role.ANNOTATOR)):
            account_rows.add(connection, name, role, "demo")
    identity.close()

    def come_in(name: str) -> AppTest:
        with accounts.write() as connection:
            token = sessions.begin(connection, account_rows.require(connection, name).id, "192.0.2.7", "a browser")
        monkeypatch.setattr("web.session._cookies", lambda: {identity.COOKIE: token})
        return app.run()

    for name in ("ann", "rita"):
        assert not [button for button in come_in(name).button if button.key == "reset"], name
    assert come_in("olga").button(key="reset").label == "Reset the demo"
    with monkeypatch.context() as patched:  # a dialog stays open over a run here only where each run opens it
        patched.setattr("web.parts.sidebar.describe", lambda here: sidebar.reset(here.workspace))
        shown = app.run()
        with accounts.read() as connection:
            assert list(audit_log.entries(connection)) == [], "it was not confirmed yet"
        shown.button(key="reset_now").click().run()
    assert not app.exception
    with accounts.read() as connection:
        (entry,) = audit_log.entries(connection)
    accounts.close()
    identity.close()
    assert (entry.kind, entry.actor, entry.workspace) == ("demo reset", "olga", "demo")
    assert (root / entry.subject / DATABASE).is_file(), "what was kept is named"
