"""What tests of pages do again and again: go to one, read its words, label some images."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from store import workspace


def go(app: AppTest, name: str) -> AppTest:
    app.run()
    return app if name == "overview" else app.switch_page(f"../pages/{name}.py").run()


def text(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.info, *app.error, *app.get("html")]
    return "\n".join(str(getattr(part, "value", "") or getattr(part, "body", "")) for part in parts)


def label(root: Path, count: int) -> None:
    """Somebody confirms a few labels of each class."""
    opened = workspace.open_workspace(root / "demo")
    loaded = Snapshot(opened)
    for category in loaded.categories.tree:
        result = grid.tiles(loaded, TileQuery(order="newest", classes=(category.id,), limit=count))["tiles"]
        operations = [
            {"id": f"{category.id}-{tile['id']}", "kind": "label", "items": [{"id": tile["id"], "version": tile["version"]}],
             "category": category.id, "source": "human"}
            for tile in result
        ]  # fmt: skip
        decisions.apply(loaded, operations, "ann")
    opened.engine.dispose()
