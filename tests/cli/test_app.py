"""The command that serves the app."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import main
from settings import ROOT


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


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "lab.example"])
def test_other_machines_are_let_in_only_when_that_is_said(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, str]] = []
    monkeypatch.setattr("os.execve", lambda _path, _arguments, environment: started.append(environment))
    monkeypatch.setattr("os.chdir", lambda _path: None)
    assert main(["app", str(tmp_path), "--address", address, "--port", "8719"]) == 1
    told = capsys.readouterr().err
    assert "port 8719" in told
    assert "There is no password" in told
    assert "--open" in told
    assert started == []
    arguments = ["app", str(tmp_path), "--address", address, "--open", "--allowed-host", "label.example"]
    assert main(arguments) == 0
    assert "There is no password" in capsys.readouterr().err
    assert started[0]["SCENELOOP_OPEN"] == "1"
    assert started[0]["SCENELOOP_ALLOWED_HOSTS"] == "label.example"


def test_a_loopback_address_needs_no_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.execve", lambda _path, _arguments, _environment: None)
    monkeypatch.setattr("os.chdir", lambda _path: None)
    for address in ("127.0.0.1", "localhost", "::1"):
        assert main(["app", str(tmp_path), "--address", address]) == 0
    assert capsys.readouterr().err == ""
    assert main(["app", str(tmp_path), "--allowed-host", "https://label.example"]) == 1
    assert "is no host" in capsys.readouterr().err
