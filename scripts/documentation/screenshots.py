"""Screenshots of the documentation: `python -m scripts.documentation.screenshots [NAME ...]` (`make shots`).

The demo with its example work is built and served in a folder that is thrown away, and Chromium opens its pages at 1440 x 900. A second
workspace goes through the tutorial, with some of the demo's pictures as a folder of somebody's own. With names only those pictures are
written. Some titles of the demo are Chinese: without a font for it (Debian's fonts-wqy-microhei, say) they are boxes.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

import sample_data
from bench.screens import app_server
from bench.screens.page_ready import READY
from maintenance import demo, example_work
from settings import ROOT
from store import workspace

FOLDER = ROOT / "docs" / "images"
SIZE = {"width": 1440, "height": 900}
PERSON = "Ann"
QUALITY = 80
SETTLE_MS = 2_500  # for pictures that fade in, after everything has been asked for
WAIT_MS = 120_000
OWN = "mine"
OWN_IMAGES = 120
TYPED = "~/Pictures/june"
CATEGORIES = {
    "nature": ("a landscape", "an animal", "mountains"),
    "game": ("a video game", "a cartoon"),
    "document": ("a page of text", "a slide", "a form"),
}


@dataclass(frozen=True)
class Shot:
    """A picture of a page of the demo.

    Attributes:
        name: of its file, without the ending.
        page: address of the page below the server's.
        act: what is done before the picture is taken.
    """

    name: str
    page: str
    act: Callable[[Page], None] = lambda _page: None


def batch_mode(page: Page) -> None:
    """Turn batch mode of Review on, and give the first two tiles their runner-up."""
    page.get_by_text("Batch mode").click()
    tiles = page.locator(".review .viewport .tile")
    for number in (1, 2):
        tiles.nth(number).click()


def encoder_view(page: Page) -> None:
    """The models on offer."""
    page.get_by_role("radio", name="Encoder").or_(page.get_by_role("button", name="Encoder")).first.click()
    page.get_by_text("Encoder in use").wait_for()


SHOTS = (
    Shot("overview", ""),
    Shot("data", "data"),
    Shot("encoder", "data", encoder_view),
    Shot("prompts", "prompts"),
    Shot("review", "review"),
    Shot("batch", "review", batch_mode),
    Shot("neighbours", "neighbours"),
    Shot("videos", "videos"),
    Shot("train", "train"),
    Shot("segments", "segments"),
)


def taken(page: Page, name: str) -> None:
    """Take a picture of the window and keep it as WebP, where it is asked for."""
    if sys.argv[1:] and name not in sys.argv[1:]:
        return
    page.wait_for_timeout(SETTLE_MS)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)
    print(f"{name}.webp {(FOLDER / f'{name}.webp').stat().st_size // 1024} kB")


def pages_of_the_demo(page: Page, url: str) -> None:
    """Every page of the demo with its example work."""
    for shot in (shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]):
        page.goto(f"{url}{shot.page}?workspace=demo")
        page.wait_for_selector(READY[shot.page])
        shot.act(page)
        taken(page, shot.name)


def steps_of_the_tutorial(page: Page, url: str, folder: Path) -> None:
    """A folder of one's own up to the first page of Review, as the tutorial tells it."""
    page.goto(f"{url}?workspace=demo")
    page.get_by_role("button", name="New workspace").click()
    page.get_by_label("Name", exact=True).fill(OWN)
    taken(page, "tutorial-workspace")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_text("Start in three steps").wait_for()
    page.get_by_text(f"{OWN} is ready").wait_for(state="hidden")
    taken(page, "tutorial-start")
    page.goto(f"{url}data?workspace={OWN}")
    field = page.get_by_label("Folder on this computer")
    field.fill(str(folder))
    page.get_by_role("button", name="Add folder").click()
    page.locator("table").get_by_text("Pictures/june").wait_for()
    field.fill(TYPED)
    taken(page, "tutorial-add")
    page.goto(f"{url}prompts?workspace={OWN}")
    page.get_by_role("button", name="Add a category").wait_for()
    for number, (name, prompts) in enumerate(CATEGORIES.items()):
        page.get_by_role("button", name="Add" if number else "Add a category", exact=True).first.click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Prompts, one a line").fill("\n".join(prompts))
        if number == 0:
            taken(page, "tutorial-category")
        page.get_by_role("button", name="Add the category").click()
        page.get_by_text(f"{name} was added").first.wait_for()
    page.goto(f"{url}?workspace={OWN}")
    page.get_by_role("button", name="Propose labels").click()
    page.get_by_role("button", name="Review one by one").wait_for()
    taken(page, "tutorial-next")
    page.goto(f"{url}review?workspace={OWN}")
    page.wait_for_selector(READY["review"])
    batch_mode(page)
    taken(page, "tutorial-review")


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        root, folder = Path(place) / "workspaces", Path(place) / "Pictures" / "june"
        demo.build(root / "demo")
        shown = workspace.open_workspace(root / "demo")
        example_work.add(shown)
        shown.engine.dispose()
        folder.mkdir(parents=True)
        pictures = sorted(sample_data.images_folder().glob("*.jpg"))
        for picture in pictures[:: len(pictures) // OWN_IMAGES][:OWN_IMAGES]:
            shutil.copy(picture, folder)
        with app_server.served(root, threads=2) as app, app_server.chromium() as browser:
            context = browser.new_context(viewport=SIZE)
            context.add_cookies([{"name": "sceneloop_actor", "value": PERSON, "url": app.url}])
            page = context.new_page()
            page.set_default_timeout(WAIT_MS)
            if not sys.argv[1:] or any(name.startswith("tutorial") for name in sys.argv[1:]):
                steps_of_the_tutorial(page, app.url, folder)
            pages_of_the_demo(page, app.url)


if __name__ == "__main__":
    main()
