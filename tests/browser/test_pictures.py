"""Pictures that browsers show otherwise than the model sees them, in Review; and what a folder held besides, on Data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from steps import review, stored, visible

import jobs
from store.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _picture(seed: int) -> Image.Image:
    cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((320, 180), Image.Resampling.BICUBIC)


def test_pages_of_a_tiff_are_shown_and_said(page: Page, server: Any, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    _picture(1).save(folder / "pages.tif", save_all=True, append_images=[_picture(2), _picture(3)])
    (folder / "notes.txt").write_text("passed over")
    opened = open_workspace(server.workspace)
    job = jobs.start(opened, "add", {"paths": [str(folder)], "title": "scans"}, "ann")
    for _ in range(1200):
        if not jobs.is_running(jobs.get(opened, job)):
            break
        page.wait_for_timeout(100)
    opened.engine.dispose()
    page.goto(f"{server.url}data")
    visible(page.get_by_text("1 .txt"))
    [[number]] = stored(server.workspace, "select id from item where name = 'pages.tif'")
    review(page, server, f"?ids={number}")
    visible(page.get_by_text("The first of 3 pages is shown and used."))
    big = page.locator("img.big")
    expect(big).to_have_attribute("src", re.compile("/image/"))
    expect(big).to_have_js_property("naturalWidth", 320)
    visible(big)
