"""Paths of the server's disk that somebody types: whose, and below which folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import settings
from errors import InputError, RoleError
from store.accounts import account_rows, accounts_database, sessions
from store.accounts.roles import Role
from store.blobs.blob import Blob
from web import server_paths, session
from web.accounts import identity


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that paths may lie in, beside one that they may not, on a server without users."""
    for name in ("allowed/deep", "allowed-not", "all"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "allowed" / "link").symlink_to(tmp_path / "allowed-not")
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(tmp_path / "all"))
    settings.current.cache_clear()
    identity.close()
    yield tmp_path
    identity.close()
    settings.current.cache_clear()


def name_roots(monkeypatch: pytest.MonkeyPatch, *roots: Path) -> None:
    monkeypatch.setenv("SCENELOOP_ALLOWED_ROOTS", ":".join(map(str, roots)))
    settings.current.cache_clear()


def work_as(monkeypatch: pytest.MonkeyPatch, root: Path, role: Role) -> None:
    """The page of somebody with a role, whose cookie is that of a real session."""
    accounts = accounts_database.open_accounts(root)
    with accounts.write() as connection:
        one = account_rows.add(connection, f"a {role.word}", role, None if role == Role.ADMIN else "demo")
        token = sessions.begin(connection, one.id, "", "")
    accounts.close()
    identity.close()
    monkeypatch.setattr(session, "_cookies", lambda: {identity.COOKIE: token})
    monkeypatch.setattr(session, "current", lambda: session.Session(workspace="demo"))


def test_without_users_every_path_as_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "current", lambda: session.Session(workspace="demo"))
    assert server_paths.allowed(Path("/etc")) == Path("/etc")
    assert server_paths.written(folder / "all" / "out") == folder / "all" / "out"
    name_roots(monkeypatch, folder / "allowed")
    with pytest.raises(InputError, match="does not lie"):
        server_paths.allowed(Path("/etc"))


def test_with_users_below_named_folders_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, folder / "all", Role.OWNER)
    with pytest.raises(InputError, match="--allowed-root"):
        server_paths.allowed(folder / "allowed")
    name_roots(monkeypatch, folder / "allowed", folder / "all")
    for inside in ("allowed", "allowed/deep", "allowed/not/yet", "allowed/deep/../deep"):
        assert server_paths.allowed(folder / inside) == folder / inside
    for outside in ("", "allowed-not", "allowed/../allowed-not", "allowed/link", "allowed/link/x", "allowed/../../.."):
        with pytest.raises(InputError, match="does not lie"):
            server_paths.allowed(folder / outside)
    with pytest.raises(InputError, match="among the workspaces"):
        server_paths.written(folder / "all" / "demo")
    assert server_paths.model("ViT-B-32/some-tag") == "ViT-B-32/some-tag"
    for model in ("/etc/passwd", str(folder / "allowed-not"), "web/api"):
        with pytest.raises(InputError, match="does not lie"):
            server_paths.model(model)


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.REVIEWER])
def test_only_owners_name_any(folder: Path, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    work_as(monkeypatch, folder / "all", role)
    name_roots(monkeypatch, folder / "allowed")
    for taken in (server_paths.allowed, server_paths.written):
        with pytest.raises(RoleError, match="for owners"):
            taken(folder / "allowed")


def test_owners_alone_name_buckets_and_only_those_of_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCENELOOP_OBJECT_BUCKETS", "s3://photos/june")
    settings.current.cache_clear()
    work_as(monkeypatch, folder / "all", Role.OWNER)
    assert server_paths.named("s3://photos/june/1.jpg") == Blob("s3://photos/june/1.jpg")
    with pytest.raises(InputError, match="SCENELOOP_OBJECT_BUCKETS"):
        server_paths.named("s3://photos/july/1.jpg")
    with pytest.raises(InputError, match="--allowed-root"):
        server_paths.named("/etc")
    work_as(monkeypatch, folder / "all", Role.REVIEWER)
    with pytest.raises(RoleError):
        server_paths.named("s3://photos/june/1.jpg")
