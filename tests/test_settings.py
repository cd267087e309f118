"""Settings are read from an environment, and a wrong one says what is right."""

from __future__ import annotations

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
