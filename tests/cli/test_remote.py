"""The command line on a workspace of a server: the same words as on the workspace's folder."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from people_served import served

import cli
import settings
from store.accounts import account_rows, accounts_database, api_tokens
from store.accounts.roles import Role
from web.accounts import identity

Run = Callable[..., Any]


@pytest.fixture
def server(root: Path) -> Iterator[str]:
    """The address of a server with an owner, whose token SCENELOOP_TOKEN does not hold."""
    with accounts_database.open_accounts(root).write() as connection:
        account_rows.add(connection, "ann", Role.OWNER, "demo")
    identity.close()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(served(), log_level="error", ws="none"))
        thread = threading.Thread(target=lambda: running.run(sockets=[bound]))
        thread.start()
        while not running.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        running.should_exit = True
        thread.join()
    identity.close()


@pytest.fixture
def token(server: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token of the owner, in the environment."""
    one = accounts_database.open_accounts(root)
    with one.write() as connection:
        new_token = api_tokens.make(connection, account_rows.require(connection, "ann").id, "a test", Role.OWNER)
    one.close()
    monkeypatch.setenv("SCENELOOP_TOKEN", new_token)
    monkeypatch.setenv("SCENELOOP_ACTOR", "ann")
    settings.current.cache_clear()
    return new_token


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def of(*arguments: object, status: int = 0) -> Any:
        assert cli.main([*map(str, arguments), *(["--json"] if status == 0 else [])]) == status
        message = capsys.readouterr()
        return json.loads(message.out) if status == 0 else message.err

    return of


def test_every_command_answers_as_on_the_folder(server: str, token: str, root: Path, tmp_path: Path, run: Run) -> None:
    here = Path(shutil.copytree(root / "demo", tmp_path / "here"))

    def both(name: str, *more: object) -> tuple[Any, Any]:
        return run(name, here, *more), run("--server", server, name, "demo", *more)

    for command in (
        ("suspects", "--limit", 7),
        ("suspects", "--humans"),
        ("next", "--size", 5),
        ("next", "--order", "random"),
        ("history",),
    ):
        one, other = both(*command)
        assert one == other, command
    files = (
        [each["file"] for each in one["items"][:3]]
        if "items" in one
        else [each["file"] for each in both("next")[0]["items"][:3]]
    )
    table = tmp_path / "labels.csv"
    table.write_text("file,class\n" + "".join(f"{file},document\n" for file in files) + "nobody.jpg,document\n")
    one, other = both("label", table)
    batches = one.pop("batch"), other.pop("batch")
    assert one == other == {"labelled": 3, "unmatched": ["line 5: nobody.jpg"], "ambiguous": [], "conflicts": []}
    plain = [
        [{k: v for k, v in e.items() if k not in ("at", "batch", "id")} for e in each["events"]]
        for each in both("history", "--item", files[0])
    ]
    assert plain[0] == plain[1]
    assert plain[0][0]["actor"] == "ann"
    one, other = run("undo", here, batches[0]), run("--server", server, "undo", "demo", batches[1])
    assert {**one, "batch": ""} == {**other, "batch": ""}
    for kind in ("csv", "parquet"):
        run("export", here, "--format", kind, "--out", tmp_path / "one")
        run("--server", server, "export", "demo", "--format", kind, "--out", tmp_path / "other")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_what_is_refused_is_said_in_one_line(
    server: str, token: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, words in (
        (["--server", server, "train", "demo"], "--server does export, history, label, next, suspects, undo"),
        (["--server", server, "history", "some/demo"], "by its name"),
        (["--server", server, "history", "nowhere"], "no workspace of that name"),
        (["--server", "ftp://x", "history", "demo"], "not an address of a server"),
        (["--server", "http://127.0.0.1:9", "history", "demo"], "cannot be reached"),
        (["--server", server, "--token", "sceneloop_wrong", "history", "demo"], "unknown, revoked or expired"),
        (["--server", server, "label", "demo", str(tmp_path / "none.csv")], "cannot be read"),
        (["--server", server, "undo", "demo", "no-such-batch"], "no-such-batch"),
        (["--server", server, "export", "demo", "--format", "coco", "--out", str(tmp_path / "out")], "csv and parquet"),
    ):  # fmt: skip
        message = run(*arguments, status=1)
        assert words in message, (arguments, message)
        assert len(message.splitlines()) == 1
        assert token not in message
    monkeypatch.delenv("SCENELOOP_TOKEN")
    settings.current.cache_clear()
    assert "Give an API token" in run("--server", server, "history", "demo", status=1)


def test_a_token_made_by_command_works_and_ends(server: str, root: Path, run: Run) -> None:
    new_token = run(
        "users", "token", "ann", "--for", "nightly export", "--role", "annotator", "--days", 7, "--root", root
    )
    history = ("--server", server, "--token", new_token["token"], "history", "demo")
    assert run(*history)["batches"]
    (listed,) = run("users", "tokens", "--root", root)["tokens"]
    assert (listed["account"], listed["name"], listed["role"]) == ("ann", "nightly export", "annotator")
    assert listed["seen_at"] is not None
    run("users", "end-token", listed["id"], "--root", root)
    assert "unknown, revoked or expired" in run(*history, status=1)
