"""Pages that the program writes are up to date, and name every command and every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import settings
import variables
from scripts.documentation import reference


@pytest.mark.parametrize("name", list(reference.PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    current = (reference.DOCS / name).read_text(encoding="utf-8")
    assert current == reference.PAGES[name](), "run python -m scripts.documentation.reference"


def test_commands_of_a_group_are_described() -> None:
    page = reference.commands_page()
    assert "### sceneloop videos train" in page
    assert "sceneloop label WORKSPACE FILE.csv [options]" in page
    assert "| `--candidates {}` |".format("CANDIDATES") in page


def test_every_variable_that_is_read_is_described() -> None:
    read = set(re.findall(r'"SCENELOOP_([A-Z0-9_]+)"', Path(settings.__file__).read_text(encoding="utf-8")))
    assert read == {variable.name for variable in variables.VARIABLES}


def test_pages_are_written_where_they_belong(tmp_path: Path) -> None:
    reference.write(tmp_path)
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.md")} == set(reference.PAGES)
