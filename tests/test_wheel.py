"""The wheel holds every file of the app that is tracked, and nothing of development. `scripts/wheel.sh` installs and runs it."""

from __future__ import annotations

import subprocess
import tomllib
import warnings
from pathlib import Path

import pytest
from PIL import Image
from setuptools import Distribution

from scripts import wheel_pages
from settings import ROOT

LEFT_OUT = {"README.md"}  # beside the modules of a room, for whoever reads them


@pytest.fixture(scope="module")
def content() -> set[str]:
    """Files that setuptools would put into the wheel, found without building it."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # folders of data are no packages, and need not be
        patch.chdir(ROOT)
        distribution = Distribution({"script_name": "setup.py"})
        distribution.parse_config_files()
        build = distribution.get_command_obj("build_py")
        build.ensure_finalized()
        modules = {Path(path) for *_, path in build.find_all_modules()}
        data = {Path(folder) / name for _, folder, _, names in build.data_files for name in names}
    return {path.as_posix() for path in modules | data}


def test_every_tracked_file_of_the_app_is_in_it(content: set[str]) -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    tops = sorted({name.split(".")[0] for name in packages})
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *tops], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    wanted = {
        name for name in tracked.split("\0") if name and Path(name).name not in LEFT_OUT and (ROOT / name).exists()
    }
    assert wanted - content == set()


def test_nothing_else_is_in_it(content: set[str]) -> None:
    tops = {name.split("/")[0] for name in content}
    assert tops.isdisjoint({"bench", "pretraining", "scenery", "scripts", "tests", "docs", "build"})
    assert not [name for name in content if "__pycache__" in name or name.endswith((".pyc", ".db"))]


def test_two_pictures_differ_by_the_share_of_their_pixels(tmp_path: Path) -> None:
    one, other = Image.new("RGB", (100, 100)), Image.new("RGB", (100, 100))
    for x in range(50):
        other.putpixel((x, 0), (255, 255, 255))
    paths = [tmp_path / "one.png", tmp_path / "other.png"]
    for picture, path in zip((one, other), paths, strict=True):
        picture.save(path)
    assert wheel_pages.difference(*paths) == pytest.approx(0.005)
    one.resize((50, 50)).save(paths[0])
    assert wheel_pages.difference(*paths) == 1
