"""A file that was changed since it was added is never sent for the item that it was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image
from sqlalchemy import select, update
from starlette.testclient import TestClient

from store import workspace
from store.database import schema


def test_other_bytes_are_not_sent(client: TestClient, root: Path, tmp_path: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    with opened.engine.begin() as connection:
        item = connection.execute(select(schema.item).where(schema.item.c.kind == "image")).first()
        own = Path(shutil.copy2(item.path, tmp_path / "own.jpg"))
        connection.execute(update(schema.item).where(schema.item.c.id == item.id).values(path=str(own)))
    opened.engine.dispose()
    picture, about = f"/image/demo/{item.id}", f"/api/demo/item/{item.id}"
    assert client.get(picture).status_code == 200
    assert client.get(about).json()["original"] == "intact"
    os.utime(own)
    assert client.get(about).json()["original"] == "intact"
    Image.new("RGB", (300, 200), "red").save(own)
    answer = client.get(picture)
    assert answer.status_code == 400
    assert "changed since" in answer.json()["error"]
    assert client.get(about).json()["original"] == "changed"
    assert client.get(f"/thumb/demo/{item.id}.webp").status_code == 200
    own.unlink()
    assert "no longer at" in client.get(picture).json()["error"]
    assert client.get(about).json()["original"] == "missing"
