"""Check a built site: `python -m scripts.documentation.site_links FOLDER`.

Every link, picture, script and style leads to a file of the site, every anchor to an element of its page. Nothing is loaded
from elsewhere: a page may link to another site, and fetches nothing from it.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"img": "src", "script": "src", "source": "src", "video": "src", "iframe": "src", "link": "href"}
NOT_LOADED = {"canonical", "alternate", "next", "prev", "edit"}
"""Values of `rel` of a `<link>` that no browser fetches."""
IN_STYLES = re.compile(r"url\(\s*['\"]?(?!data:)([^'\")]+)")


@dataclass
class Page:
    """What a page names and what it can be entered by."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        elif given.get(LOADED.get(tag, "")):
            relations = set(given.get("rel", "").split())
            place = self.page.links if relations & NOT_LOADED else self.page.loads
            place.append(given[LOADED[tag]])


def read(path: Path) -> Page:
    """What an HTML file names."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def problems(folder: Path) -> list[str]:
    """Everything that leads nowhere or elsewhere, a line each; empty for a sound site.

    Raises:
        FileNotFoundError: the folder holds no page.
    """
    pages = {path.resolve(): read(path) for path in sorted(folder.rglob("*.html"))}
    if not pages:
        raise FileNotFoundError(f"{folder} holds no page.")
    lines = []
    for path, page in pages.items():
        name = path.relative_to(folder.resolve())
        lines += [f"{name}: {link} is loaded from elsewhere" for link in page.loads if _elsewhere(link)]
        for link in page.links + page.loads:
            fault = None if _elsewhere(link) else _fault(link, path, folder.resolve(), pages)
            lines += [f"{name}: {link} {fault}"] if fault else []
    for path in sorted(folder.rglob("*.css")):
        urls = IN_STYLES.findall(path.read_text(encoding="utf-8"))
        lines += [f"{path.relative_to(folder)}: {url} is loaded from elsewhere" for url in urls if _elsewhere(url)]
    return lines


def _elsewhere(link: str) -> bool:
    parts = urlsplit(link)
    return bool(parts.netloc) or parts.scheme not in ("", "data", "javascript")


def _fault(link: str, path: Path, root: Path, pages: dict[Path, Page]) -> str | None:
    parts = urlsplit(link)
    if parts.scheme:
        return None
    target = unquote(parts.path)
    place = (
        (root / target.lstrip("/") if target.startswith("/") else path.parent / target).resolve() if target else path
    )
    if place.is_dir():
        place = place / "index.html"
    if not place.is_file():
        return "is not there"
    anchor = unquote(parts.fragment)
    if anchor and place in pages and anchor not in pages[place].anchors:
        return "names an anchor that its page does not have"
    return None


def main() -> int:
    """Print what is wrong; returns the exit status."""
    folder = Path(sys.argv[1])
    lines = problems(folder)
    print("\n".join([*lines, f"{len(lines)} broken links in {sum(1 for _ in folder.rglob('*.html'))} pages"]))
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
