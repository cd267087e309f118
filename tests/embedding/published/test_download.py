from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from filelock import FileLock
from hub_server import Hub, playing

from embedding.published import download
from errors import CancelledError, EncoderError

PATH = "/some/model/resolve/main/weights.safetensors"
SIZE = 5_000_000


@pytest.fixture
def hub() -> Iterator[Hub]:
    with playing(Hub(files={PATH: os.urandom(SIZE)})) as served:
        yield served


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "some--model" / "weights.safetensors"


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PAUSE_S", 0.0)


class Watcher:
    """Notes reports, and cancels behind so many megabytes."""

    def __init__(self, stop_at: float = float("inf")) -> None:
        self.stop_at = stop_at
        self.reports: list[tuple[float, float, str]] = []

    def __call__(self, done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        self.reports.append((done, total, message))
        if done >= self.stop_at:
            raise CancelledError


def fetch(hub: Hub, target: Path, watcher: Watcher | None = None) -> Path:
    return download.fetch(download.ask(hub.address + PATH), target, "some/model", watcher or Watcher())


def test_a_file_comes_whole_with_progress_in_megabytes(hub: Hub, target: Path) -> None:
    watcher = Watcher()
    assert fetch(hub, target, watcher).read_bytes() == hub.files[PATH]
    assert [name.name for name in target.parent.iterdir() if not name.name.startswith(".")] == [target.name]
    amounts = [done for done, _, _ in watcher.reports]
    assert amounts == sorted(amounts)
    assert amounts[0] < 2
    assert watcher.reports[-1] == (5.0, 5.0, "Checking some/model")
    asked = len(hub.asked)
    remote = download.Remote(hub.address + PATH, SIZE, "any")
    assert download.fetch(remote, target, "some/model") == target
    assert len(hub.asked) == asked, "what is there is not fetched again"


def test_a_cut_connection_goes_on_behind_the_last_byte(hub: Hub, target: Path) -> None:
    hub.cuts = [1_500_000, 2_000_000]
    watcher = Watcher()
    assert fetch(hub, target, watcher).read_bytes() == hub.files[PATH]
    assert hub.begins == [0, 1_500_000, 3_500_000]
    assert "The connection to some/model was cut, trying again" in {message for _, _, message in watcher.reports}


def test_a_connection_that_brings_nothing_is_given_up(hub: Hub, target: Path) -> None:
    hub.cuts = [1_500_000, *[0] * 20]
    with pytest.raises(EncoderError, match="start it again to go on"):
        fetch(hub, target)
    assert len(hub.begins) == 1 + download.TRIES
    assert download.came(target) == 1_500_000
    hub.cuts.clear()
    assert fetch(hub, target).read_bytes() == hub.files[PATH]
    assert hub.begins[-1] == 1_500_000


def test_a_cancel_keeps_what_came(hub: Hub, target: Path) -> None:
    with pytest.raises(CancelledError, match=r"Stopped at \d of 5 MB. What came is kept"):
        fetch(hub, target, Watcher(stop_at=2.0))
    kept = download.came(target)
    assert 2_000_000 <= kept < SIZE
    assert not target.exists()
    assert fetch(hub, target).read_bytes() == hub.files[PATH]
    assert hub.begins == [0, kept]
    assert download.came(target) == 0


def test_a_server_without_ranges_sends_everything_again(hub: Hub, target: Path) -> None:
    hub.cuts, hub.ranges = [1_500_000], False
    assert fetch(hub, target).read_bytes() == hub.files[PATH]
    assert hub.begins == [0, 0]


@pytest.mark.parametrize("digest", ["f" * 64, "e" * 40])
def test_other_bytes_than_the_hub_states_are_deleted(hub: Hub, target: Path, digest: str) -> None:
    hub.digests[PATH] = digest
    with pytest.raises(EncoderError, match=r"damaged.*It was deleted"):
        fetch(hub, target)
    assert not target.exists()
    assert download.came(target) == 0


def test_the_digest_of_a_small_file_is_its_git_blob(hub: Hub, target: Path) -> None:
    hub.files[PATH] = b"hello\n"
    hub.digests[PATH] = "ce013625030ba8dba906f756967f9e9ca394464a"  # git hash-object of that text
    assert fetch(hub, target).read_bytes() == b"hello\n"


def test_a_newer_file_of_the_hub_begins_anew(hub: Hub, target: Path) -> None:
    with pytest.raises(CancelledError):
        fetch(hub, target, Watcher(stop_at=2.0))
    hub.files[PATH] = os.urandom(SIZE)
    assert fetch(hub, target).read_bytes() == hub.files[PATH]
    assert hub.begins == [0, 0]


def test_what_does_not_fit_is_refused_before_the_first_byte(
    hub: Hub, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(target.parents[2])
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=SIZE))
    with pytest.raises(EncoderError, match=r"needs 5 MB more, and .* has 5 MB free.*SCENELOOP_MODELS"):
        fetch(hub, target)
    assert hub.begins == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_fills_up_on_the_way_says_so(hub: Hub, target: Path) -> None:
    remote = download.ask(hub.address + PATH)
    target.parent.mkdir(parents=True)
    target.with_name(f"{target.name}.{remote.digest[:16]}.part").symlink_to("/dev/full")
    with pytest.raises(EncoderError, match=r"cannot be written.*start the download again"):
        download.fetch(remote, target, "some/model")


def test_two_processes_do_not_write_one_part(hub: Hub, target: Path) -> None:
    target.parent.mkdir(parents=True)
    with (
        FileLock(target.with_name(f".{target.name}.lock")),
        pytest.raises(EncoderError, match="downloaded by another process"),
    ):
        fetch(hub, target)
    assert fetch(hub, target).is_file()
