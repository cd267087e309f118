"""Images found by parts of names, folders and metadata."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.exchange import label_import
from labeling.review import grid
from labeling.review.grid import TileQuery
from labeling.search import item_names
from labeling.search.item_names import folded, searched
from store.items import items
from store.items.item_rows import ItemTexts


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Élan Vital.JPG", "elan"), ("STRASSE", "straße"), ("Müller", "muller"), ("ﬁne ①", "fine 1"), ("ΣΊΣΥΦΟΣ", "σισυφος"),
     ("İstanbul", "istanbul"), ("Ａ４", "a4"), ("Łódź", "łodz")],
)  # fmt: skip
def test_case_and_accents_do_not_count(written: str, typed: str) -> None:
    assert folded(typed) in folded(written)


def test_an_item_is_searched_by_name_folders_and_values_of_its_metadata() -> None:
    row = ItemTexts(1, "beach/001.jpg", "/data/Holiday/beach/001.jpg", '{"place": "Sète", "year": 2019, "_frames": 77}')
    assert searched(row).split("\n") == ["holiday/beach/001.jpg", "sete", "2019"]
    assert searched(ItemTexts(1, "a.jpg", "/elsewhere/b.jpg", "")) == "a.jpg"


def shown(snapshot, **query) -> set[str]:
    return {tile["name"] for tile in grid.tiles(snapshot, TileQuery(limit=400, **query))["tiles"]}


def test_every_word_must_occur_and_other_filters_hold(demo_snapshot, tmp_path) -> None:
    file = tmp_path / "meta.csv"
    file.write_text("file,place\n000.jpg,Sète\n001.jpg,Sète\n", encoding="utf-8")
    label_import.meta_csv(demo_snapshot.workspace, file)
    everything = shown(demo_snapshot)
    assert shown(demo_snapshot, named="  ") == everything
    assert shown(demo_snapshot, named="00 JPG") == {name for name in everything if "00" in name}
    assert shown(demo_snapshot, named="no such picture") == set()
    assert shown(demo_snapshot, named="sete") == {"000.jpg", "001.jpg"}
    assert shown(demo_snapshot, named="sete 001") == {"001.jpg"}
    nature = demo_snapshot.categories.classes()[0].id
    assert shown(demo_snapshot, named="00", classes=(nature,)) == shown(demo_snapshot, named="00") & shown(
        demo_snapshot, classes=(nature,)
    )
    assert len(grid.ids(demo_snapshot, TileQuery(named="sete"))["items"]) == 2
    seen = grid.tiles(demo_snapshot, TileQuery(named="sete", order="next"))
    assert seen["total"] <= 2


def test_metadata_that_changes_is_searched_some_seconds_later(demo_snapshot, monkeypatch) -> None:
    assert not item_names.matches(demo_snapshot, "lighthouse").any()
    with demo_snapshot.workspace.engine.begin() as connection:
        items.set_meta(connection, {int(demo_snapshot.ids[3]): {"motif": "Lighthouse"}})
    monkeypatch.setattr(item_names, "FRESH_S", 0.0)
    assert np.flatnonzero(item_names.matches(demo_snapshot, "lighthouse")).tolist() == [3]
