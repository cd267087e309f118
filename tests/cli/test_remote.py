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

import lance
import pytest
import uvicorn
from people_served import served

import cli
import files
import settings
from labeling.exchange import export_archive
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.accounts import account_rows, accounts_database, api_tokens, audit_log
from store.accounts.roles import Role
from store.project import saved_views
from store.team import actors
from web.accounts import identity
from web.api.commands import export_routes
from web.api.request import Ask

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


def content(path: Path) -> dict[str, bytes]:
    """Every file by name, of a folder or the file itself."""
    if path.is_file():
        return {"": path.read_bytes()}
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}


EXPORTS = (
    "csv", "csv --negatives", "csv --view some", "parquet", "folders", "folders --view some", "imagefolder --splits",
    "coco --images none --people", "yolo", "labelstudio", "cvat --confidence 0.5", "datumaro", "fiftyone", "webdataset",
    "croissant --view some", "coco --dry-run",
)  # fmt: skip


def left(root: Path) -> list[Path]:
    """Folders that the server works in."""
    return list((root / "demo").glob(f"{files.PREFIX}*"))


def test_every_export_is_what_the_folder_gives(server: str, token: str, root: Path, tmp_path: Path, run: Run) -> None:
    opened = workspace.open_workspace(root / "demo")
    ids = Snapshot(opened).labels.board().ids[:5].tolist()
    with opened.engine.begin() as connection:
        saved_views.save(connection, "some", {"ids": ",".join(map(str, ids))}, actors.id_of(connection, "ann"))
    opened.engine.dispose()
    for options in EXPORTS:
        wish, dry = ["--format", *options.split()], "--dry-run" in options
        one, other = tmp_path / options / "one", tmp_path / options / "other"
        for _ in range(1 if dry else 2):  # a second one takes the place of the first
            there = run("export", root / "demo", *wish, "--out", one)
            here = run("--server", server, "export", "demo", *wish, "--out", other)
        assert {**there, "out": ""} == {**here, "out": ""}, options
        assert here["out"] == str(other)
        assert one.exists() == other.exists() == (not dry), options
        assert dry or content(one), options
        assert content(one) == content(other), options
        assert left(root) == [], "the server keeps nothing of it"
    with accounts_database.open_accounts(root).read() as connection:
        noted = [(each.kind, each.subject) for each in audit_log.entries(connection)]
    kinds = [options.split()[0] for options in EXPORTS if "--dry-run" not in options]
    assert noted == [("labels exported", kind) for kind in kinds for _ in range(2)]


def test_what_nobody_takes_any_more_goes(root: Path) -> None:
    identity.close()
    ask = Ask("demo", "ann", {}, {}, {"kind": "folders"})
    taken = export_routes.archive(ask)
    assert len(left(root)) == 1
    assert next(taken)
    taken.close()  # type: ignore[attr-defined]
    assert left(root) == []
    taken = export_routes.archive(ask)
    del taken  # who asked has gone before the first piece
    assert left(root) == []


def test_what_another_format_loses_is_told_and_a_folder_of_somebody_else_stays(
    server: str, token: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--format", "yolo", "--out", str(tmp_path / "out")]
    assert cli.main(["export", str(root / "demo"), *arguments, "--dry-run"]) == 0
    lost = capsys.readouterr().err
    assert lost
    assert cli.main(["--server", server, "export", "demo", *arguments]) == 0
    assert capsys.readouterr().err == lost
    (tmp_path / "out" / "mine.txt").write_text("mine")
    before = content(tmp_path / "out")
    assert cli.main(["--server", server, "export", "demo", *arguments]) == 1
    assert "mine.txt" in capsys.readouterr().err
    assert content(tmp_path / "out") == before


def test_an_export_that_is_cut_off_leaves_what_was_there(
    server: str, token: str, root: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    arguments = ("--server", server, "export", "demo", "--format", "folders", "--out", out)
    run(*arguments)
    before = content(out)
    whole = export_archive.pieces

    def half(folder: Path, answer: Any) -> Iterator[bytes]:
        yield from list(whole(folder, answer))[:-20]
        raise OSError("the server's disk has gone")

    monkeypatch.setattr(export_archive, "pieces", half)
    message = run(*arguments, status=1)
    assert "incomplete" in message or "cannot be reached" in message
    assert content(out) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all", "out"]
    assert left(root) == []


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
        (["--server", server, "export", "demo", "--format", "coco", "--images", "link", "--out", str(tmp_path / "out")], "cannot be linked"),
        (["--server", server, "export", "demo", "--format", "folders", "--people", "--out", str(tmp_path / "out")], "--people"),
        (["--server", server, "export", "demo", "--format", "yolo", "--negatives", "--out", str(tmp_path / "out")], "--negatives"),
        (["--server", server, "export", "demo", "--format", "yolo", "--images", "none", "--out", str(tmp_path / "out")], "Copy or link"),
        (["--server", server, "export", "demo", "--format", "coco", "--view", "none", "--out", str(tmp_path / "out")], "no saved view"),
        (["--server", server, "export", "demo", "--format", "csv", "--view", "none", "--out", str(tmp_path / "out")], "no saved view"),
        (["--server", server, "export", "demo", "--format", "coco", "--facet", "none", "--out", str(tmp_path / "out")], "facet"),
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


def test_lance_comes_with_the_same_rows(server: str, token: str, root: Path, tmp_path: Path, run: Run) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    there = run("export", root / "demo", "--format", "lance", "--out", one)
    here = run("--server", server, "export", "demo", "--format", "lance", "--out", other)
    assert {**there, "out": ""} == {**here, "out": ""}
    first, second = (lance.dataset(path / "images.lance") for path in (one, other))
    columns = [name for name in first.schema.names if name != "image"]
    assert first.to_table(columns=columns) == second.to_table(columns=columns)
    assert second.take_blobs("image", indices=[0])[0].read() == first.take_blobs("image", indices=[0])[0].read()
    assert left(root) == []
