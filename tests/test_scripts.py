"""The scripts that get what `make test` needs beside Python: nothing is passed over where one is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import ROOT

POSTGRESQL, NODE = (ROOT / "scripts" / name for name in ("postgresql.sh", "node.sh"))


def run(
    tmp_path: Path, *programs: str, uid: int, install: str = "", script: Path = POSTGRESQL, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a script where only these programs are to be found; `apt-get` notes what it is asked for, and does `install`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("ls", "touch", "chmod"):
        (folder / name).symlink_to(str(shutil.which(name)))
    scripts = {"id": f"echo {uid}", "apt-get": f'echo "$@" >>{tmp_path}/asked\n{install}'}
    for name in ("id", *programs):
        (folder / name).write_text(f"#!/bin/sh\n{scripts.get(name, 'exit 0')}\n")
        (folder / name).chmod(0o755)
    environment = {"PATH": str(folder), "DEBIAN": str(tmp_path / "debian"), **more}
    return subprocess.run(["/bin/sh", str(script)], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("uid", [0, 1000])
def test_a_server_that_is_here_is_taken(tmp_path: Path, uid: int) -> None:
    assert run(tmp_path, "initdb", "apt-get", uid=uid).returncode == 0
    assert not (tmp_path / "asked").exists()


def test_debian_s_folder_is_looked_into(tmp_path: Path) -> None:
    result = tmp_path / "debian" / "15" / "bin" / "initdb"
    result.parent.mkdir(parents=True)
    result.touch()
    assert run(tmp_path, uid=1000).returncode == 0


def test_a_server_that_is_named_needs_no_programs(tmp_path: Path) -> None:
    assert run(tmp_path, uid=1000, SCENELOOP_TEST_DATABASE_URL="postgresql+psycopg://a@/b").returncode == 0


def test_root_gets_debian_s(tmp_path: Path) -> None:
    installs = f"touch {tmp_path}/bin/initdb && chmod +x {tmp_path}/bin/initdb"
    assert run(tmp_path, "apt-get", uid=0, install=installs).returncode == 0
    assert "install -y -qq --no-install-recommends postgresql" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(("programs", "uid"), [((), 0), (("apt-get",), 1000), (("apt-get",), 0)])
def test_without_a_server_the_tests_fail_and_say_how(tmp_path: Path, programs: tuple[str, ...], uid: int) -> None:
    done = run(tmp_path, *programs, uid=uid)
    assert done.returncode == 1
    assert "apt-get install postgresql" in done.stderr
    assert "SCENELOOP_TEST_DATABASE_URL" in done.stderr


@pytest.mark.parametrize("uid", [0, 1000])
def test_a_node_that_is_here_is_taken(tmp_path: Path, uid: int) -> None:
    assert run(tmp_path, "node", "npm", "apt-get", uid=uid, script=NODE).returncode == 0
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("present", [(), ("node",)])
def test_root_gets_debian_s_node(tmp_path: Path, present: tuple[str, ...]) -> None:
    installs = f"for name in node npm; do touch {tmp_path}/bin/$name && chmod +x {tmp_path}/bin/$name; done"
    assert run(tmp_path, *present, "apt-get", uid=0, install=installs, script=NODE).returncode == 0
    assert "install -y -qq --no-install-recommends nodejs npm" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("programs", "uid"), [((), 0), (("apt-get",), 1000), (("apt-get",), 0), (("node",), 1000), (("npm",), 1000)]
)
def test_without_node_the_check_fails_and_says_how(tmp_path: Path, programs: tuple[str, ...], uid: int) -> None:
    done = run(tmp_path, *programs, uid=uid, script=NODE)
    assert done.returncode == 1
    assert "apt-get install nodejs npm" in done.stderr


@pytest.mark.parametrize(("pages", "others"), [(0, 0), (1, 0), (0, 2), (3, 2)])
def test_both_parts_of_the_tests_count_and_are_shown(tmp_path: Path, pages: int, others: int) -> None:
    """A stand-in for Python: the part in Chromium says so later than the other."""
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *"--ignore tests/browser"*) echo "others $OMP_NUM_THREADS"; exit {others};; '
        f'*) sleep .2; echo "pages $OMP_NUM_THREADS"; exit {pages};; esac\n'
    )
    python.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "tests.sh")],
        env={**os.environ, "PYTHON": str(python)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == (pages or others)
    assert done.stdout.split("\n") == ["others 1", "pages 1", ""]
