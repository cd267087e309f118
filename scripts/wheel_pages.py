"""The demo of an installed wheel beside the checkout's, page by page: `python -m scripts.wheel_pages ENV FOLDER` (`scripts/wheel.sh`).

Each builds its demo and serves it by the commands that a newcomer types, from a folder that holds nothing of the project. Pictures of
the pages lie in FOLDER; the two have to be alike but for what the clock does to them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from bench.screens import app_server
from bench.screens.page_ready import READY
from settings import ROOT

PAGES = ("", "review", "prompts", "neighbours")
SIZE = {"width": 1440, "height": 900}
SETTLE_MS = 3_000
CLOCK = "header, [data-testid='stToolbar'], time { visibility: hidden !important } * { caret-color: transparent !important }"
MOST_DIFFERENT = 0.005  # share of pixels: a "2 min ago", a spinner that was caught
VISIBLY = 24  # of 255


@contextmanager
def _served(command: Sequence[str], place: Path, **more: str) -> Iterator[str]:
    """The address of `app` on what `demo` has built, run in an empty folder.

    Args:
        command: what stands before `demo` and `app`. more: variables of its environment.

    Raises:
        RuntimeError: the app does not answer within two minutes.
    """
    place.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SCENELOOP"))} | more
    subprocess.run([*command, "demo", "all/demo"], cwd=place, env=clean, check=True, stdout=subprocess.DEVNULL)
    port = app_server.free_port()
    serve = [*command, "app", "all", "--port", str(port), "--headless"]
    process = subprocess.Popen(serve, cwd=place, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    try:
        if not app_server.answers(url, 120):
            raise RuntimeError(f"{' '.join(command)} app does not answer")
        yield url
    finally:
        process.kill()
        process.wait(20)


def _shoot(url: str, name: str, folder: Path) -> None:
    """Pictures of the pages."""
    with app_server.chromium() as browser:
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        context.add_cookies([{"name": "sceneloop_actor", "value": "Ann", "url": url}])
        page = context.new_page()
        page.set_default_timeout(120_000)
        for address in PAGES:
            page.goto(f"{url}{address}?workspace=demo")
            page.wait_for_selector(READY[address], state="attached")
            page.add_style_tag(content=CLOCK)
            page.wait_for_timeout(SETTLE_MS)
            page.screenshot(path=folder / f"{name}-{address or 'overview'}.png")


def difference(one: Path, other: Path) -> float:
    """The share of pixels, in [0, 1], that differ visibly; 1 where the pictures are not of one size."""
    with Image.open(one) as left, Image.open(other) as right:
        if left.size != right.size:
            return 1.0
        apart = np.abs(np.asarray(left.convert("RGB"), np.int16) - np.asarray(right.convert("RGB"), np.int16))
    return float((apart.max(axis=2) > VISIBLY).mean())


def main() -> int:
    """Compare all pages; the exit status is 1 where one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    with _served([str(given.environment.resolve() / "bin" / "sceneloop")], given.folder / "demo-wheel") as url:
        _shoot(url, "wheel", given.folder)
    with _served([sys.executable, "-m", "cli"], given.folder / "demo-checkout", PYTHONPATH=str(ROOT)) as url:
        _shoot(url, "checkout", given.folder)
    status = 0
    for page in PAGES:
        wheel, checkout = (given.folder / f"{name}-{page or 'overview'}.png" for name in ("wheel", "checkout"))
        share = difference(wheel, checkout)
        print(f"{page or 'overview'}: {100 * share:.2f} % of the pixels differ")
        status |= share > MOST_DIFFERENT
    return status


if __name__ == "__main__":
    sys.exit(main())
