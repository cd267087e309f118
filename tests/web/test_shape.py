"""Rules of the web layer that keep it from rotting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from settings import ROOT

TOP_LEVEL = {path.stem for path in ROOT.glob("*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
SOURCES = [*(ROOT / "web").glob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]


@pytest.mark.parametrize(("word", "home"), [("st.session_state", "session.py"), ("st.cache_", "resources.py")])
def test_state_and_caches_have_one_home(word: str, home: str) -> None:
    users = {path.name for path in SOURCES if re.search(rf"(?<!`){re.escape(word)}", path.read_text())}
    assert users == {home}


def test_no_module_shadows_a_top_level_name() -> None:
    names = {path.stem for path in SOURCES if path.parent != ROOT} - {"__init__"}
    assert names & TOP_LEVEL == set()


def test_every_import_of_our_scripts_leads_to_a_file() -> None:
    folder = ROOT / "web" / "ui"
    for path in folder.rglob("*.js"):
        for name in re.findall(r'from "(\.{1,2}/[^"]+)"', path.read_text()):
            assert (path.parent / name).is_file(), f"{path.name} imports {name}"


def test_a_room_of_scripts_holds_at_most_fifteen() -> None:
    rooms = list((ROOT / "web" / "ui").iterdir())
    for folder in rooms:
        assert folder.is_dir(), f"{folder.name} stands in no room"
        rooms.extend(path for path in folder.iterdir() if path.is_dir())
        assert len(list(folder.iterdir())) <= 15


def test_no_script_is_longer_than_250_lines() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "web" / "ui").rglob("*.js")}
    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}


def test_every_component_has_its_script() -> None:
    from web.parts.components import SCRIPTS

    for script in SCRIPTS.values():
        assert (ROOT / "web" / "ui" / f"{script}.js").is_file()


def test_scripts_never_write_markup() -> None:
    for path in (ROOT / "web" / "ui").rglob("*.js"):
        source = path.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in source, f"{path.name} uses {word}"


def test_figures_are_written_by_one_function_that_knows_no_minus_before_nothing() -> None:
    uses = [path.name for path in (ROOT / "web" / "ui").rglob("*.js") if ".toFixed(" in path.read_text()]
    assert uses == ["dom.js"], "shared/dom.js has `fixed`: -0.001 is 0.00"


def test_class_names_are_escaped_in_drawings() -> None:
    from web.parts import drawing

    category = {"id": 1, "name": "<b>", "color": "#000000", "tint": "#FFFFFF", "text": "#000000", "icon": "label"}
    for drawn in (drawing.named(category), drawing.mini(category), drawing.pairs([("<b>", "<b>")]),
                  drawing.steps([("x", "<b>", "<b>", "<b>")]), drawing.figure("<b>", "<b>", "<b>")):  # fmt: skip
        assert "&lt;b&gt;" in drawn
        assert "<b>&lt;" not in drawn.replace('<b title="&lt;b&gt;">&lt;', "").replace("<b>&lt;b&gt;</b>", "")


def test_the_theme_is_complete() -> None:
    config = (ROOT / "web" / ".streamlit" / "config.toml").read_text()
    for line in (
        'toolbarMode = "minimal"',
        "gatherUsageStats = false",
        'address = "127.0.0.1"',
        'primaryColor = "#5B4BD6"',
    ):
        assert line in config
    assert Path(ROOT / "web" / "ui" / "shared" / "native.css").is_file()


def test_pages_start_long_work_only_where_it_is_not_under_way() -> None:
    started = [
        path
        for folder in ("web", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if "jobs.start(" in path.read_text()
    ]
    assert started == [], "a press can arrive twice: jobs.start_once"
