"""A push on the Data page, to a hub that a server of the test plays: fields, job, how it ended, and where the token is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pushed_hub
import pytest
from page_steps import go, label
from pushed_hub import PushedHub
from streamlit.testing.v1 import AppTest

import jobs
from jobs import processes
from jobs.showing import JobView
from web import resources

CLOSED = "http://127.0.0.1:9"  # where nobody listens


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushedHub]:
    with pushed_hub.playing(PushedHub()) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        monkeypatch.setenv("HF_HUB_OFFLINE", "0")
        monkeypatch.setenv("HF_TOKEN", "hf_of_the_server")
        yield server


@pytest.fixture
def shown(app: AppTest, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Data page, after an export into `tmp_path / "out"`, with a form that lacks the token."""
    label(root, 2)
    shown = go(app, "data")
    shown.selectbox(key="format").set_value("coco").run()
    shown.selectbox(key="images_coco").set_value("none").run()
    shown.text_input(key="out").set_value(str(tmp_path / "out")).run()
    shown.button(key="export_folders").click().run()
    assert not shown.error, shown.error
    shown.text_input(key="push_folder").set_value(str(tmp_path / "out"))
    shown.text_input(key="push_repository").set_value("ann/scenes")
    return shown


def pressed(shown: AppTest, token: str) -> JobView:
    """The push, once it has ended."""
    shown.text_input(key="push_token").set_value(token)
    shown.button(key="push").click().run()
    assert not shown.exception
    workspace = resources.workspace("demo")
    job = jobs.latest(workspace, "push")
    assert job is not None, [error.value for error in shown.error]
    for child in list(processes._children.values()):
        child.wait(timeout=60)
    shown.run()
    return jobs.get(workspace, job["id"])


def test_an_export_is_pushed_and_the_token_is_kept_nowhere(
    hub: PushedHub, shown: AppTest, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    job = pressed(shown, hub.token)
    assert job["state"] == "done", job["error"]
    assert set(hub.files) == {"datasets/ann/scenes"}
    assert "annotations/labels_train.json" in hub.files["datasets/ann/scenes"]
    assert hub.private == {"datasets/ann/scenes": True}
    assert f"{hub.address}/datasets/ann/scenes" in shown.success[0].value
    assert shown.text_input(key="push_token").value == ""
    kept = [path for path in root.rglob("*") if path.is_file() and hub.token.encode() in path.read_bytes()]
    assert kept == []
    assert hub.token not in "".join(capfd.readouterr())


def test_a_refused_token_and_a_hub_that_is_away_are_told_in_words(
    hub: PushedHub, shown: AppTest, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = pressed(shown, "hf_wrong_one")
    assert job["state"] == "failed"
    why = shown.error[0].value.replace("\\", "")
    assert "refuses the token for ann/scenes (401)" in why
    assert "Give a token that may write" in why
    assert hub.files == {}
    assert [path for path in root.rglob("*") if path.is_file() and b"hf_wrong_one" in path.read_bytes()] == []
    monkeypatch.setenv("HF_ENDPOINT", CLOSED)
    pressed(shown, hub.token)
    assert "The hub cannot be reached" in shown.error[0].value


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("push_folder", "", "Type the folder"),
        ("push_repository", "scenes", "OWNER/NAME"),
        ("push_token", "", "Type a token"),
        ("push_folder", "/", "no folder that an export wrote"),
    ],
)
def test_what_is_missing_is_said_before_a_job_begins(
    hub: PushedHub, shown: AppTest, field: str, value: str, words: str
) -> None:
    shown.text_input(key="push_token").set_value(hub.token)
    shown.text_input(key=field).set_value(value)
    shown.button(key="push").click().run()
    assert words in shown.error[0].value.replace("\\", "")
    assert shown.text_input(key="push_token").value == ""
    assert jobs.latest(resources.workspace("demo"), "push") is None
    assert hub.asked == []
