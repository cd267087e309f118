"""The arrows between the folders, and names that would shadow each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = [
    {"settings", "errors", "reading", "files", "naming"},
    {"written"},
    {"store"},
    {"sample_data", "embedding"},
    {"labeling"},
    {"training"},
    {"video"},
    {"jobs", "cli", "web"},
    {"pages"},
    {"app"},
]
LEVEL = {name: number for number, layer in enumerate(LAYERS) for name in sorted(layer)}
FILES = [
    path
    for name in LEVEL
    for path in ([ROOT / f"{name}.py"] if (ROOT / f"{name}.py").exists() else sorted((ROOT / name).rglob("*.py")))
]
STREAMLIT = {"app", "web", "pages"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
    return found


def top(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_one_way(path: Path) -> None:
    mine = top(path)
    for name in imports(path):
        other = name.split(".")[0]
        if other in LEVEL and other != mine:
            allowed = LEVEL[other] < LEVEL[mine] or (mine in ("cli", "web", "settings") and other in ("jobs", "errors"))
            assert allowed, f"{mine} may not import {other}"
        assert other != "streamlit" or mine in STREAMLIT, f"{path} imports streamlit"


@pytest.mark.parametrize(
    "path", [p for p in FILES if top(p) in ("embedding", "labeling", "training", "video")], ids=str
)
def test_only_pipelines_know_the_store(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    knows = any(name.split(".")[0] == "store" for name in imports(path))
    rim = parts[1].removesuffix(".py") in ("pipeline", "demo", "health")
    assert rim or not knows, f"{path} imports the store; that belongs into the stage's pipeline"


def test_no_module_of_the_web_shadows_a_package() -> None:
    names = {path.stem for folder in ("web", "pages") for path in (ROOT / folder).glob("*.py")}
    assert not names & set(LEVEL), "Streamlit puts the main script's folder first on the path"


def test_every_package_is_installed() -> None:
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in ROOT.rglob("__init__.py")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    }
    assert found == listed


def test_no_test_folder_is_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
