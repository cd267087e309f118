"""A link that leads nowhere, and whatever is loaded from elsewhere, is named with its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.documentation import site_links


def site(folder: Path, body: str, style: str = "") -> Path:
    """A site of two pages and a style."""
    (folder / "below").mkdir()
    (folder / "index.html").write_text(f"<html><body>{body}</body></html>")
    (folder / "below" / "index.html").write_text('<h2 id="here">Here</h2><a href="../">up</a>')
    (folder / "style.css").write_text(style)
    return folder


@pytest.mark.parametrize(
    "body",
    [
        '<a href="below/#here">there</a><a href="below/index.html">there</a><a href="/below/">there</a>',
        '<a id="top" href="#top">up</a><a href="https://label.example/x">elsewhere</a>',
        '<a href="mailto:ann@label.example">write</a><img src="data:image/png;base64,AA">',
        '<link rel="canonical" href="https://label.example/">',
    ],
)
def test_a_sound_site_has_no_problem(tmp_path: Path, body: str) -> None:
    assert site_links.problems(site(tmp_path, body, "a{background:url(data:image/png;base64,AA)}")) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="nowhere/">x</a>', "index.html: nowhere/ is not there"),
        ('<img src="shot.webp">', "index.html: shot.webp is not there"),
        ('<a href="below/#gone">x</a>', "index.html: below/#gone names an anchor that its page does not have"),
        ('<a href="#gone">x</a>', "index.html: #gone names an anchor that its page does not have"),
        (
            '<script src="https://cdn.example/a.js"></script>',
            "index.html: https://cdn.example/a.js is loaded from elsewhere",
        ),
        ('<link rel="stylesheet" href="//fonts.example/a">', "index.html: //fonts.example/a is loaded from elsewhere"),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, body: str, fault: str) -> None:
    assert site_links.problems(site(tmp_path, body)) == [fault]


def test_a_style_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    folder = site(tmp_path, "", "@font-face{src:url('https://fonts.example/a.woff2')}")
    assert site_links.problems(folder) == ["style.css: https://fonts.example/a.woff2 is loaded from elsewhere"]


def test_a_folder_without_pages_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        site_links.problems(tmp_path)
