"""Near-duplicates of a workspace: altered copies are found, look-alikes are not, and blank pictures pull nothing together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

import sample_data
from embedding.ingest import adding, encoder_change, vectors_file
from labeling.neighbours import near_duplicates
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items

ALTERATIONS = {
    "saved": lambda picture: picture,
    "smaller": lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
    "trimmed": lambda picture: picture.crop(
        tuple(round(share * side) for share, side in zip((0.02, 0.02, 0.98, 0.98), picture.size * 2, strict=True))
    ),
    "darker": lambda picture: ImageEnhance.Brightness(picture).enhance(0.8),
    "logo": lambda picture: with_logo(picture),
}


def with_logo(picture: Image.Image) -> Image.Image:
    out = picture.copy()
    side = min(out.size) // 8
    ImageDraw.Draw(out).ellipse((out.width - 2 * side, side, out.width - side, 2 * side), fill=(250, 250, 250))
    return out


def groups(snapshot: Snapshot) -> list[set[str]]:
    with snapshot.workspace.read() as connection:
        names = {row.id: row.name for row in items.get_many(connection, snapshot.ids.tolist()).values()}
    return [{names[item] for item in snapshot.ids[rows].tolist()} for rows in near_duplicates.groups(snapshot)]


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[tuple[Snapshot, list[str]]]:
    """Forty pictures of the demo, ten of them with a copy each, and four blank ones, two of a colour."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    sources = sorted(sample_data.images_folder().iterdir())[::7][:40]
    for source in sources:
        shutil.copy(source, folder / source.name)
    for number, source in enumerate(sources[:10]):
        kind = list(ALTERATIONS)[number % len(ALTERATIONS)]
        with Image.open(source) as picture:
            ALTERATIONS[kind](picture.convert("RGB")).save(folder / f"{source.stem}-{kind}.jpg", quality=60)
    for number, colour in enumerate(((0, 0, 0), (2, 2, 2), (250, 250, 250), (252, 252, 252))):
        Image.new("RGB", (320, 240), colour).save(folder / f"blank-{number}.png")
    opened = workspace.create(tmp_path / "workspace")
    encoder_change.change_encoder(opened, "built-in")
    adding.add(opened, [folder])
    yield Snapshot(opened), [source.name for source in sources]
    opened.engine.dispose()


def test_altered_copies_are_found_and_nothing_else(copied: tuple[Snapshot, list[str]]) -> None:
    snapshot, originals = copied
    result = groups(snapshot)
    pairs = [group for group in result if not any(name.startswith("blank") for name in group)]
    wanted = {
        frozenset((name, f"{Path(name).stem}-{list(ALTERATIONS)[number % len(ALTERATIONS)]}.jpg"))
        for number, name in enumerate(originals[:10])
    }
    assert {frozenset(group) for group in pairs} == wanted
    assert [sorted(group) for group in sorted(result, key=min) if "blank-0.png" in group or "blank-2.png" in group] == [
        ["blank-0.png", "blank-1.png"],
        ["blank-2.png", "blank-3.png"],
    ]


def test_groups_are_kept_beside_the_index(copied: tuple[Snapshot, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, _ = copied
    first = groups(snapshot)
    monkeypatch.setattr(near_duplicates, "_search", lambda _: pytest.fail("searched again"))
    assert groups(Snapshot(snapshot.workspace)) == first


def test_a_thumbnail_that_is_gone_takes_its_picture_out(copied: tuple[Snapshot, list[str]]) -> None:
    snapshot, originals = copied
    with snapshot.workspace.read() as connection:
        first = next(
            row for row in items.get_many(connection, snapshot.ids.tolist()).values() if row.name == originals[0]
        )
    snapshot.workspace.thumb(first.id).unlink()
    result = groups(snapshot)
    assert not any(originals[0] in group for group in result)
    assert any(originals[1] in group for group in result)


def test_items_without_a_picture_are_told_apart_by_their_vectors(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(12, 64)).astype(np.float32)
    vectors[1], vectors[2] = vectors[0] + 0.01, vectors[0] + 0.3 * random.normal(size=64)
    np.savez(tmp_path / "v.npz", path=[f"{k}.jpg" for k in range(12)], vector=vectors, encoder=np.array("some"))
    opened = workspace.create(tmp_path / "workspace")
    encoder_change.change_encoder(opened, "vectors:some")
    vectors_file.add_vectors(opened, tmp_path / "v.npz")
    assert groups(Snapshot(opened)) == [{"0.jpg", "1.jpg"}]
    opened.engine.dispose()
