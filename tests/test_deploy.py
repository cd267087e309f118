"""The files that run Sceneloop on a server start the commands that there are, as nobody in particular."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import cli
from settings import ROOT
from variables import VARIABLES
from web.accounts import least_roles

CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "sceneloop.service"


def arguments(words: list[str]) -> dict[str, object]:
    """What the command line reads in a command, which it would refuse with a SystemExit."""
    assert words[0].rpartition("/")[2] == "sceneloop"
    return vars(cli.parser().parse_args(words[1:]))


def test_the_container_serves_all_addresses_as_a_user_without_rights() -> None:
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", CONTAINER, re.MULTILINE)
    given = arguments(json.loads(entry))
    assert (given["address"], given["open"], given["workspace"]) == ("0.0.0.0", True, Path("/data"))
    lines = CONTAINER.splitlines()
    assert lines.index("USER 10001:10001") < lines.index(f"ENTRYPOINT {entry}")
    assert "/_stcore/health" in CONTAINER
    assert least_roles.STREAMLIT["/_stcore/health"] is least_roles.ANYBODY
    (extras,) = re.findall(r"-e \"\.\[(.*?)\]\"", CONTAINER)
    assert set(extras.split(",")) == {"postgres", "oidc"}
    for command in re.findall(r"^# .*(sceneloop users .*)$", CONTAINER, re.MULTILINE):
        assert arguments(shlex.split(command))["role"] == "admin"


def test_the_unit_serves_this_machine_and_writes_its_own_folder_alone() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    service = unit["Service"]
    given = arguments(shlex.split(service["ExecStart"]))
    assert given["address"] == "127.0.0.1"
    assert given["open"] is False
    assert service["User"] == service["Group"] == "sceneloop"
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == (
        "strict",
        "yes",
        "",
    )
    assert str(given["workspace"]) == f"/var/lib/{service['StateDirectory']}"
    (command,) = re.findall(r"^# sudo .*?(\S*/sceneloop users .*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert arguments(shlex.split(command))["root"] == given["workspace"]


def test_both_name_settings_that_there_are_and_keep_models() -> None:
    known = {f"SCENELOOP_{variable.name}" for variable in VARIABLES}
    for text in (CONTAINER, UNIT.read_text(encoding="utf-8")):
        named = set(re.findall(r"SCENELOOP_[A-Z_]+", text))
        assert named <= known
        assert named >= {"SCENELOOP_ACCOUNTS_URL", "SCENELOOP_PROXY_HEADER", "SCENELOOP_PROXY_PEERS"}
    (models,) = re.findall(r"SCENELOOP_MODELS=(\S+)", CONTAINER)
    assert models.startswith("/data/"), "what is not below /data goes with the container"
