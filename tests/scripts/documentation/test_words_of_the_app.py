"""What the documentation calls by a name stands on a page of the app under that name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from settings import ROOT
from web.language import catalogue

DOCS = ROOT / "docs"
PAGES = [
    *(DOCS / name for name in ("index.md", "tutorial.md", "faq.md", "reference/formats.md")),
    *sorted((DOCS / "how-to").glob("*.md")),
]
CHINESE_PAGES = sorted((DOCS / "zh").glob("*.md"))
OF_OTHERS = {"Group Membership", "Full group path", "Unicode text"}
"""Names of Keycloak and Excel."""
CODE = re.compile(r"```.*?```|`[^`]*`|\*\*[^*]+\*\*", re.DOTALL)
NAME = re.compile(r"(?<!\*)\*([A-Z][^*]*)\*(?!\*)")
CHINESE = re.compile(r"(?<!\*)\*([\u4e00-\u9fff][^*]*)\*(?!\*)")


@pytest.fixture(scope="module")
def shown() -> str:
    """Everything that the app can show, and its code."""
    folders = ("web", "pages", "labeling", "maintenance", "training", "video")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.suffix in (".py", ".js", ".jinja")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_a_name_of_the_documentation_stands_in_the_app(page: Path, shown: str) -> None:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    names = {" ".join(name.split()) for name in NAME.findall(text)} - OF_OTHERS
    assert sorted(name for name in names if name not in shown) == []


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=lambda path: path.name)
def test_a_chinese_page_calls_things_as_the_app_does_in_chinese(page: Path) -> None:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    shown = set(catalogue.of("zh-CN").texts.values())
    names = set(CHINESE.findall(text))
    assert names
    assert sorted(names - shown - {name for name in names if f"{name}。" in shown}) == []
    assert NAME.findall(text) == [], "an English name is not what is on the screen"
