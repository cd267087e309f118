"""A push to a hub that a server of the test plays: what arrives, what goes, and what is said where it is refused or cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pushed_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.utils import _http
from pushed_hub import PushedHub

from errors import CancelledError, InputError
from labeling.exchange import hub_push
from labeling.exchange.formats import picture_files


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushedHub]:
    with pushed_hub.playing(PushedHub()) as server:
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE.removeprefix(constants.ENDPOINT)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.address + template)
        monkeypatch.setattr(constants, "ENDPOINT", server.address)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
        monkeypatch.setenv("HF_TOKEN", server.token)
        yield server
    huggingface_hub.close_session()


def exported(out: Path, content: dict[str, str], form: str = "imagefolder") -> Path:
    """A folder as an export writes it."""
    with picture_files.replacing_export(out, form) as folder:
        for name, text in content.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    return out


def arrived(hub: PushedHub, repository: str) -> dict[str, str]:
    """What the hub has, without our list."""
    return {name: content.decode() for name, content in hub.files[repository].items() if name != picture_files.LIST}


def test_a_dataset_arrives_and_a_later_push_takes_its_own_away(hub: PushedHub, tmp_path: Path) -> None:
    content = {"README.md": "# x", "train/a [1].jpg": "one", "train/été 😀.jpg": "two"}
    done = hub_push.push(exported(tmp_path / "out", content), "ann/scenes")
    assert arrived(hub, "datasets/ann/scenes") == content
    assert hub.private == {"datasets/ann/scenes": True}
    assert (done["kind"], done["files"], done["removed"]) == ("dataset", 4, 0)
    assert done["url"] == f"{hub.address}/datasets/ann/scenes"
    hub.files["datasets/ann/scenes"]["mine.txt"] = b"by hand"
    changed = {"README.md": "# y", "train/a 1.jpg": "1"}
    done = hub_push.push(exported(tmp_path / "out", changed), "ann/scenes")
    assert arrived(hub, "datasets/ann/scenes") == {**changed, "mine.txt": "by hand"}
    assert done["removed"] == 2


def test_a_head_becomes_a_model(hub: PushedHub, tmp_path: Path) -> None:
    folder = exported(tmp_path / "out", {"README.md": "# x", "head.json": "{}"}, hub_push.MODEL)
    assert hub_push.push(folder, "ann/head", public=True)["url"] == f"{hub.address}/ann/head"
    assert set(arrived(hub, "models/ann/head")) == {"README.md", "head.json"}
    assert hub.private == {"models/ann/head": False}


def test_what_did_not_change_is_not_sent_again(hub: PushedHub, tmp_path: Path) -> None:
    folder = exported(tmp_path / "out", {"a.jpg": "one"})
    hub_push.push(folder, "ann/scenes")
    hub.asked.clear()
    hub_push.push(folder, "ann/scenes")
    assert not [one for one in hub.asked if "/commit/" in one]


def test_without_a_token_nothing_is_asked(hub: PushedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"no token .*hf auth login"):
        hub_push.push(exported(tmp_path / "out", {"a.jpg": "one"}), "ann/scenes")
    assert hub.asked == []


def test_a_refused_token_is_named_and_not_shown(
    hub: PushedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(InputError, match=r"refuses the token for ann/scenes \(401\).*may write") as raised:
        hub_push.push(exported(tmp_path / "out", {"a.jpg": "one"}), "ann/scenes")
    assert "hf_wrong" not in str(raised.value)
    assert hub.files == {}


@pytest.mark.parametrize("where", ["repos/create", "preupload", "commit"])
def test_a_cut_connection_says_so_and_the_next_push_goes_on(
    hub: PushedHub, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_http.time, "sleep", lambda seconds: None)
    folder = exported(tmp_path / "out", {"a.jpg": "one"})
    hub.cut, hub.cuts = where, 100
    with pytest.raises(InputError, match=r"cannot be reached any more .*Push again"):
        hub_push.push(folder, "ann/scenes")
    hub.cuts = 0
    hub_push.push(folder, "ann/scenes")
    assert arrived(hub, "datasets/ann/scenes") == {"a.jpg": "one"}


def test_a_card_that_the_hub_refuses_is_named(hub: PushedHub, tmp_path: Path) -> None:
    hub.complaint = "license must be one of those"
    with pytest.raises(InputError, match=r"license must be one of those"):
        hub_push.push(exported(tmp_path / "out", {"README.md": "# x"}), "ann/scenes")


def test_only_a_whole_export_is_pushed(hub: PushedHub, tmp_path: Path) -> None:
    folder = exported(tmp_path / "out", {"a.jpg": "one", "b.jpg": "two"})
    for name in ("scenes", "ann/", "ann/../x", "ann/a b", "-/x"):
        with pytest.raises(InputError, match="OWNER/NAME"):
            hub_push.push(folder, name)
    (folder / "secret.txt").write_text("mine")
    with pytest.raises(InputError, match=r"was changed .*secret\.txt"):
        hub_push.push(folder, "ann/scenes")
    (folder / "secret.txt").unlink()
    (folder / "b.jpg").unlink()
    with pytest.raises(InputError, match=r"was changed .*b\.jpg"):
        hub_push.push(folder, "ann/scenes")
    with pytest.raises(InputError, match="no folder that an export wrote"):
        hub_push.push(tmp_path, "ann/scenes")
    assert hub.asked == []


def test_a_list_at_the_hub_that_is_none_of_ours_stops_the_push(hub: PushedHub, tmp_path: Path) -> None:
    hub.files["datasets/ann/scenes"] = {picture_files.LIST: b"[]"}
    with pytest.raises(InputError, match="is no list of an export"):
        hub_push.push(exported(tmp_path / "out", {"a.jpg": "one"}), "ann/scenes")


def test_the_command_pushes_to_the_endpoint_of_the_environment(hub: PushedHub, tmp_path: Path) -> None:
    folder = exported(tmp_path / "out", {"a.jpg": "one"})
    environment = {**os.environ, "HF_ENDPOINT": hub.address, "HF_TOKEN": hub.token, "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, "-m", "cli", "push", str(folder), "ann/scenes", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["repository"] == "ann/scenes"
    assert arrived(hub, "datasets/ann/scenes") == {"a.jpg": "one"}


def test_pictures_go_first_in_lots_and_what_tells_of_them_last(
    hub: PushedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_push, "LOT", 2)
    content = {"README.md": "# x", "train/metadata.jsonl": "{}", **{f"train/{k}.jpg": str(k) for k in range(5)}}
    steps: list[tuple[float, float]] = []
    hub_push.push(
        exported(tmp_path / "out", content),
        "ann/scenes",
        progress=lambda done, total, *rest: steps.append((done, total)),
    )
    assert steps == [(0, 8), (2, 8), (4, 8), (5, 8), (8, 8)]
    assert len([one for one in hub.asked if "/commit/" in one]) == 4
    assert arrived(hub, "datasets/ann/scenes") == content


def test_a_push_that_is_cancelled_leaves_what_an_earlier_one_told(
    hub: PushedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_push, "LOT", 2)
    first = {"README.md": "# before", "a.jpg": "one"}
    hub_push.push(exported(tmp_path / "out", first), "ann/scenes")

    def until_two(done: float, total: float, message: str = "", losses: object = (), /) -> None:
        if done >= 2:
            raise CancelledError("Cancelled.")

    changed = {"README.md": "# after", **{f"{k}.jpg": str(k) for k in range(4)}}
    folder = exported(tmp_path / "out", changed)
    with pytest.raises(CancelledError, match="goes on where it stopped"):
        hub_push.push(folder, "ann/scenes", progress=until_two)
    assert arrived(hub, "datasets/ann/scenes") == {**first, "0.jpg": "0", "1.jpg": "1"}
    hub_push.push(folder, "ann/scenes")
    assert arrived(hub, "datasets/ann/scenes") == changed


def test_a_token_that_is_given_counts_instead_of_the_one_of_the_machine(
    hub: PushedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_server")
    folder = exported(tmp_path / "out", {"a.jpg": "one"})
    hub_push.push(folder, "ann/scenes", token=hub.token)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    with pytest.raises(InputError, match=r"refuses the token .*Give a token that may write") as raised:
        hub_push.push(folder, "ann/other", token="hf_wrong")
    assert "hf_wrong" not in str(raised.value)
    assert "hf auth" not in str(raised.value), "who is on a page has no shell there"
    assert set(hub.files) == {"datasets/ann/scenes"}
