"""The command that serves the app."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import main
from settings import ROOT, current


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
def test_ending_the_command_ends_the_server(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "cli", "app", str(tmp_path), "--port", "8719", "--headless"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            words = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            if b"streamlit" in words:
                break
            time.sleep(0.1)
        assert b"streamlit" in words, "the command is the server itself, no parent that would leave it behind"
        process.terminate()
        process.wait(30)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, str]]:
    """The environments of servers that the command would have become."""
    environments: list[dict[str, str]] = []
    monkeypatch.setattr("os.execve", lambda _path, _arguments, environment: environments.append(environment))
    monkeypatch.setattr("os.chdir", lambda _path: None)
    monkeypatch.delenv("SCENELOOP_ACCOUNTS_URL", raising=False)
    return environments


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "lab.example"])
def test_other_machines_are_let_in_only_to_users_and_when_that_is_said(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], started: list[dict[str, str]]
) -> None:
    elsewhere = ["app", str(tmp_path), "--address", address, "--port", "8719"]
    for arguments in (elsewhere, [*elsewhere, "--open"]):
        assert main(arguments) == 1
        message = capsys.readouterr().err
        assert "port 8719" in message
        assert "no users" in message
        assert "sceneloop users add" in message
    assert main(["users", "add", "ann", "--role", "admin", "--root", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(elsewhere) == 1
    assert "--open" in capsys.readouterr().err
    assert started == []
    assert main([*elsewhere, "--open", "--allowed-host", "label.example"]) == 0
    assert "TLS" in capsys.readouterr().err
    assert started[0]["SCENELOOP_OPEN"] == "1"
    assert started[0]["SCENELOOP_ALLOWED_HOSTS"] == "label.example"


def test_a_loopback_address_without_users_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], started: list[dict[str, str]]
) -> None:
    for address in ("127.0.0.1", "localhost", "::1"):
        assert main(["app", str(tmp_path), "--address", address]) == 0
        assert "no users" in capsys.readouterr().err
    assert not (tmp_path / "accounts.db").exists(), "asking makes no database"
    assert main(["users", "add", "ann", "--role", "admin", "--root", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["app", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""
    assert len(started) == 4
    assert main(["app", str(tmp_path), "--allowed-host", "https://label.example"]) == 1
    assert "is not a host" in capsys.readouterr().err


def test_a_proxys_word_needs_users_and_the_sockets_own_addresses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], started: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCENELOOP_PROXY_HEADER", "X-User")
    monkeypatch.setenv("SCENELOOP_PROXY_PEERS", "127.0.0.1")
    current.cache_clear()
    try:
        assert main(["app", str(tmp_path)]) == 1
        assert "users add" in capsys.readouterr().err
        assert main(["users", "add", "ann", "--role", "admin", "--root", str(tmp_path)]) == 0
        assert main(["app", str(tmp_path)]) == 0
    finally:
        current.cache_clear()
    assert [one["FORWARDED_ALLOW_IPS"] for one in started] == [""]
