"""Say in each page of a built site which language it is in: `python -m scripts.documentation.page_languages FOLDER`.

Zensical knows one language a site. Pages in a folder that has the name of a language are in that one: a screen reader pronounces them
so, and a browser breaks their lines and offers no translation into what they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LANGUAGES = {"zh": "zh-CN"}
"""By folder of `docs/`."""
_HTML = re.compile(r'(<html\b[^>]*?\blang=")[^"]*(")')


def tag(folder: Path) -> int:
    """Tag the pages in other languages; returns how many.

    Raises:
        ValueError: a page does not say its language at all, or a folder holds no page.
    """
    count = 0
    for name, language in LANGUAGES.items():
        pages = sorted((folder / name).rglob("*.html"))
        if not pages:
            raise ValueError(f"{folder / name} holds no page.")
        for page in pages:
            text, changed = _HTML.subn(rf"\g<1>{language}\g<2>", page.read_text(encoding="utf-8"), count=1)
            if not changed:
                raise ValueError(f"{page} does not say its language.")
            page.write_text(text, encoding="utf-8")
            count += 1
    return count


if __name__ == "__main__":
    print(f"{tag(Path(sys.argv[1]))} pages tagged with their language")
