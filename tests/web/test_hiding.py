"""One mechanism shows and hides: the `hidden` attribute. A second one beside it once kept the selection bar from being seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from settings import ROOT

UI = ROOT / "web" / "ui"
FULL_SCREEN = ":fullscreen"  # what an audience does not need; no script shows or hides it
EMPTY = ":empty"  # takes away the gap of a place that nothing stands in


@pytest.mark.parametrize("path", sorted(UI.rglob("*.js")), ids=lambda path: path.name)
def test_scripts_hide_by_the_attribute_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    result = re.findall(
        r"style\.(?:display|visibility)\b|\b(?:display|visibility): *[\"'](?:none|hidden)|classList\.\w+\(\"(?:hidden|show|shown)\"",
        text,
    )
    assert result == []


@pytest.mark.parametrize("path", sorted(UI.rglob("*.css")), ids=lambda path: path.name)
def test_a_stylesheet_hides_nothing_that_a_script_shows(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    rules = re.findall(r"([^{}]+)\{[^{}]*display: *none[^{}]*\}", text)
    selectors = [one.strip() for rule in rules for one in rule.split(",")]
    allowed = [
        one for one in selectors if one == "[hidden]" or FULL_SCREEN in one or EMPTY in one or "stIconMaterial" in one
    ]
    assert selectors == allowed
