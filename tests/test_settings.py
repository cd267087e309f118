"""Settings are read from an environment, and a wrong one says what is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import settings
from errors import InputError


def test_an_empty_environment_gives_the_defaults() -> None:
    read = settings.read({})
    assert (read.threads, read.nice, read.opened, str(read.workspace)) == (0, 10, False, "workspace")


@pytest.mark.parametrize("name", ["SCENELOOP_THREADS", "SCENELOOP_NICE"])
@pytest.mark.parametrize("value", ["-1", "1.5", "many", ""])
def test_a_number_out_of_range_is_refused(name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"{name} is"):
        settings.read({name: value})


def test_a_nice_level_beyond_the_lowest_priority_is_refused() -> None:
    assert settings.read({"SCENELOOP_NICE": "19"}).nice == 19
    with pytest.raises(InputError, match="0 to 19"):
        settings.read({"SCENELOOP_NICE": "20"})


def test_a_file_says_what_the_environment_leaves_open(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text(
        'workspace = "/data/workspaces"\nallowed_hosts = ["label.example", "lab.example:8443"]\nopen = true\nthreads = 3\n'
        'allowed_roots = ["/data/pictures", "/data/films"]\n'
    )
    given = settings.with_file({"SCENELOOP_SETTINGS": str(file), "SCENELOOP_THREADS": "5"})
    read = settings.read(given)
    assert read.workspace == Path("/data/workspaces")
    assert (read.allowed_hosts, read.opened, read.threads) == (("label.example", "lab.example:8443"), True, 5)
    assert read.allowed_roots == (Path("/data/pictures"), Path("/data/films"))
    assert settings.read(settings.with_file({})) == settings.read({})


@pytest.mark.parametrize(
    "text", ["thread = 3", "threads = [[1]]", "threads = {}", "threads = 1.5", "threads", "actor = 'Ann'"]
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.toml").write_text(text)
    with pytest.raises(InputError, match=r"server\.toml"):
        settings.with_file({"SCENELOOP_SETTINGS": str(tmp_path / "server.toml")})


def test_every_setting_can_stand_in_the_file() -> None:
    variables = set(re.findall(r'environ\.get\("SCENELOOP_(\w+)"', (settings.ROOT / "settings.py").read_text()))
    assert {name.upper() for name in settings.IN_FILE} == variables - {"ACTOR", "SETTINGS"}
