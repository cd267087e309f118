"""A release: refused where something is not as it should be, else a bill of what it ships and notes out of the changelog."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scripts import release
from scripts.release import ROOT, ReleaseError

CHANGELOG = (
    "# Changelog\n\nWords.\n\n## 0.2.0 (2026-11-30)\n\n### Added\n\n- This.\n\n## 0.1.0 (unreleased)\n\n- That.\n"
)


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *names, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small program that is committed."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "small"\nversion = "0.2.0"\n[tool.setuptools]\npy-modules = ["small"]\n'
    )
    (folder / "small.py").write_text("x = 1\n")
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    (folder / "constraints.txt").write_text((ROOT / "constraints.txt").read_text())
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "All")
    return folder


def component(name: str, version: str, **more: Any) -> dict[str, Any]:
    return {"bom-ref": f"{name}=={version}", "name": name, "version": version, "type": "library", **more}


def test_notes_are_the_section_of_the_version() -> None:
    assert release.notes("0.2.0", CHANGELOG) == "# Sceneloop 0.2.0\n\n### Added\n\n- This.\n"
    for version, changelog, why in (
        ("0.3.0", CHANGELOG, "has no section"),
        ("0.1.0", CHANGELOG, "carries no date"),
        ("0.2.0", "## 0.2.0 (2026-11-30)\n\n## 0.1.0\n", "is empty"),
    ):
        with pytest.raises(ReleaseError, match=why):
            release.notes(version, changelog)


def test_what_is_not_committed_or_not_the_version_is_refused(checkout: Path) -> None:
    with pytest.raises(ReleaseError, match=r"says version 0\.2\.0, not 0\.3\.0"):
        release.main("0.3.0", checkout)
    (checkout / "new.py").write_text("")
    with pytest.raises(ReleaseError, match=r"not committed, for example new\.py"):
        release.main("0.2.0", checkout)
    assert not (checkout / "dist").exists()


def test_what_is_shipped_is_what_is_needed_and_what_extras_need() -> None:
    needed, everything = release.closure("sceneloop", [""]), release.closure("sceneloop", release._extras())
    assert {"torch", "streamlit", "numpy", "starlette"} <= needed
    assert {"psycopg", "psycopg-binary", "onnxruntime", "pylance"} <= everything - needed
    assert {"pytest", "ruff", "mypy", "zensical", "cyclonedx-bom"}.isdisjoint(everything)


def test_a_bill_is_cut_to_what_is_shipped_and_compared_with_the_pins() -> None:
    components = [component("torch", "1"), component("pylance", "2"), component("pytest", "3"), component("NumPy", "4")]
    bill = {
        "metadata": {"component": {"bom-ref": "root"}}, "components": components,
        "dependencies": [
            {"ref": "root", "dependsOn": ["torch==1", "pytest==3"]}, {"ref": "torch==1", "dependsOn": ["NumPy==4"]}, {"ref": "pytest==3"},
        ],
    }  # fmt: skip
    pins = {"torch": "1", "pylance": "2", "numpy": "4"}
    cut = release.shipped(bill, pins)
    assert {one["name"]: one["scope"] for one in cut["components"]} == {
        "torch": "required", "NumPy": "required", "pylance": "optional",
    }  # fmt: skip
    assert cut["dependencies"] == [
        {"ref": "root", "dependsOn": ["torch==1"]},
        {"ref": "torch==1", "dependsOn": ["NumPy==4"]},
    ]
    with pytest.raises(ReleaseError, match=r"torch 1 is installed, and constraints\.txt pins 2"):
        release.shipped(bill, {**pins, "torch": "2"})
    components[0]["externalReferences"] = [{"url": "file:///home/x/torch.whl"}]
    with pytest.raises(ReleaseError, match="from a folder of this machine"):
        release.shipped(bill, pins)


def test_a_bill_that_breaks_the_schema_is_refused() -> None:
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [{"name": "torch"}]}
    with pytest.raises(ReleaseError, match="does not keep to CycloneDX"):
        release.checked(bill)


@pytest.mark.slow
def test_a_release_is_a_wheel_a_bill_and_notes(checkout: Path) -> None:
    out = release.main("0.2.0", checkout)
    assert sorted(path.name for path in out.iterdir()) == [
        "sceneloop-0.2.0.cdx.json", "sceneloop-0.2.0.md", "small-0.2.0-py3-none-any.whl",
    ]  # fmt: skip
    bill = json.loads((out / "sceneloop-0.2.0.cdx.json").read_text())
    names = {one["name"] for one in bill["components"]}
    assert {"torch", "streamlit"} <= names
    assert "pytest" not in names
    assert all(one["purl"].startswith("pkg:pypi/") for one in bill["components"])
    with zipfile.ZipFile(out / "small-0.2.0-py3-none-any.whl") as archive:
        assert "small.py" in archive.namelist()
    assert (out / "sceneloop-0.2.0.md").read_text().startswith("# Sceneloop 0.2.0")
    assert sorted(path.name for path in checkout.iterdir() if path.name != ".git") == [
        "CHANGELOG.md", "constraints.txt", "dist", "pyproject.toml", "small.py",
    ]  # fmt: skip
