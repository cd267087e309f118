"""Pages of a built site say their language."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.documentation import page_languages
from scripts.documentation.page_languages import LANGUAGES
from settings import ROOT


def test_every_language_of_the_documentation_is_known() -> None:
    config = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    folders = {path.name for path in (ROOT / "docs").iterdir() if path.is_dir() and (path / "index.md").is_file()} - {
        "adr"
    }
    assert folders == set(LANGUAGES)
    assert all(f'"{name}/index.md"' in config for name in LANGUAGES)


def test_pages_in_a_folder_of_a_language_are_tagged_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "zh/more").mkdir(parents=True)
    text = '<!doctype html><html class="no-js" lang="en"><body lang="en">'
    for name in ("index.html", "zh/index.html", "zh/more/x.html"):
        (tmp_path / name).write_text(text)
    assert page_languages.tag(tmp_path) == 2
    assert (tmp_path / "index.html").read_text() == text
    assert (tmp_path / "zh/more/x.html").read_text() == text.replace('lang="en"', 'lang="zh-CN"', 1)


def test_a_page_that_says_nothing_is_no_silence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no page"):
        page_languages.tag(tmp_path)
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh/index.html").write_text("<html>")
    with pytest.raises(ValueError, match="does not say its language"):
        page_languages.tag(tmp_path)
