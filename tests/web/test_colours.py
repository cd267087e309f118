"""Colours: one palette for Streamlit and our own styles, class colours alike in Python and in scripts, and text that can be read."""

from __future__ import annotations

import re
import tomllib

import pytest

from labeling.categories import display
from settings import ROOT
from web.parts import drawing

UI = ROOT / "web" / "ui"
SAME = {
    "--bg": "backgroundColor", "--bg2": "secondaryBackgroundColor", "--ink": "textColor", "--line": "borderColor",
    "--p": "primaryColor", "--p-d": "linkColor",
}  # fmt: skip


@pytest.mark.parametrize(("theme", "at"), [("light", 0), ("dark", 1)])
def test_streamlit_s_theme_is_the_palette(theme: str, at: int) -> None:
    config = tomllib.loads((ROOT / "web" / ".streamlit" / "config.toml").read_text())["theme"][theme]
    palette = (UI / "shared" / "page" / "palette.css").read_text()
    for name, key in SAME.items():
        result = re.search(rf"{name}:light-dark\((#\w+),(#\w+)\)", palette)
        assert result is not None
        assert result.groups()[at] == config[key], key


def test_classes_have_the_same_colours_in_python_and_in_scripts() -> None:
    script = re.sub(r"\s", "", (UI / "shared" / "page" / "colours.js").read_text())
    drawn = drawing.colours({"color": "${color}", "tint": "${tint}", "text": "${text}"})
    ground = re.search(r'GROUND="(#\w+)"', script)
    assert ground is not None
    lifted = re.search(r"lifted=\(color\)=>`([^`]+)`", script)
    assert lifted is not None
    for name, value in re.findall(r"(--\w+):(.+?)(?:;|$)", drawn):
        wanted = value.replace(" ", "").replace(ground[1], "${GROUND}").replace(lifted[1], "${lifted(color)}")
        assert f'"{name}":`{wanted}`' in script


@pytest.mark.parametrize(
    "color", ["#FFFF00", "#00875F", "#D98300", "#FFFFFF", "#000000", "#4FA8DC", "#00FF00", "#808080"]
)
def test_the_text_of_a_class_can_be_read_on_its_tint_and_on_white(color: str) -> None:
    text = display.shade(color)
    assert display.contrast(text, display.tint(color)) >= 4.5
    assert display.contrast(text, "#FFFFFF") >= 4.5


def test_white_and_black_are_21_apart() -> None:
    assert round(display.contrast("#000000", "#FFFFFF"), 6) == 21
    assert display.contrast("#1C2230", "#1C2230") == 1


def test_no_style_sheet_has_a_colour_of_its_own_but_what_lies_on_pictures_and_dark_bars() -> None:
    for path in UI.rglob("*.css"):
        if path.name == "palette.css":
            continue
        for line in path.read_text().splitlines():
            plain = re.sub(r"light-dark\([^;]*?\)\)?|url\(\"[^\"]*\"\)|rgba\([^)]*\)", "", line)
            light = re.findall(r"background:\s*(#fff\w*|#FFF\w*|#F\w{5}|white)\b", plain)
            assert not light, f"{path.name}: {line}"
