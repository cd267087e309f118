"""What a release consists of, into `dist/`: `python -m scripts.release VERSION` (`make release VERSION=`). It pushes and tags nothing.

The wheel, of what is tracked; a bill of its materials (SBOM, CycloneDX); and notes, which are the version's section of the changelog.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires
from io import BytesIO
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from files import replacing_folder

ROOT = Path(__file__).parents[1]
NOT_SHIPPED = ("dev", "docs")  # extras for whoever works on the program
HEADING = re.compile(r"^## (\S+)(?: \((.+)\))?$", re.MULTILINE)


class ReleaseError(Exception):
    """Why there is no release, in words."""


def main(version: str, root: Path = ROOT) -> Path:
    """Check, build and write everything; returns the folder.

    Raises:
        ReleaseError: something is not as a release wants it. Nothing was written, and an earlier `dist` stays.
    """
    is_clean(root)
    is_named(version, tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    text = notes(version, (root / "CHANGELOG.md").read_text(encoding="utf-8"))
    pins = pinned((root / "constraints.txt").read_text(encoding="utf-8"))
    bill = checked(shipped(materials(root), pins))
    out = root / "dist"
    with replacing_folder(out) as folder:
        wheel(root, folder)
        (folder / f"sceneloop-{version}.cdx.json").write_text(bill, encoding="utf-8")
        (folder / f"sceneloop-{version}.md").write_text(text, encoding="utf-8")
    return out


def is_clean(root: Path) -> None:
    """Whether all that is in the checkout is committed, for what is not would be missing in the wheel or unknown to it.

    Raises:
        ReleaseError: it is not.
    """
    changed = _git(root, "status", "--porcelain").decode().splitlines()
    if changed:
        raise ReleaseError(f"{len(changed)} files are not committed, for example {changed[0][3:]}. Commit them first.")


def is_named(version: str, named: str) -> None:
    """Whether the program calls itself by the version.

    Raises:
        ReleaseError: it does not.
    """
    if version != named:
        raise ReleaseError(f"pyproject.toml says version {named}, not {version}. Change it and commit.")


def notes(version: str, changelog: str) -> str:
    """A version's section of the changelog.

    Raises:
        ReleaseError: there is none, it is empty, or it carries no date.
    """
    headings = list(HEADING.finditer(changelog))
    place = next((k for k, one in enumerate(headings) if one[1] == version), None)
    if place is None:
        raise ReleaseError(f"CHANGELOG.md has no section {version}. Write one.")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", headings[place][2] or ""):
        raise ReleaseError(f"The section {version} of CHANGELOG.md carries no date. Write `## {version} (YYYY-MM-DD)`.")
    end = headings[place + 1].start() if place + 1 < len(headings) else len(changelog)
    text = changelog[headings[place].end() : end].strip()
    if not text:
        raise ReleaseError(f"The section {version} of CHANGELOG.md is empty. Say what changed.")
    return f"# Sceneloop {version}\n\n{text}\n"


def pinned(constraints: str) -> dict[str, str]:
    """Versions by canonical name, as `constraints.txt` has them."""
    pairs = (line.split("==") for line in constraints.splitlines() if "==" in line)
    return {canonicalize_name(name): version for name, version in pairs}


def materials(root: Path) -> dict[str, Any]:
    """All that is installed here, as CycloneDX 1.6, by cyclonedx-bom.

    Raises:
        ReleaseError: the program cannot say.
    """
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "bom.json"
        done = subprocess.run(
            [
                sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(root / "pyproject.toml"), "--output-reproducible", "--no-validate",
                "--short-PURLs", "--sv", "1.6", "--of", "JSON", "-o", str(out), sys.executable,
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ReleaseError(f"cyclonedx-bom failed: {done.stderr.strip()[-400:]}")
        bill: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return bill


def shipped(bill: Mapping[str, Any], pins: Mapping[str, str]) -> dict[str, Any]:
    """The part of a bill that a release stands on: what it needs, and what its extras need, which is `optional`.

    Raises:
        ReleaseError: another version is installed than the one pinned, or something came from a folder of this machine.
    """
    needed = closure("sceneloop", [""])
    optional = closure("sceneloop", _extras()) - needed
    kept = [one for one in bill["components"] if canonicalize_name(one["name"]) in needed | optional]
    for one in kept:
        name, version = canonicalize_name(one["name"]), one["version"]
        one["scope"] = "required" if name in needed else "optional"
        if pins.get(name) != version:
            raise ReleaseError(
                f"{name} {version} is installed, and constraints.txt pins {pins.get(name, 'none')}. Install again."
            )
        if "file://" in json.dumps(one):
            raise ReleaseError(f"{name} was installed from a folder of this machine. Install it from an index.")
    references = {one["bom-ref"] for one in kept}
    roots = {bill["metadata"]["component"]["bom-ref"], *references}
    graph = [
        {**one, "dependsOn": [ref for ref in one.get("dependsOn", []) if ref in references]}
        for one in bill["dependencies"]
        if one["ref"] in roots
    ]
    return {**bill, "components": kept, "dependencies": graph}


def checked(bill: Mapping[str, Any]) -> str:
    """A bill as JSON.

    Raises:
        ReleaseError: it does not keep to the schema of CycloneDX.
    """
    text = json.dumps(bill, indent=1) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        raise ReleaseError(f"The bill of materials does not keep to CycloneDX 1.6: {str(fault)[:400]}")
    return text


def closure(name: str, extras: Sequence[str]) -> set[str]:
    """Canonical names of all that a distribution needs here with some of its extras, itself left out; "" is none of them."""
    reached: set[str] = set()
    waiting = [(name, frozenset(extras))]
    seen = set(waiting)
    while waiting:
        current, wanted = waiting.pop()
        try:
            lines = requires(current) or []
        except PackageNotFoundError:
            continue  # for another system; what is not installed is not shipped
        for need in map(Requirement, lines):
            if need.marker is not None and not any(need.marker.evaluate({"extra": extra}) for extra in wanted | {""}):
                continue
            step = (canonicalize_name(need.name), frozenset(need.extras))
            reached.add(step[0])
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return reached - {canonicalize_name(name)}


def _extras() -> list[str]:
    matches = {re.search(r"extra == ['\"]([^'\"]+)", line) for line in requires("sceneloop") or []}
    return sorted({match[1] for match in matches if match} - set(NOT_SHIPPED))


def wheel(root: Path, folder: Path) -> None:
    """Build the wheel of what is committed: setuptools would leave a folder in the checkout, and take what is not tracked.

    Raises:
        ReleaseError: it cannot be built.
    """
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(fileobj=BytesIO(_git(root, "archive", "HEAD"))) as archive:
            archive.extractall(place, filter="data")
        command = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            str(folder),
            place,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"The wheel cannot be built: {done.stderr.strip()[-400:]}")


def _git(root: Path, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise ReleaseError("There is no git here, so it is not known what is committed.")
    done = subprocess.run([git, "-C", str(root), *arguments], capture_output=True, check=False)
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]} failed: {done.stderr.decode().strip()}")
    return done.stdout


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the version: make release VERSION=0.2.0")
    try:
        for path in sorted(main(sys.argv[1]).iterdir()):
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    except ReleaseError as error:
        sys.exit(f"No release: {error}")
